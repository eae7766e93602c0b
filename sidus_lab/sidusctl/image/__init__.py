"""Images: recipe, build, store of versions, and what of them is published."""
