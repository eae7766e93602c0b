"""Transports of a recorded site: the server's and those of its nodes, at the pace of the site's own clock."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sidus_lab.errors import (
    Cancelled,
    CommandTimeout,
    NotRecorded,
    RemoteFileError,
    ServerUnreachable,
)
from sidus_lab.recording.player import Clock, require_host_key
from sidus_lab.recording.tape import Exchange, error_from_json, read
from sidus_lab.sidus import answers
from sidus_lab.sidus.played import asked
from sidus_lab.sidus.played.playing import Playing
from sidus_lab.sidus.played.story import Boot, Story
from sidus_lab.transport import Result, checked_env, checked_path, checked_words, require_ok, short


@dataclass(frozen=True)
class Made:
    """What a recording says of itself: its name, the day, the site's folder, and what its nodes were."""

    name: str
    day: str
    site: str
    nodes: str


class RecordedSite:
    """The server of a recorded site, which answers by what was done to it here; it opens anew after `close`.

    Unlike `recording.Replay`, which plays a session as it went, it lets nodes be used in any order: each has a time of
    its own since it was switched on. What was not recorded raises `NotRecorded`.

    Parameters
    ----------
    file : Path
        A recording of a site. Raises `DataError` when it is none.
    speed : float
        How many times as fast as it happened; ``math.inf`` for no waiting.
    """

    def __init__(self, file: Path, *, speed: float = 20.0) -> None:
        header, entries = read(file)
        self.made = Made(
            str(header.get("called", file.stem)),
            str(header.get("recorded", ""))[:10],
            str(header.get("site", "")),
            str(header.get("nodes", "")),
        )
        self._clock = Clock(speed)
        self._playing = Playing(Story(entries), self._clock)

    @property
    def name(self) -> str:
        """What it is called: that it is a recording, of which day, and how fast it is played."""
        pace = "without waiting" if math.isinf(self._clock.speed) else f"{self._clock.speed:g} times as fast"
        return f"{self.made.name} (recorded {self.made.day}, played {pace})"

    def open(self) -> Connection:
        """Open a connection to it; what was done over another one stays done."""
        return Connection(self.name, self._playing, self._clock)


