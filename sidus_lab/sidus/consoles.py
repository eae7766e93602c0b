"""Consoles: what can show the text that a node writes on its serial line. A lab carries one where its site has one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Protocol

LINES, WIDTH = 200, 400
BYTES = 64 * 1024

# What a terminal would act on: colours and cursor moves, titles, and every other control character but line ends.
_SEQUENCES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-~]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


class Consoles(Protocol):
    """What can show the consoles of a site's nodes."""

    def read(self, node: str) -> str:
        """Give the end of what a node wrote since it was powered on, as it came; empty when it wrote nothing.

        It answers at once. Raises `SidusError` when this console cannot be read.
        """


class ConsoleFiles:
    """Consoles that are files on this machine: ``<folder>/<node>/console.log``.

    Parameters
    ----------
    folder : Path
        Where the nodes' folders are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __repr__(self) -> str:
        return f"<Consoles in {self._folder}>"

    def read(self, node: str) -> str:
        """Give the end of a node's file; empty when there is none."""
        return read_tail(self._folder / node / "console.log")


def read_tail(path: Path, size: int = BYTES) -> str:
    """Give the last `size` bytes of a file as text; empty when there is none."""
    try:
        with path.open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - size))
            return stream.read(size).decode(errors="replace")
    except OSError:
        return ""


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
