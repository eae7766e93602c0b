"""A transport that answers from a recording, at the pace of its own clock."""

from __future__ import annotations

import math
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sidus_lab.errors import Cancelled, CommandTimeout, HostKeyChanged, NotRecorded, ServerUnreachable
from sidus_lab.recording.tape import Exchange, Secrets, error_from_json, read
from sidus_lab.transport import Result, checked_env, checked_path, checked_words, require_ok, short

POLL = 0.05  # seconds between two looks at cancel
PATIENCE = 60.0  # seconds that a command which was cut off in the recording waits to be cancelled again

_Key = tuple[str, str, tuple[str, ...], tuple[tuple[str, str], ...]]


class Clock:
    """The time of the recorded site: it runs `speed` times as fast as ours, and ``inf`` means no waiting at all."""

    def __init__(self, speed: float = 1.0) -> None:
        if not speed > 0:
            raise ValueError(f"the speed of a clock is more than 0, not {speed!r}")
        self.speed = speed
        self._began = time.monotonic()

    def now(self) -> float:
        """Seconds of the site's time since this clock was made."""
        return (time.monotonic() - self._began) * (1.0 if math.isinf(self.speed) else self.speed)

    def passed(self, moment: float) -> float:
        """Seconds of the site's time since a moment of it; without waiting, all that comes after it is over."""
        return math.inf if math.isinf(self.speed) else self.now() - moment

    def wait(self, until: float, *stops: threading.Event | None) -> bool:
        """Wait until the site's time is `until`; give False when one of the `stops` was set before."""
        while True:
            if any(stop is not None and stop.is_set() for stop in stops):
                return False
            left = 0.0 if math.isinf(self.speed) else (until - self.now()) / self.speed
            if left <= 0:
                return True
            time.sleep(min(left, POLL))


class Replay:
    """A recorded site. What was uploaded to it is kept in memory; what was not recorded raises `NotRecorded`.

    Times in arguments (`timeout`) and in results (``seconds``) are the site's.

    Parameters
    ----------
    file : Path
        A recording, made by `Recorder`. Raises `DataError` when it is none.
    speed : float
        How many times as fast as it happened; ``math.inf`` for no waiting.
    """

    def __init__(self, file: Path, *, speed: float = 1.0) -> None:
        header, entries = read(file)
        self._name = str(header.get("name", "recorded"))
        self._recorded = str(header.get("recorded", ""))[:10]
        self._tape = _Playing(entries, Clock(speed))
        self._via = ""
        self._closed = threading.Event()
        self._above: tuple[threading.Event, ...] = ()

    @property
    def name(self) -> str:
        """``user@host:port`` of the recorded machine, for messages."""
        return self._name

    @property
    def speed(self) -> float:
        """How many times as fast as it happened."""
        return self._tape.clock.speed

    def __repr__(self) -> str:
        return f"<Replay of {self.name}, recorded {self._recorded}, {'open' if self._open else 'closed'}>"

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
        """Give the recorded result of a command after the time it took; see `Transport.run`."""
        words, variables = checked_words(argv), checked_env(env)
        self._require_open()
        began = self._tape.clock.now()
        entry = self._tape.find("run", self._via, words, variables, input)
        ends = entry.seconds if entry.end != "left" else math.inf
        if timeout is not None and ends > timeout:
            self._wait(began + timeout, entry, words, cancel)
            raise CommandTimeout(
                f"{short(words)} did not end within {timeout:g} s on {self.name} and was killed.",
                result=_result(entry, words, -1),
                hint="give it more time with timeout=",
            )
        self._wait_to_end(began, entry, words, cancel)
        if entry.end == "error":
            raise error_from_json(entry.error, _result(entry, words, -1))
        result = _result(entry, words, entry.code)
        return require_ok(result, self.name) if check else result

    def stream(
        self, argv: Sequence[str], *, env: Mapping[str, str] | None = None, cancel: threading.Event | None = None
    ) -> Iterator[bytes]:
        """Yield the recorded lines of a command when their time has come; see `Transport.stream`."""
        return self._stream(checked_words(argv), checked_env(env), cancel)

    def put(self, source: bytes | Path, remote: str, *, mode: int = 0o644) -> None:  # noqa: ARG002 (nobody looks)
        """Keep a file in memory, for `get`; see `Transport.put`."""
        path = checked_path(remote)
        data = source if isinstance(source, bytes) else source.read_bytes()
        self._require_open()
        self._tape.files[self._via, path] = data

    def get(self, remote: str) -> bytes:
        """Give a file that was put, or the recorded content; see `Transport.get`."""
        path = checked_path(remote)
        self._require_open()
        if (self._via, path) in self._tape.files:
            return self._tape.files[self._via, path]
        entry = self._tape.find("get", self._via, (remote,), {}, b"")
        if entry.end == "error":
            raise error_from_json(entry.error)
        return entry.stdout

    def jump(
        self,
        host: str,
        port: int = 22,
        *,
        user: str,
        host_key: str,
        identity: Path | None = None,  # noqa: ARG002 (a recording asks for no key)
        timeout: float = 15,  # noqa: ARG002
    ) -> Replay:
        """Give a recorded node, which must have had exactly `host_key`; see `Transport.jump`."""
        self._require_open()
        began = self._tape.clock.now()
        entry = self._tape.find("jump", self._via, (host, str(port), user), {}, b"")
        self._wait(began + entry.seconds, entry, entry.words, None)
        if entry.end == "error":
            raise error_from_json(entry.error)
        require_host_key(entry.host_key, host_key, f"{user}@{host}:{port}")
        node = object.__new__(Replay)
        node._name, node._recorded, node._tape = f"{user}@{host}:{port}", self._recorded, self._tape
        node._via = f"{self._via}>{user}@{host}:{port}"
        node._closed, node._above = threading.Event(), (*self._above, self._closed)
        return node

    def alive(self, timeout: float = 3.0) -> bool:  # noqa: ARG002 (a file answers at once)
        """Whether this was not closed."""
        return self._open

    def close(self) -> None:
        """End the replay, and those of its nodes."""
        self._closed.set()

    @property
    def _open(self) -> bool:
        return not any(closed.is_set() for closed in (self._closed, *self._above))

    def _require_open(self) -> None:
        if not self._open:
            raise ServerUnreachable(f"The connection to {self.name} was closed.", hint="connect again")

    def _stream(
        self, words: tuple[str, ...], variables: dict[str, str], cancel: threading.Event | None
    ) -> Iterator[bytes]:
        self._require_open()
        began = self._tape.clock.now()
        entry = self._tape.find("stream", self._via, words, variables, b"")
        for when, line in entry.lines:
            self._wait(began + when, entry, words, cancel)
            yield line
        self._wait_to_end(began, entry, words, cancel)
        if entry.end == "error":
            raise error_from_json(entry.error, _result(entry, words, -1))
        require_ok(_result(entry, words, entry.code), self.name)

    def _wait(self, until: float, entry: Exchange, words: tuple[str, ...], cancel: threading.Event | None) -> None:
        if self._tape.clock.wait(until, cancel, self._closed, *self._above):
            return
        self._require_open()
        raise Cancelled(f"{short(words)} on {self.name} was cancelled.", result=_result(entry, words, -1))

    def _wait_to_end(
        self, began: float, entry: Exchange, words: tuple[str, ...], cancel: threading.Event | None
    ) -> None:
        self._wait(began + entry.seconds, entry, words, cancel)
        if entry.end == "left":
            if cancel is not None:
                patient = time.monotonic() + PATIENCE
                while self._open and time.monotonic() < patient and not cancel.wait(POLL):
                    pass
                self._wait(began, entry, words, cancel)
            raise NotRecorded(
                f"The recording of {short(words)} was cut off after {entry.seconds:.0f} s.",
                hint="connect to a real site to see how it ends",
            )


