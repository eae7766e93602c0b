"""Commands on the other side: words that arrive unharmed, both outputs drained, nothing left running after a cancel."""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping

import paramiko

from sidus_lab.errors import Cancelled, CommandTimeout, ConnectError, SidusError
from sidus_lab.ssh.link import Link
from sidus_lab.ssh.shell import AfterMark, command_line, kill_line
from sidus_lab.transport import Result, require_ok, short

POLL = 0.1  # seconds between two looks at cancel, timeout and the connection
CHUNK = 1 << 16
TAIL = 1 << 16  # bytes of a stream's output kept for the error at its end
MARK_LIMIT = 1_000_000  # bytes a login shell may print before it starts the command
START_LIMIT = 5.0  # seconds that a cancel waits for a command to say who it is
KILL_LIMIT = 30.0  # seconds for the killing, which takes 2 for those that do not obey, on a server under load too
REST_LIMIT = 1.0  # seconds to read what a killed command left in the pipes


def run(
    link: Link,
    words: tuple[str, ...],
    *,
    data: bytes = b"",
    env: Mapping[str, str],
    timeout: float | None = None,
    check: bool = True,
    cancel: threading.Event | None = None,
) -> Result:
    """Run a command to its end; see `Transport.run`."""
    with link.at_work(), link.session("command", cancel) as channel:
        running = _Running(link, channel, words, cancel, timeout)
        with contextlib.closing(running.output(data, env)) as chunks:
            for chunk in chunks:
                running.stdout.append(chunk)
        result = running.result(running.code())
    return require_ok(result, link.name) if check else result


def stream(
    link: Link, words: tuple[str, ...], *, env: Mapping[str, str], cancel: threading.Event | None = None
) -> Iterator[bytes]:
    """Run a command and yield its standard output line by line; see `Transport.stream`."""
    with link.at_work(), link.session("stream", cancel) as channel:
        running = _Running(link, channel, words, cancel, None, tail=TAIL)
        parts: list[bytes] = []
        with contextlib.closing(running.output(b"", env)) as chunks:
            for chunk in chunks:
                running.stdout.append(chunk)
                head, *lines = chunk.split(b"\n")
                parts.append(head)
                for line in lines:
                    yield b"".join(parts)
                    parts = [line]
        if last := b"".join(parts):
            yield last
        result = running.result(running.code())
    require_ok(result, link.name)


