"""Processes of the embedded lab: found by the mark in their environment, identified by pid and start time, ended."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sidus_lab.embedded.home import MARK
from sidus_lab.sidusctl.job import processes as shown

STOP_LIMIT = 8.0  # seconds between the polite signal and the last one


@dataclass(frozen=True)
class Process:
    """One process; `started` (clock ticks since boot) tells it from a later one with the same number."""

    pid: int
    started: int

    @property
    def alive(self) -> bool:
        """Whether it still runs; a zombie does not."""
        found = look_up(self.pid)
        return found is not None and found.started == self.started


def look_up(pid: int) -> Process | None:
    """Give the running process with this number, or None."""
    started = shown.started(pid)
    return None if started is None else Process(pid, started)


def of_lab(home: Path, services: Iterable[Process]) -> list[Process]:
    """Give every process of the lab in `home`, except this one and those that it runs in.

    Those are the `services`, all below them, and all that carry the mark (a service whose pid file was lost, what a
    BMC or a job started). sshd writes its title over its environment, so the mark alone would miss it.
    """
    mark = f"{MARK}={home}".encode()
    own = set(_line_of(os.getpid()))
    tops = {process.pid for process in services if process.alive}
    found = []
    for pid in _all_pids():
        if pid in own:
            continue
        if _has_mark(pid, mark) or not tops.isdisjoint(_line_of(pid)):
            process = look_up(pid)
            if process is not None:
                found.append(process)
    return found


def _has_mark(pid: int, mark: bytes) -> bool:
    with contextlib.suppress(OSError):
        return mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    return False


def end(processes: list[Process], limit: float = STOP_LIMIT) -> list[Process]:
    """End processes: ask first, and kill after `limit` seconds. Give those that are still there (not ours to kill)."""
    for process in processes:
        _signal(process, signal.SIGCONT)
        _signal(process, signal.SIGTERM)
    left = _wait(processes, limit)
    for process in left:
        _signal(process, signal.SIGKILL)
    return _wait(left, 3.0)


def end_all(find: Callable[[], list[Process]]) -> list[Process]:
    """End every process that `find` gives; more than once, since one may start another while it is ended."""
    left: list[Process] = []
    for _ in range(3):
        found = find()
        if not found:
            return []
        left = end(found)
    return left


def _wait(processes: list[Process], limit: float) -> list[Process]:
    deadline = time.monotonic() + limit
    left = list(processes)
    while left:
        for process in left:
            with contextlib.suppress(ChildProcessError):  # reap those that this process started itself
                os.waitpid(process.pid, os.WNOHANG)
        left = [process for process in left if process.alive]
        if time.monotonic() > deadline:
            break
        time.sleep(0.03)
    return left


def _signal(process: Process, number: signal.Signals) -> None:
    if process.alive:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process.pid, number)


def _all_pids() -> Iterator[int]:
    return (int(entry.name) for entry in os.scandir("/proc") if entry.name.isdigit())


def _line_of(pid: int) -> Iterator[int]:
    """Give a process and the processes that it runs in, up to the first."""
    while pid > 0:
        yield pid
        pid = shown.parent(pid)
