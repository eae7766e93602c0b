"""The history of images as a whole: what versions there are, which nodes stand on them, and what may go."""
