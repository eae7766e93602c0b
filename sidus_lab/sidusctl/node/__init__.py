"""Nodes: inventory and assignments, what they boot by, and how far a boot has come."""
