"""The server as a notebook sees it: the connection, the program `sidusctl` on it, and the way back after a drop."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterator

from sidus_lab.actions import Control
from sidus_lab.errors import Cancelled, CommandFailed, ConnectError, ServerError, SidusError
from sidus_lab.sidus import answers
from sidus_lab.sidus.answers import Answer, Progress
from sidus_lab.sidus.under_way import UnderWay
from sidus_lab.sidusctl.pack import pack
from sidus_lab.transport import Transport

CALL_TIMEOUT = 120.0  # seconds for what is not a job
COME_BACK = 120.0  # seconds in which a dropped connection is opened again while a job is followed


class Server:
    """A SIDUS server over one connection, which is opened again after a drop only while a job is followed.

    Parameters
    ----------
    open_transport : callable
        Opens the connection; called again by `reconnect`.
    site : str
        The site's folder on the server.
    program : str
        Where sidusctl is on the server; by default it is copied there when it is first used.
    key, nonce : str
        The key of every job and the nonce of every question to a node, in a recording; by default each job and each
        proof has one of its own.
    recorded : str
        What is played in the place of a site: which recording, of which day. Empty for a real site.
    """

    def __init__(
        self,
        open_transport: Callable[[], Transport],
        site: str,
        *,
        python: str = "python3",
        program: str = "",
        key: str = "",
        nonce: str = "",
        recorded: str = "",
    ) -> None:
        self._open = open_transport
        self.site = site
        self.recorded = recorded
        self.under_way = UnderWay()
        self._python = python
        self._lock = threading.Lock()
        self._transport = open_transport()
        self._program = program
        self._key = key
        self.nonce = nonce

    @property
    def name(self) -> str:
        """``user@host:port``."""
        return self._transport.name

    @property
    def transport(self) -> Transport:
        """The connection that is open now."""
        return self._transport

    def new_nonce(self) -> str:
        """Give the question's own word for a proof: 32 hexadecimal digits."""
        return self.nonce or secrets.token_hex(16)

    def __repr__(self) -> str:
        return f"<Server {self.name}, site {self.site}>"

    def close(self) -> None:
        """End the connection; what runs on the server goes on."""
        self._transport.close()

    def reconnect(self) -> None:
        """Open the connection again, unless it is alive."""
        with self._lock:
            if self._transport.alive():
                return
            self._transport.close()
            self._transport = self._open()

    def call(self, *words: str, data: bytes = b"", timeout: float = CALL_TIMEOUT) -> object:
        """Run one verb of sidusctl and give its value, which a function of `answers` reads.

        Raises `ServerError` with what sidusctl reported, or `ConnectError` when the connection is lost.
        """
        result = self._transport.run(self._words(*words), input=data, timeout=timeout, check=False)
        return answers.value_of(result, self.name)

    def start(self, *words: str, data: bytes = b"") -> str:
        """Start a job and give its id. A call that was cut off is made once more: its key finds the job it started.

        Raises as `call`.
        """
        keyed = (*words, "--detach", "--key=" + (self._key or secrets.token_hex(16)))
        try:
            return answers.job_started(self.call(*keyed, data=data))
        except ConnectError:
            self.reconnect()
            return answers.job_started(self.call(*keyed, data=data))

    def follow(self, job: str, control: Control | None = None) -> object:
        """Follow a job to its end and give its value; a dropped connection is opened again and the job goes on.

        Raises `ServerError` with the job's own error, `Cancelled` after cancelling the job, or `ConnectError` when the
        server stays away (the job goes on there).
        """
        seen = 0
        while True:
            try:
                for event in self._events(job, seen, control):
                    if isinstance(event, Answer):
                        return event.value
                    if isinstance(event, ServerError):
                        raise event
                    seen += 1
                    if control is not None:
                        control.progress(event.fraction, event.line)
            except Cancelled:
                self.call("job", "cancel", job)
                raise Cancelled(f"Job {job} was cancelled. Nothing half is left on the server.") from None
            except ConnectError as error:
                self._come_back(job, control, error)

    def _events(self, job: str, first: int, control: Control | None) -> Iterator[Progress | Answer | ServerError]:
        cancel = control.cancelled if control is not None else None
        try:
            for line in self._transport.stream(self._words("job", "follow", job, "--from", str(first)), cancel=cancel):
                event = answers.event_of(line)
                if event is not None:
                    yield event
        except CommandFailed as error:  # code 1 after an error event, which was handled already
            raise answers.no_answer(error.result, self.name) from None

    def _come_back(self, job: str, control: Control | None, lost: ConnectError) -> None:
        deadline = time.monotonic() + COME_BACK
        while True:
            if control is not None:
                if control.cancelled.is_set():
                    raise Cancelled(
                        f"Job {job} is followed no more. It goes on: its server could not be told to end it.",
                        hint=f"connect again, then: lab.follow({job!r}).cancel()",
                    )
                control.progress(None, "the connection was lost; the job goes on; connecting again")
            try:
                self.reconnect()
                return
            except ConnectError as error:
                if time.monotonic() > deadline:
                    raise ConnectError(
                        f"The connection to {self.name} was lost while job {job} was followed; the job goes on there.",
                        hint=f"connect again, then: lab.follow({job!r})",
                        detail=str(error.message),
                    ) from lost
                time.sleep(1.0)

    def _words(self, *words: str) -> list[str]:
        if not self._program:
            self._program = self._install()
        return [self._python, self._program, "--site", self.site, *words]

    def _install(self) -> str:
        """Copy sidusctl to the server, unless the very same program is there already; give its path."""
        program = pack()
        path = program_path(program)
        if not self._transport.run(["test", "-s", path], check=False).ok:
            if not self._transport.run(
                [self._python, "-c", "import sys; sys.exit(sys.version_info < (3, 9))"], check=False
            ).ok:
                raise SidusError(
                    f"{self.name} has no Python 3.9 or later called {self._python}.",
                    hint="on the server: sudo apt-get install python3",
                )
            self._transport.put(program, path, mode=0o600)
        return path


def program_path(program: bytes) -> str:
    """Give where sidusctl is put on a server, relative to the user's home.

    The name is the content, so an older notebook keeps its own.
    """
    return f".cache/sidus-lab/sidusctl-{hashlib.sha256(program).hexdigest()[:16]}.pyz"
