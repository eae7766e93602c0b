"""mmdebstrap at work: how far it is, and the name of what stopped it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import List, Sequence

from .. import tools
from ..errors import CtlError
from ..job.work import Work
from . import inside, mmdebstrap

_ROOM = 1 << 29
"""Less free space than this (512 MiB) cannot hold any image: say so before the download."""

# Shares of the whole, for the progress bar only: package work takes most of the time.
_HOOK_AT = {"files": 0.80, "initrd": 0.82, "lock": 0.90}
COMMIT_AT = 0.92


def need_room(work: Work) -> None:
    """Raise CtlError ``disk-full`` where no image fits."""
    free = shutil.disk_usage(work.folder).free
    if free < _ROOM:
        raise CtlError(
            "disk-full",
            "Only {} MiB are free in {}.".format(free >> 20, work.site.root),
            hint="free some space; an image needs 512 MiB and more while it is built",
        )


def own(site: Path, verb: str, folder: Path) -> List[str]:
    """The words that start this program for a part of the work in `folder`: ``_inside`` the new tree, ``_layer``."""
    return [*tools.own_command(), "--site", str(site), verb, str(folder)]


def run(work: Work, argv: Sequence[str], suite: str, *, alone: bool = False) -> None:
    """Run mmdebstrap, or what runs it, with privilege and in the environment of a build; `alone`, without a mirror.

    Raises CtlError with the cause, by its name where it has one.
    """
    tail: List[str] = []
    named: List[CtlError] = []
    counter = mmdebstrap.Progress()
    reached = [0.0]

    def show(step: str, fraction: float, text: str) -> None:
        reached.append(max(reached.pop(), fraction))  # mmdebstrap has more to say after our own steps
        work.progress(step, reached[0], text)

    def on_line(line: str) -> None:
        tail.append(line)
        del tail[:-400]
        if line.startswith(inside.MARK + "error "):
            value = json.loads(line[len(inside.MARK + "error ") :])
            detail = value["detail"] or "\n".join(tail[-8:-1])
            named.append(CtlError(value["code"], value["message"], hint=value["hint"], detail=detail))
        elif line.startswith(inside.MARK + "step "):
            step = line[len(inside.MARK + "step ") :]
            show(step, COMMIT_AT if step == "commit" else _HOOK_AT.get(step, _HOOK_AT["files"]), step)
        elif counter.feed(line):
            show("mmdebstrap", counter.fraction * _HOOK_AT["files"], line.strip()[:200])

    code = work.stream(argv, on_line, env=mmdebstrap.environment(alone=alone))
    if named:
        raise named[0]
    if code != 0:
        raise mmdebstrap.explain("\n".join(tail), suite, code)
