"""A recorded site that can be used freely: each node answers by what was done to it, at its own time."""

from sidus_lab.sidus.played.site import RecordedSite

__all__ = ["RecordedSite"]
