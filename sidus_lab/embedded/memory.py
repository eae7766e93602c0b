"""How much memory the embedded lab takes, from the kernel's own accounting."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

from sidus_lab.embedded.processes import Process

PERIOD = 2.0  # seconds between two looks


class PeakMemory:
    """Watches the memory of some processes and of this one, until `stop`.

    It sums the proportional set sizes (Pss in proc_pid_smaps(5)): pages that several processes share count once.
    """

    def __init__(self, processes: Callable[[], list[Process]]) -> None:
        self._processes = processes
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="peak memory", daemon=True)
        self.bytes = 0
        self._thread.start()

    def stop(self) -> int:
        """Stop watching and give the peak in bytes."""
        self._stop.set()
        self._thread.join()
        return self.bytes

    def _watch(self) -> None:
        while True:
            pids = [os.getpid(), *(process.pid for process in self._processes())]
            self.bytes = max(self.bytes, sum(map(proportional_set_size, pids)))
            if self._stop.wait(PERIOD):
                return


def proportional_set_size(pid: int) -> int:
    """Give a process's share of memory in bytes; 0 when it is gone or another user's."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
