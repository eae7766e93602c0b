"""The sentences of a verdict on records, one module for each subject; what they say follows from the data alone."""
