"""A transport that passes everything on to a real one and writes down what it answers."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sidus_lab.errors import Cancelled, CommandFailed, CommandTimeout, ConnectError, RemoteFileError
from sidus_lab.recording.tape import FORMAT, Exchange, Secrets, error_to_json
from sidus_lab.transport import Result, Transport, checked_env, checked_words, require_ok


class Recorder:
    """Record a transport while it is used.

    Never written: the content of uploaded files, inputs (only the SHA-256 of those of 64 bytes and more), private keys
    in outputs, and the words given as `secrets`. What else the machine prints is written as it is.

    Parameters
    ----------
    inner : Transport
        The real one; `close` closes it as well.
    file : Path
        The recording, written anew.
    name : str
        What the recorded machine shall be called, when its own name should not be known.
    secrets : iterable of str
        Words to leave out wherever they show up.
    changes : callable
        ``changes(argv)`` says whether a command changes what others answer, such as switching a node on. While a
        recording is played, answers that came after a change are not given before that change was played.
    about : mapping
        What else the first line of the file shall say.
    called : mapping
        Words of commands that are written under another name, such as a path that is another one tomorrow.
    any_input : callable
        ``any_input(argv)`` says whether any input of a command shall count as the one that was recorded, because it is
        a program that may be another version tomorrow.
    """

    def __init__(
        self,
        inner: Transport,
        file: Path,
        *,
        name: str = "",
        secrets: Iterable[str] = (),
        changes: Callable[[tuple[str, ...]], bool] | None = None,
        about: Mapping[str, str] | None = None,
        called: Mapping[str, str] | None = None,
        any_input: Callable[[tuple[str, ...]], bool] | None = None,
    ) -> None:
        self._inner = inner
        self._via = ""
        self._tape = _Tape(file, (inner.name, name or inner.name), Secrets(secrets), dict(about or {}))
        self._tape.changes = changes or _never
        self._tape.any_input = any_input or _never
        self._tape.called = called or {}

    def again(self, inner: Transport) -> Recorder:
        """Go on with the same file over another connection to the same machine."""
        return self._node(inner, self._via, self._tape)

    @classmethod
    def _node(cls, inner: Transport, via: str, tape: _Tape) -> Recorder:
        recorder = cls.__new__(cls)
        recorder._inner, recorder._via, recorder._tape = inner, via, tape
        return recorder

    @property
    def name(self) -> str:
        """``user@host:port`` of the real machine, for messages."""
        return self._inner.name

    def __repr__(self) -> str:
        return f"<Recorder of {self.name} to {self._tape.file.name}>"

    def run(
        self,
        argv: Sequence[str],
        *,
        input: bytes = b"",  # noqa: A002 (the name that subprocess.run has)
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
        check: bool = True,
        cancel: threading.Event | None = None,
    ) -> Result:
        """Run one command and record it; see `Transport.run`."""
        words, variables = checked_words(argv), checked_env(env)
        given = None if self._tape.any_input(words) else self._tape.secrets.input_mark(input)
        entry = Exchange("run", words, self._via, variables, given, self._tape.now(), changes=self._tape.changes(words))
        try:
            result = self._inner.run(words, input=input, env=env, timeout=timeout, check=False, cancel=cancel)
        except (Cancelled, CommandTimeout) as error:
            self._write_result(replace(entry, end="left"), error.result)
            raise
        except ConnectError as error:
            self._write_result(replace(entry, end="error", error=error_to_json(error)), error.result)
            raise
        self._write_result(entry, result)
        return require_ok(result, self.name) if check else result

    def stream(
        self, argv: Sequence[str], *, env: Mapping[str, str] | None = None, cancel: threading.Event | None = None
    ) -> Iterator[bytes]:
        """Run one command, pass its lines on and record them with their times; see `Transport.stream`."""
        return self._stream(checked_words(argv), checked_env(env), cancel)

    def put(self, source: bytes | Path, remote: str, *, mode: int = 0o644) -> None:
        """Write a file; nothing of it is recorded. See `Transport.put`."""
        self._inner.put(source, remote, mode=mode)

    def get(self, remote: str) -> bytes:
        """Read a whole file and record its content; see `Transport.get`."""
        entry = Exchange("get", (remote,), self._via, at=self._tape.now())
        try:
            data = self._inner.get(remote)
        except (ConnectError, RemoteFileError) as error:
            self._tape.write(replace(entry, end="error", error=error_to_json(error)))
            raise
        self._tape.write(replace(entry, stdout=data))
        return data

    def jump(
        self,
        host: str,
        port: int = 22,
        *,
        user: str,
        host_key: str,
        identity: Path | None = None,
        timeout: float = 15,
    ) -> Recorder:
        """Connect to a node, and record what it answers into the same file; see `Transport.jump`."""
        entry = Exchange("jump", (host, str(port), user), self._via, at=self._tape.now(), host_key=host_key)
        try:
            node = self._inner.jump(host, port, user=user, host_key=host_key, identity=identity, timeout=timeout)
        except ConnectError as error:
            self._tape.write(replace(entry, end="error", error=error_to_json(error)))
            raise
        self._tape.write(entry)
        return Recorder._node(node, f"{self._via}>{user}@{host}:{port}", self._tape)

    def alive(self, timeout: float = 3.0) -> bool:
        """Whether the machine answers within `timeout` seconds. Not recorded."""
        return self._inner.alive(timeout)

    def close(self) -> None:
        """End the connection; what was recorded is in the file already."""
        self._inner.close()

    def _stream(
        self, words: tuple[str, ...], variables: dict[str, str], cancel: threading.Event | None
    ) -> Iterator[bytes]:
        entry = Exchange("stream", words, self._via, variables, "", self._tape.now(), changes=self._tape.changes(words))
        lines: list[tuple[float, bytes]] = []
        stderr = b""
        try:
            inner = self._inner.stream(words, env=variables, cancel=cancel)
            with contextlib.closing(inner) if isinstance(inner, Generator) else contextlib.nullcontext():
                for line in inner:
                    lines.append((self._tape.now() - entry.at, line))
                    yield line
        except CommandFailed as error:
            entry, stderr = replace(entry, code=error.result.code), error.result.stderr
            raise
        except ConnectError as error:
            entry = replace(entry, end="error", error=error_to_json(error))
            raise
        except BaseException:  # cancelled, Ctrl-C, or the reader had enough
            entry = replace(entry, end="left")
            raise
        finally:
            self._tape.write(replace(entry, lines=tuple(lines), stderr=stderr))

    def _write_result(self, entry: Exchange, result: Result | None) -> None:
        if result is not None:
            entry = replace(entry, code=result.code, stdout=result.stdout, stderr=result.stderr)
        self._tape.write(entry)


class _Tape:
    """The file under construction, shared with the recorders of nodes. Each entry is on disk when `write` returns."""

    changes: Callable[[tuple[str, ...]], bool]
    any_input: Callable[[tuple[str, ...]], bool]
    called: Mapping[str, str]

    def __init__(self, file: Path, names: tuple[str, str], secrets: Secrets, about: Mapping[str, str]) -> None:
        self.file = file
        self._names = names
        self.secrets = secrets
        self._began = time.monotonic()
        self._lock = threading.Lock()
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        header = {**about, "format": FORMAT, "name": names[1], "recorded": moment}
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(header) + "\n", encoding="utf-8")

    def now(self) -> float:
        return time.monotonic() - self._began

    def write(self, entry: Exchange) -> None:
        clean, text = self.secrets.clean, self.secrets.clean_text
        kept = replace(
            entry,
            words=tuple(text(self.called.get(word, word)) for word in entry.words),
            env={name: text(value) for name, value in entry.env.items()},
            seconds=self.now() - entry.at,
            stdout=clean(entry.stdout),
            stderr=clean(entry.stderr),
            lines=self.secrets.clean_lines(entry.lines),
            error={name: text(value.replace(*self._names)) for name, value in entry.error.items()},
        )
        with self._lock, self.file.open("a", encoding="utf-8") as stream:
            stream.write(kept.to_json() + "\n")


def _never(argv: tuple[str, ...]) -> bool:  # noqa: ARG001
    return False
