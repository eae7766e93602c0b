"""A SIDUS site as a notebook sees it."""

from sidus_lab.sidus.lab import Lab, connect

__all__ = ["Lab", "connect"]