class _Playing:
    """The entries of a recording, and how far it was played. Shared by a replay and those of its nodes."""

    def __init__(self, entries: Sequence[Exchange], clock: Clock) -> None:
        self.clock = clock
        self.files: dict[tuple[str, str], bytes] = {}
        self._by_key: dict[_Key, list[Exchange]] = defaultdict(list)
        for entry in sorted(entries, key=lambda entry: entry.at):
            self._by_key[_key(entry.kind, entry.via, entry.words, entry.env)].append(entry)
        self._changes = sorted(entry.at for entry in entries if entry.changes)
        self._played: list[tuple[Exchange, float]] = []  # changes, and the site's time at which each was played
        self._lock = threading.Lock()

    def find(self, kind: str, via: str, words: tuple[str, ...], env: Mapping[str, str], data: bytes) -> Exchange:
        """Give the answer to a question, and remember it when it is a change. Raises `NotRecorded`."""
        entries = self._by_key.get(_key(kind, via, words, env), [])
        mark = Secrets(()).input_mark(data)
        # An input that was not written down, because it was short or a secret, is taken for any.
        same = [entry for entry in entries if entry.given == mark] or [e for e in entries if e.given is None and data]
        if not same:
            raise NotRecorded(
                f"This is a recorded site, and its recording has no answer to: {short(words)}.",
                hint="connect to a real server, or to the lab on this machine (sidus-lab lab up)",
            )
        with self._lock:
            now = self.clock.now()
            if not same[0].changes:
                return self._of_now(same, now)
            played = [entry for entry, _ in self._played]
            entry = next((entry for entry in same if entry not in played), same[-1])
            self._played.append((entry, now))
            return entry

    def _of_now(self, entries: list[Exchange], now: float) -> Exchange:
        """Give the newest answer whose time has come since the last change that was played.

        An answer belongs to the change before it in the recording; with none before it, to the beginning. So a node
        that was never switched on here stays off, however long one waits.
        """
        begins: list[tuple[float, float]] = [(entry.at, when) for entry, when in reversed(self._played)]
        for began, when in [*begins, (-math.inf, 0.0)]:
            ends = next((at for at in self._changes if at > began), math.inf)
            since = [entry for entry in entries if began < entry.at < ends]
            if since:
                passed = now - when + (began if math.isfinite(began) else 0.0)
                passed = math.inf if math.isinf(self.clock.speed) else passed
                return next((entry for entry in reversed(since) if entry.at <= passed), since[0])
        return entries[0]


def _key(kind: str, via: str, words: tuple[str, ...], env: Mapping[str, str]) -> _Key:
    return kind, via, words, tuple(sorted(env.items()))


def require_host_key(recorded: str, expected: str, where: str) -> None:
    """Raise `HostKeyChanged` unless the host key on record is the one that is expected; `where` names the machine."""
    if recorded.split()[:2] != expected.split()[:2]:
        raise HostKeyChanged(
            f"The host key of {where} is not the one on record. It may be another machine.",
            hint="find out which machine answers at this address",
        )


def _result(entry: Exchange, words: tuple[str, ...], code: int) -> Result:
    stdout = entry.stdout if entry.kind == "run" else b"".join(line + b"\n" for _, line in entry.lines)
    return Result(words, code, stdout, entry.stderr, entry.seconds)
