"""The server's own half of sidus_lab: a program that needs nothing but Python's standard library (3.9 or later)."""
