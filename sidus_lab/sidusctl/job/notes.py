"""The two files of a job, read back and written through one door: job.json (what, and which process), result.json."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Optional, cast

from .. import errors, files, formats, shapes

_ROOM = "result.room"
_ROOM_BYTES = 1 << 14
_MOST_PID = 1 << 22  # of Linux, on every architecture


def read(job: Path) -> Optional[shapes.JobNote]:
    """What a job's folder says it is, or None when it says nothing.

    Raises CtlError ``damaged`` or ``site-format``.
    """
    note = cast("Optional[shapes.JobNote]", formats.read("job", job / "job.json"))
    if note is not None:
        _check(job, note)
    return note


def _check(job: Path, note: shapes.JobNote) -> None:
    """A note that lies must not end another process: it is about its own folder, and names one process or none."""
    if note["id"] != job.name:
        raise formats.damaged(str(job / "job.json"), "it is about another job, {!r}".format(note["id"][:80]))
    process = {"pid", "start", "boot"} & set(note)
    if process and (len(process) < 3 or not 1 < note["pid"] < _MOST_PID):
        raise formats.damaged(str(job / "job.json"), "it names no process")


def write(job: Path, note: shapes.JobNote) -> None:
    """Say what a job is."""
    formats.write("job", job / "job.json", note)


def read_outcome(job: Path) -> Optional[shapes.Outcome]:
    """The last event of a job, or None before it has one.

    Raises CtlError ``damaged`` or ``site-format``.
    """
    found = formats.read("outcome", job / "result.json")
    return None if found is None else cast(shapes.OutcomeNote, found)["outcome"]


def keep_room(job: Path) -> None:
    """Take the disk's room for the last event while there is some, so that a full disk cannot swallow it."""
    files.write(job / _ROOM, b"\0" * _ROOM_BYTES)


def write_outcome(job: Path, outcome: shapes.Outcome) -> None:
    """Write down the last event of a job; on a full disk in the room that was kept for it.

    Raises OSError where there is neither.
    """
    room = job / _ROOM
    try:
        formats.write("outcome", job / "result.json", {"outcome": outcome})
    except OSError:
        content = formats.encoded("outcome", {"outcome": outcome})
        if len(content) > _ROOM_BYTES:  # a result that nobody can keep was not reached
            content = formats.encoded("outcome", {"outcome": errors.disk_full().to_event()})
        with open(room, "r+b") as stream:  # in place: its blocks are the only ones that are sure to be there
            stream.write(content)
            stream.truncate()
            os.fsync(stream.fileno())
        os.replace(room, job / "result.json")
    with contextlib.suppress(OSError):
        room.unlink()