class _Running:
    """One command on one channel. `tail` bounds what is kept of both outputs."""

    def __init__(
        self,
        link: Link,
        channel: paramiko.Channel,
        words: tuple[str, ...],
        cancel: threading.Event | None,
        timeout: float | None,
        tail: int | None = None,
    ) -> None:
        self.stdout = _Kept(tail)
        self._stderr = _Kept(tail)
        self._link = link
        self._channel = channel
        self._words = words
        self._cancel = cancel
        self._timeout = timeout
        self._mark = secrets.token_hex(16)
        self._stdout_mark, self._stderr_mark = AfterMark(self._mark), AfterMark(self._mark)
        self._began = time.monotonic()
        self._threads: list[threading.Thread] = []
        self._ended = False

    def output(self, data: bytes, env: Mapping[str, str]) -> Generator[bytes, None, None]:
        """Start the command and yield its standard output until that ends.

        Leaving early (cancel, timeout, an iterator that was closed) kills the process group first.
        """
        try:
            self._channel.exec_command(command_line(self._words, env, self._mark))
        except (paramiko.SSHException, EOFError, OSError) as error:
            if self._link.settle():
                raise self._link.lost(self.result(-1)) from None
            raise ConnectError(f"{self._link.name} runs no commands for this user.", detail=str(error)) from None
        self._channel.settimeout(POLL)
        self._begin(self._drain_errors)
        if data:
            self._begin(self._feed, data)
        else:
            with contextlib.suppress(OSError):
                self._channel.shutdown_write()
        chunks = self._chunks()
        with self._killed_when_left(chunks):
            for chunk in chunks:
                if chunk:
                    yield chunk  # first, so that nothing that arrived is lost
                self._look()

    def code(self) -> int:
        """Wait for the end and give the exit code."""
        with self._killed_when_left(iter(())):
            while not self._channel.exit_status_ready():
                self._channel.status_event.wait(POLL)
                self._look()
            for thread in self._threads[:1]:  # the errors; what still feeds a command that has ended is of no interest
                while thread.is_alive():
                    thread.join(POLL)
                    self._look()
        self._ended = True
        code = self._channel.recv_exit_status()
        if code == -1 and self._link.settle():
            raise self._link.lost(self.result(-1))
        if self._stdout_mark.group is None:
            said = self._stdout_mark.before + self._stderr_mark.before
            raise ConnectError(
                f"The login shell on {self._link.name} ended with code {code} and did not start the command.",
                detail=said.decode(errors="replace"),
                hint="does this account have an ordinary shell there?",
                result=self.result(code),
            )
        return code

    def result(self, code: int) -> Result:
        """Give what is known until now."""
        return Result(self._words, code, self.stdout.join(), self._stderr.join(), time.monotonic() - self._began)

    def _chunks(self) -> Iterator[bytes]:
        """Yield what comes, and an empty chunk every `POLL` seconds when nothing comes."""
        while True:
            try:
                chunk = self._channel.recv(CHUNK)
            except TimeoutError:
                yield b""
                continue
            if not chunk:
                return
            yield self._stdout_mark(chunk)
            if len(self._stdout_mark.before) > MARK_LIMIT:
                raise ConnectError(
                    f"The login shell on {self._link.name} prints without end and does not start the command.",
                    hint="look at its start files (.bashrc and the like)",
                )

    def _look(self) -> None:
        """Raise `_Left` when the command is to be left before its end."""
        if self._cancel is not None and self._cancel.is_set():
            what = f"{short(self._words)} on {self._link.name} was cancelled."
            raise _Left(lambda result: Cancelled(what, result=result))
        if self._timeout is not None and time.monotonic() - self._began > self._timeout:
            late = f"{short(self._words)} did not end within {self._timeout:g} s on {self._link.name} and was killed."
            raise _Left(
                lambda result: CommandTimeout(
                    late, result=result, detail=result.errors, hint="give it more time with timeout="
                )
            )

    @contextlib.contextmanager
    def _killed_when_left(self, chunks: Iterator[bytes]) -> Iterator[None]:
        """Kill the command when the block is left by an exception: ours, Ctrl-C, or an iterator that was closed."""
        try:
            yield
        except _Left as left:
            self._kill(chunks)
            self._read_rest(chunks)
            raise left.error(self.result(-1)) from None
        except BaseException:
            with contextlib.suppress(SidusError):
                self._kill(chunks)
            raise

    def _kill(self, chunks: Iterator[bytes]) -> None:
        """End the whole process group over a second channel; closing this one would leave it running."""
        deadline = time.monotonic() + START_LIMIT
        while self._stdout_mark.group is None and time.monotonic() < deadline:
            chunk = next(chunks, None)
            if chunk is None:
                break
            self.stdout.append(chunk)
        self._ended = True
        group = self._stdout_mark.group
        if group is None:
            return
        try:
            with self._link.session("extra") as channel:
                channel.exec_command(kill_line(group))
                if not channel.status_event.wait(KILL_LIMIT) or channel.recv_exit_status() != 0:
                    raise ConnectError("killing took too long")
        except (SidusError, paramiko.SSHException, EOFError, OSError):
            error = self._link.lost(self.result(-1)) if self._link.settle() else None
            raise error or ConnectError(
                f"{short(self._words)} could not be killed on {self._link.name}.",
                hint=f"look there for the process group {group}",
                result=self.result(-1),
            ) from None

    def _read_rest(self, chunks: Iterator[bytes]) -> None:
        """Keep what a command printed before it was killed."""
        deadline = time.monotonic() + REST_LIMIT
        for chunk in chunks:
            self.stdout.append(chunk)
            if time.monotonic() > deadline:
                return

    # Threads: all outputs must be read while the input is written, or both sides wait for each other.

    def _begin(self, function: object, *args: object) -> None:
        assert callable(function)
        thread = threading.Thread(target=function, args=args, name=f"command on {self._link.name}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _drain_errors(self) -> None:
        while True:
            try:
                chunk = self._channel.recv_stderr(CHUNK)
            except TimeoutError:  # a closed channel gives its last bytes, and then an empty chunk
                continue
            if not chunk:
                return
            self._stderr.append(self._stderr_mark(chunk))

    def _feed(self, data: bytes) -> None:
        view = memoryview(data)
        with contextlib.suppress(OSError):  # the command may end, or close its input, before it read everything
            while view and not self._ended:
                try:
                    sent = self._channel.send(bytes(view[:CHUNK]))
                except TimeoutError:  # its window is full; TimeoutError is an OSError, and this one is no failure
                    continue
                if not sent:
                    return
                view = view[sent:]
            self._channel.shutdown_write()


class _Left(Exception):
    """A command is left before its end; `error` makes the error for the user of all that it printed."""

    def __init__(self, error: Callable[[Result], SidusError]) -> None:
        self.error = error


class _Kept:
    """The bytes of one output: all of them, or the last `tail`."""

    def __init__(self, tail: int | None) -> None:
        self._tail = tail
        self._parts: deque[bytes] = deque()
        self._size = 0
        self._lock = threading.Lock()

    def append(self, part: bytes) -> None:
        with self._lock:
            self._parts.append(part)
            self._size += len(part)
            while self._tail is not None and len(self._parts) > 1 and self._size - len(self._parts[0]) >= self._tail:
                self._size -= len(self._parts.popleft())

    def join(self) -> bytes:
        with self._lock:
            return b"".join(self._parts)
