"""Processes as /proc shows them: which one is it, is it still the same, what did it start."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Dict, List, Optional

from ..errors import CtlError

_PARENT, _SESSION, _START = 1, 3, 19
_GONE = "ZX"


def _own_view() -> None:
    """Numbers of another namespace's /proc mean other processes: one of them would be waited for, or ended."""
    try:
        shown = os.readlink("/proc/self")
    except OSError:
        shown = ""
    if shown != str(os.getpid()):
        raise CtlError(
            "foreign-proc",
            "/proc here shows the processes of another namespace, so no job could be told from a stranger's process.",
            hint="in a process namespace of its own sidusctl needs its own /proc: mount -t proc proc /proc",
        )


def _stat(pid: int) -> Optional[List[str]]:
    """Fields of /proc/PID/stat from the third on (the state), or None; the command before them may hold anything."""
    try:
        text = Path("/proc/{}/stat".format(pid)).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def _all() -> Dict[int, List[str]]:
    _own_view()
    found = {int(entry): _stat(int(entry)) for entry in os.listdir("/proc") if entry.isdigit()}
    return {pid: fields for pid, fields in found.items() if fields is not None and fields[0] not in _GONE}


def started(pid: int) -> Optional[int]:
    """When a process started, in clock ticks since boot; None when it is gone or a zombie.

    With `boot` it tells a process from a later one that got the same number. Raises CtlError ``foreign-proc``.
    """
    _own_view()
    fields = _stat(pid)
    return None if fields is None or fields[0] in _GONE else int(fields[_START])


def parent(pid: int) -> int:
    """The process that a process runs in, or 0 when there is none, or it is gone."""
    fields = _stat(pid)
    return 0 if fields is None else int(fields[_PARENT])


def boot() -> str:
    """The identity of this start of the machine."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def space() -> str:
    """The process namespace that this process is in: only there its numbers of processes mean these."""
    _own_view()
    return os.readlink("/proc/self/ns/pid")


def session(leader: int) -> List[int]:
    """All processes of a session."""
    return [pid for pid, fields in _all().items() if int(fields[_SESSION]) == leader]


def tree(root: int) -> List[int]:
    """A process and all that it started, directly or not, in other namespaces too."""
    children: Dict[int, List[int]] = {}
    for pid, fields in _all().items():
        children.setdefault(int(fields[_PARENT]), []).append(pid)
    found, rest = [], [root]
    while rest:
        pid = rest.pop()
        found.append(pid)
        rest += children.get(pid, [])
    return found
