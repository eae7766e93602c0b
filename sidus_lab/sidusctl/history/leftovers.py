"""What is left of things that ended long ago: folders of jobs, and older copies of this program."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import List, NamedTuple

from .. import shapes, tools
from ..job import jobs
from ..site import Site
from .keeping import DAY

_FOLLOWED = 3600.0
"""Seconds for which somebody may still come back to see how a job ended."""


class Leftover(NamedTuple):
    """A folder or a file that nobody needs."""

    what: shapes.Collectable
    path: Path
    why: str


def look(site: Site, days: float) -> List[Leftover]:
    """Jobs that ended more than `days` ago, and copies of this program that are as old and that no process runs."""
    before = time.time() - max(days * DAY, _FOLLOWED)
    why = "ended more than {:g} days ago".format(days)
    ended = [job for job in jobs.listing(site)["jobs"] if job["state"] != "running" and _ended(job) < before]
    found = [Leftover("job", site.jobs / job["id"], why) for job in ended]
    mine = Path(tools.own_command()[-1])
    if mine.suffix == ".pyz":
        running = _command_lines()
        for path in sorted(mine.parent.glob("sidusctl-*.pyz")):
            if path != mine and path.stat().st_mtime < before and path.name not in running:
                found.append(Leftover("program", path, "another version of this program, unused"))
    return found


def _ended(job: shapes.Job) -> float:
    return job["created"] + (job["elapsed"] or 0.0)


def _command_lines() -> str:
    """The command lines of all processes: a job reads from its program until it ends."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                found.append(Path("/proc", entry, "cmdline").read_text(encoding="utf-8", errors="replace"))
            except OSError:
                continue
    return "\n".join(found)
