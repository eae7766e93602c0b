"""The version of the package, at the bottom of the house: whatever writes a file can say what wrote it."""

__version__ = "0.2.0"
