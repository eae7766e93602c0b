"""A place to work in, and programs run in it: what a build and a publish share."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import BinaryIO, Callable, Dict, Iterator, List, Mapping, Optional, Sequence

from .. import files, tools
from ..errors import CtlError
from ..events import Progress
from ..privilege import Privilege
from ..site import Site
from . import notes, processes

_PR_SET_PDEATHSIG = 1


class Work:
    """What an operation gets: its site, its privilege, a folder of its own, a log, and a way to tell its progress."""

    def __init__(self, site: Site, privilege: Privilege, folder: Path, log: BinaryIO, progress: Progress) -> None:
        self.site = site
        self.privilege = privilege
        self.folder = folder
        self.log = log
        self.progress = progress
        self.seconds: Dict[str, float] = {}

    @contextlib.contextmanager
    def timed(self, step: str) -> Iterator[None]:
        """Note how long a step took."""
        start = time.monotonic()
        yield
        self.seconds[step] = round(time.monotonic() - start, 3)

    def stream(
        self,
        argv: Sequence[str],
        on_line: Callable[[str], None],
        *,
        env: Optional[Mapping[str, str]] = None,
        privileged: bool = True,
    ) -> int:
        """Run a program, hand over each line of its output (stdout and stderr together), and give its code.

        Whatever ends this call early also ends the program and everything it started.
        """
        words: List[str] = self.privilege.wrap(argv, env) if privileged else [tools.need(argv[0]), *argv[1:]]
        process = subprocess.Popen(
            words,
            env=tools.environment(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=_die_with_parent,
        )
        assert process.stdout is not None
        try:
            rest = b""
            while True:
                block = os.read(process.stdout.fileno(), 1 << 16)
                # A log that cannot grow ends nothing: a program that needs the room, too, says so itself.
                with contextlib.suppress(OSError):
                    self.log.write(block)
                    self.log.flush()
                # Progress bars end their lines with a carriage return.
                *lines, rest = (rest + block).replace(b"\r", b"\n").split(b"\n")
                for raw in lines if block else [*lines, rest]:
                    on_line(raw.decode("utf-8", errors="replace"))
                if not block:
                    return process.wait()
        finally:
            if process.poll() is None:
                # All at once: sudo, when killed, would leave alone what it started.
                self.privilege.kill(processes.tree(process.pid))
                process.wait()
            process.stdout.close()


@contextlib.contextmanager
def exclusive(lock: Path, work: Work, doing: str) -> Iterator[None]:
    """Hold a lock while an operation does what only one may do at a time; `doing` says what, for the other one.

    Raises CtlError ``busy`` with the job that holds it.
    """
    with files.try_locked(lock, work.folder.name) as holder:
        if holder is not None:
            raise CtlError(
                "busy",
                "{} already, by job {}.".format(doing, holder),
                hint="follow that one",
                step=("job-follow", holder),
            )
        yield


def _die_with_parent() -> None:
    """In the child: get SIGKILL when the job's process dies, however it dies (sudo forgets this: see `clean`)."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))


def end_session(job: Path, privilege: Privilege) -> None:
    """Kill what is left of a job's session; a reused process id is another session and is let be."""
    about = notes.read(job)
    if about is None or "pid" not in about or about["boot"] != processes.boot():
        return
    if about.get("space", processes.space()) != processes.space():  # the numbers are those of other processes here
        return
    start = processes.started(about["pid"])
    if start is None or start == about["start"]:
        privilege.kill(processes.session(about["pid"]))


@contextlib.contextmanager
def folder(site: Site, privilege: Privilege, name: str) -> Iterator[Path]:
    """A temporary folder on the site's own file system, removed afterwards; also removes what a killed job left."""
    place = site.tmp / name
    with contextlib.ExitStack() as stack:
        with site.lock():  # nobody may take the new lock for that of a dead job
            _clean(site, privilege)
            holder = stack.enter_context(files.try_locked(site.tmp / (name + ".lock"), str(os.getpid())))
        if holder is not None:
            raise CtlError("busy", "The folder {} is in use.".format(place), step=("job-list",))
        place.mkdir(mode=0o755)
        try:
            yield place
        finally:
            _remove(site, privilege, name)


def clean(site: Site, privilege: Privilege) -> None:
    """Remove the temporary folders whose owner is dead (its lock is free), and end what it started."""
    with site.lock():
        _clean(site, privilege)


def _clean(site: Site, privilege: Privilege) -> None:
    for lock in sorted(site.tmp.glob("*.lock")):
        name = lock.name[: -len(".lock")]
        with files.try_locked(lock) as holder:
            if holder is None:
                end_session(site.jobs / name, privilege)
                _remove(site, privilege, name)


def _remove(site: Site, privilege: Privilege, name: str) -> None:
    if (site.tmp / name).exists():
        privilege.remove(str(site.tmp / name))
    with contextlib.suppress(FileNotFoundError):
        (site.tmp / (name + ".lock")).unlink()
