"""A job's folder: where it is, what it notes of itself, and the end of what was written there."""

from __future__ import annotations

import os
import re
from pathlib import Path

from .. import formats, shapes
from ..errors import CtlError
from ..site import Site
from . import notes

ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{4}\Z")
START_TIMEOUT = 20.0
"""Seconds that a job's process may take until it has noted itself."""


def find(site: Site, job: str) -> Path:
    """The folder of a job. Raises CtlError ``unknown-job``."""
    place = site.jobs / job
    if not ID.match(job) or not place.is_dir():
        raise CtlError("unknown-job", "There is no job {!r}.".format(job), step=("job-list",))
    return place


def note_of(place: Path) -> shapes.JobNote:
    """What a job's folder notes. Raises CtlError ``damaged``."""
    note = notes.read(place)
    if note is None:
        raise formats.damaged(str(place), "it has no job.json")
    return note


def tail(path: Path, size: int = 2000) -> str:
    """The last bytes of a file as text; empty where it cannot be read."""
    try:
        with open(path, "rb") as stream:
            stream.seek(max(0, os.fstat(stream.fileno()).st_size - size))
            return stream.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
