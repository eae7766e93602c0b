"""A connection to this very machine without SSH: enough of `Transport` to record a session of a small site."""

# What a session by hand does not need of the protocol is taken and let be.
# ruff: noqa: ARG002
from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sidus_lab.transport import Result, Transport


class Local:
    """Runs commands in a folder that stands for the user's home."""

    name = "me@here:22"

    def __init__(self, home: Path, env: Mapping[str, str]) -> None:
        self._home = home
        self._env = dict(env)

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
        """Run one command to its end."""
        began = time.monotonic()
        inner = {**self._env, **(env or {})}
        done = subprocess.run(argv, input=input, cwd=self._home, env=inner, capture_output=True, timeout=timeout)
        return Result(tuple(argv), done.returncode, done.stdout, done.stderr, time.monotonic() - began)

    def stream(
        self, argv: Sequence[str], *, env: Mapping[str, str] | None = None, cancel: threading.Event | None = None
    ) -> Iterator[bytes]:
        """Give what a command printed, line by line."""
        yield from self.run(argv, env=env).stdout.splitlines()

    def put(self, source: bytes | Path, remote: str, *, mode: int = 0o644) -> None:
        """Write a file."""
        target = self._home / remote
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source if isinstance(source, bytes) else source.read_bytes())

    def get(self, remote: str) -> bytes:
        """Read a file."""
        return (self._home / remote).read_bytes()

    def jump(
        self, host: str, port: int = 22, *, user: str, host_key: str, identity: Path | None = None, timeout: float = 15
    ) -> Transport:
        """Nothing lies behind this machine."""
        raise NotImplementedError

    def alive(self, timeout: float = 3.0) -> bool:
        """It is here."""
        return True

    def close(self) -> None:
        """Nothing is open."""
