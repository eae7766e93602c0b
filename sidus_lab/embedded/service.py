"""One service of the embedded lab: start it, wait until it answers, read its log, stop it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sidus_lab.embedded.home import Home
from sidus_lab.embedded.processes import Process, end, look_up
from sidus_lab.errors import SidusError

READY_LIMIT = 30.0  # seconds; a machine that boots two emulated nodes beside it is slow
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Service:
    """A program that runs on after this one, in a session of its own.

    Parameters
    ----------
    home : Home
        The lab that it belongs to; its pid file and its log are in ``run/<name>.*``.
    argv : sequence of str
        The program and its arguments; a foreground program.
    ready : callable
        Whether it answers now.
    port : int
        The TCP port that it listens on, for the message when another program has it; 0 for none.
    """

    def __init__(self, home: Home, name: str, argv: Sequence[str], ready: Callable[[], bool], *, port: int = 0) -> None:
        self.name = name
        self.log = home.run / f"{name}.log"
        self._pid_file = home.run / f"{name}.pid"
        self._argv = list(argv)
        self._ready = ready
        self._port = port
        self._environment = {"PATH": f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}", "LC_ALL": "C.UTF-8", **home.mark}
        for kept in ("HOME", "USER", "LOGNAME"):
            if kept in os.environ:
                self._environment[kept] = os.environ[kept]

    def process(self) -> Process | None:
        """Give the running process, or None."""
        return noted_process(self._pid_file)

    def start(self) -> None:
        """Start it and return once it answers.

        Raises `SidusError` with the end of its log when it ends or does not answer, and names a port that is taken.
        """
        if self.process() is not None:
            return
        if self._port and is_taken(self._port):
            raise self._port_taken()  # asked before, since the other program may well answer as this one would
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as log:
            started = subprocess.Popen(
                [find_program(self._argv[0]), *self._argv[1:]],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment,
                cwd=self.log.parent,
                start_new_session=True,  # Ctrl-C in the terminal is for the one who started the lab
            )
        process = look_up(started.pid)
        if process is not None:
            self._pid_file.write_text(json.dumps({"pid": process.pid, "started": process.started}))
        deadline = time.monotonic() + READY_LIMIT
        while time.monotonic() < deadline:
            if started.poll() is not None:
                raise self._failed(f"{self.name} ended at once with code {started.returncode}")
            if self._ready():
                return
            time.sleep(0.03)
        self.stop()
        raise self._failed(f"{self.name} does not answer after {READY_LIMIT:.0f} s")

    def stop(self) -> None:
        """Stop it; nothing happens when it does not run."""
        process = self.process()
        if process is not None:
            end([process])
        self._pid_file.unlink(missing_ok=True)

    def tail(self, lines: int = 6) -> str:
        """Give the end of its log."""
        with contextlib.suppress(OSError):
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        return ""

    def _failed(self, what: str) -> SidusError:
        if self._port and is_taken(self._port):
            return self._port_taken()
        return SidusError(f"{what}.", hint=f"read its log: {self.log}", detail=self.tail())

    def _port_taken(self) -> SidusError:
        return SidusError(
            f"{self.name} cannot listen on 127.0.0.1:{self._port}: another program has that port.",
            hint="sidus-lab lab down && sidus-lab lab up   (takes free ports)",
        )


def noted_process(pid_file: Path) -> Process | None:
    """Give the process that a pid file names, if it still runs."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        noted = json.loads(pid_file.read_text())
        process = Process(int(noted["pid"]), int(noted["started"]))
        if process.alive:
            return process
    return None


def find_program(name: str) -> str:
    """Give the path of a program, also from the folders that are not in an ordinary user's PATH."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}")
    if found is None:
        raise SidusError(f"The program {name} is missing.", hint="sidus-lab check   (names the package that has it)")
    return found


def free_ports(count: int, taken: Sequence[int] = ()) -> list[int]:
    """Give `count` different TCP and UDP ports of the loopback interface that are free now."""
    held: list[socket.socket] = []
    ports: list[int] = []
    try:
        while len(ports) < count:
            tcp = socket.socket()
            held.append(tcp)
            tcp.bind(("127.0.0.1", 0))
            port = int(tcp.getsockname()[1])
            udp = socket.socket(type=socket.SOCK_DGRAM)
            held.append(udp)
            with contextlib.suppress(OSError):
                udp.bind(("127.0.0.1", port))
                if port not in taken:
                    ports.append(port)
    finally:
        for each in held:
            each.close()
    return ports


def is_taken(port: int) -> bool:
    """Whether a program has this TCP or UDP port of the loopback interface."""
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(type=kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # old connections do not count
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return True
    return False


def answers(port: int, greeting: bytes = b"") -> bool:
    """Whether a TCP server on the loopback interface accepts, and greets with these bytes."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1.0) as probe:
        probe.settimeout(1.0)
        return not greeting or probe.recv(len(greeting)) == greeting
    return False


def is_bound(port: int) -> bool:
    """Whether a program has this UDP port of the loopback interface (read from the kernel; nothing is sent)."""
    wanted = f"0100007F:{port:04X}"
    lines = Path("/proc/net/udp").read_text().splitlines()[1:]
    return any(line.split()[1] == wanted for line in lines)
