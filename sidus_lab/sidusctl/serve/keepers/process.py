"""A process that is remembered, where no systemd runs."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Dict, Literal, Tuple

from ... import files, tools
from ...job import processes
from ..service import Place, Service

_STOP_LIMIT = 10.0


class Process:
    """A process of its own where no systemd runs: it does not come back by itself, and `site check` says so."""

    by: Literal["process"] = "process"

    def files(self, _place: Place, _service: Service) -> Dict[Path, bytes]:
        """None."""
        return {}

    def running(self, place: Place, service: Service) -> bool:
        """Whether the process that was noted is still that one."""
        pid, begun = self._noted(place, service)
        return pid > 0 and processes.started(pid) == begun

    def failing(self, place: Place, service: Service) -> bool:
        """It is started once, and should run."""
        return not self.running(place, service)

    def start(self, place: Place, service: Service) -> None:
        """In a session of its own."""
        self.stop(place, service)
        words = service.command(place)
        with open(self._path(place, service, "log"), "wb") as log:
            started = subprocess.Popen(
                [tools.need(words[0]), *words[1:]],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=tools.environment(),
                start_new_session=True,
            )
        note = {"pid": started.pid, "started": processes.started(started.pid), "boot": processes.boot()}
        files.write_json(self._path(place, service, "json"), note)

    def stop(self, place: Place, service: Service) -> bool:
        """Ask it to end, and end it and all that it started: a server that was killed leaves its workers behind."""
        ran = self.running(place, service)
        leader = self._noted(place, service)[0]
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in processes.session(leader) if leader else ():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            end = time.monotonic() + _STOP_LIMIT
            while leader and processes.session(leader) and time.monotonic() < end:
                time.sleep(0.05)
        return ran

    def owns(self, place: Place, service: Service, pid: int) -> bool:
        """By the session that it was started in."""
        leader = self._noted(place, service)[0]
        return leader > 0 and pid in processes.session(leader)

    def tail(self, place: Place, service: Service) -> str:
        """From its own file."""
        with contextlib.suppress(OSError):
            lines = self._path(place, service, "log").read_text(encoding="utf-8", errors="replace").splitlines()
            return "\n".join(lines[-8:])
        return ""

    def forget(self) -> None:
        """Nothing is kept elsewhere."""

    def _path(self, place: Place, service: Service, kind: str) -> Path:
        return place.run / "{}.{}".format(service.name, kind)

    def _noted(self, place: Place, service: Service) -> Tuple[int, int]:
        """Process number and time of its start; zeros where none was noted since this machine started."""
        try:
            note = files.read_json(self._path(place, service, "json"), {})
            assert isinstance(note, dict)
            return (int(note["pid"]), int(note["started"])) if note["boot"] == processes.boot() else (0, 0)
        except (OSError, ValueError, KeyError, TypeError, AssertionError):
            return 0, 0
