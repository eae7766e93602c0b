"""A SIDUS site as a notebook sees it."""

from sidus_lab.sidus.entrance import connect, replay
from sidus_lab.sidus.lab import Lab

__all__ = ["Lab", "connect", "replay"]