class Connection:
    """A connection to the server of a recorded site (`node` empty), or to one of its nodes in one of its boots."""

    def __init__(
        self,
        name: str,
        playing: Playing,
        clock: Clock,
        node: tuple[str, Boot] | None = None,
        above: Connection | None = None,
    ) -> None:
        self.name = name
        self._playing, self._clock = playing, clock
        self._node, self._above = node, above
        self._closed = threading.Event()
        self._files: dict[str, bytes] = {}

    def __repr__(self) -> str:
        return f"<Connection to {self.name}, {'open' if self.alive() else 'closed'}>"

    def run(
        self,
        argv: Sequence[str],
        *,
        input: bytes = b"",  # noqa: A002, ARG002 (the name that subprocess.run has; a question is known by its words)
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
        check: bool = True,
        cancel: threading.Event | None = None,
    ) -> Result:
        """Give what was recorded, after the time that it took; see `Transport.run`."""
        words = checked_words(argv)
        checked_env(env)
        result = self._answer(words, timeout, cancel)
        return require_ok(result, self.name) if check else result

    def stream(
        self, argv: Sequence[str], *, env: Mapping[str, str] | None = None, cancel: threading.Event | None = None
    ) -> Iterator[bytes]:
        """Yield the recorded lines of a command when their time has come; see `Transport.stream`."""
        words = checked_words(argv)
        checked_env(env)
        return self._lines(words, cancel)

    def put(self, source: bytes | Path, remote: str, *, mode: int = 0o644) -> None:  # noqa: ARG002 (nobody looks)
        """Keep a file in memory, for `get`; see `Transport.put`."""
        path = checked_path(remote)
        self._require_open()
        self._files[path] = source if isinstance(source, bytes) else source.read_bytes()

    def get(self, remote: str) -> bytes:
        """Give a file that was put over this connection; see `Transport.get`."""
        path = checked_path(remote)
        self._require_open()
        if path not in self._files:
            raise RemoteFileError(f"{path} was not put here: this is a recorded site.", reason="missing")
        return self._files[path]

    def jump(
        self,
        host: str,
        port: int = 22,
        *,
        user: str,
        host_key: str,
        identity: Path | None = None,  # noqa: ARG002 (a recording asks for no key)
        timeout: float = 15,  # noqa: ARG002
    ) -> Connection:
        """Connect to a node that is up, which must have `host_key` in the boot in which it is."""
        self._require_open()
        name, boot, key = self._playing.reach(host, port)
        require_host_key(key, host_key, f"{user}@{host}:{port}")
        return Connection(f"{user}@{host}:{port} of {self.name}", self._playing, self._clock, (name, boot), self)

    def alive(self, timeout: float = 3.0) -> bool:  # noqa: ARG002 (a file answers at once)
        """Whether this was not closed, and its node was not started anew."""
        if self._closed.is_set() or (self._above is not None and not self._above.alive()):
            return False
        return self._node is None or self._playing.runs_still(*self._node)

    def close(self) -> None:
        """End the connection, and those to its nodes."""
        self._closed.set()

    def _require_open(self) -> None:
        if not self.alive():
            raise ServerUnreachable(f"The connection to {self.name} was closed.", hint="connect again")

    def _answer(self, words: tuple[str, ...], timeout: float | None, cancel: threading.Event | None) -> Result:
        self._require_open()
        began = self._clock.now()
        verb = asked.verb(words) if self._node is None else None
        if verb is not None and verb.by_node:
            value, seconds = self._playing.verb(verb)
            self._wait(began + seconds, words, cancel)
            return Result(words, 0, answers.printed(value), b"", seconds)
        entry = self._found(words)
        if timeout is not None and entry.seconds > timeout:
            self._wait(began + timeout, words, cancel)
            raise CommandTimeout(
                f"{short(words)} did not end within {timeout:g} s on {self.name} and was killed.",
                result=Result(words, -1, b"", b"", timeout),
                hint="give it more time with timeout=",
            )
        self._wait(began + entry.seconds, words, cancel)
        return _ended(entry, words)

    def _lines(self, words: tuple[str, ...], cancel: threading.Event | None) -> Iterator[bytes]:
        self._require_open()
        began = self._clock.now()
        entry = self._found(words)
        for when, line in entry.lines:
            self._wait(began + when, words, cancel)
            yield line
        self._wait(began + entry.seconds, words, cancel)
        require_ok(_ended(entry, words), self.name)

    def _found(self, words: tuple[str, ...]) -> Exchange:
        if self._node is None:
            return self._playing.command(words)
        return self._playing.on_node(*self._node, words)

    def _wait(self, until: float, words: tuple[str, ...], cancel: threading.Event | None) -> None:
        above = self._above._closed if self._above is not None else None
        if not self._clock.wait(until, cancel, self._closed, above):
            self._require_open()
            raise Cancelled(f"{short(words)} on {self.name} was cancelled.", result=Result(words, -1, b"", b"", 0.0))
        self._require_open()  # its node may have been switched off in the meantime


def _ended(entry: Exchange, words: tuple[str, ...]) -> Result:
    """Give the end of what was recorded, as it was."""
    stdout = entry.stdout or b"".join(line + b"\n" for _, line in entry.lines)
    if entry.kind == "run" and (verb := asked.verb(words)) is not None:
        stdout = answers.brought_line(verb.name, stdout)
    if entry.end == "error":
        raise error_from_json(entry.error, Result(words, -1, stdout, entry.stderr, entry.seconds))
    if entry.end == "left":
        raise NotRecorded(
            f"The recording of {short(words)} was cut off after {entry.seconds:.0f} s.",
            hint="use a real site to see how it ends",
        )
    return Result(words, entry.code, stdout, entry.stderr, entry.seconds)
