"""The tail of a log, made safe and short enough for a page. Pure, but for finding a node's console."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path

from sidus_lab.embedded import Embedded
from sidus_lab.sidus import Lab
from sidus_lab.sidus.status import NodeStatus

LINES, WIDTH = 200, 400
BYTES = 64 * 1024

# What a terminal would act on: colours and cursor moves, titles, and every other control character but line ends.
_SEQUENCES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def plain(text: str) -> str:
    """Give what a terminal would show of a text, roughly: no escape sequences, and only what stands after a return."""
    lines = []
    for line in re.sub(r"\r+\n", "\n", _SEQUENCES.sub("", text)).split("\n"):
        shown = line.rstrip("\r").rpartition("\r")[2]
        lines.append(_CONTROLS.sub("", shown.replace("\t", "    ")).rstrip())
    return "\n".join(lines)


def tail(text: str, lines: int = LINES, width: int = WIDTH) -> str:
    """Give the last lines of a log as plain text, long lines cut; empty lines at the end are left out."""
    kept = plain(text).rstrip().split("\n")[-lines:]
    return "\n".join(line if len(line) <= width else line[: width - 1] + "…" for line in kept)


def read_tail(path: Path) -> str:
    """Give the last `BYTES` of a file as text; empty when there is none."""
    try:
        with path.open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - BYTES))
            return stream.read(BYTES).decode(errors="replace")
    except OSError:
        return ""


def boot_reports(status: NodeStatus) -> str:
    """Give the stages of a node's boot as lines, for sites whose consoles cannot be read from here."""
    if not status.stages:
        return f"{status.name} reported nothing since it was powered on."
    begin = status.stages[0][1]
    lines = [f"{_clock(at)}  +{at - begin:6.1f} s  {stage}" for stage, at in status.stages]
    if status.word in ("refused", "lost"):
        lines.append(str(status))
    return "\n".join(lines)


def _clock(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.gmtime(seconds))


def embedded_of(lab: Lab) -> Embedded | None:
    """Give the embedded lab that a connection leads to, or None when it leads to another server."""
    home = Path(lab.server.site).parent
    if not (home / "state.json").is_file():
        return None
    embedded = Embedded(home)
    address = lab.server.name.rpartition("@")[2]
    here: Sequence[str] = [where for name, _, where in embedded.status() if name == "sshd"]
    return embedded if address in here else None
