"""A machine that answers from a dict, and recordings that are written by hand."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sidus_lab.recording.tape import Exchange
from sidus_lab.transport import Result

KEY_LINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA"
PRIVATE = b"-----BEGIN OPENSSH " + b"PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n-----END OPENSSH " + b"PRIVATE KEY-----\n"


class Fake:
    """A machine that answers from a dict; what the recorder writes of it is the point here."""

    name = "me@real-name:22"

    def __init__(self, answers: Mapping[str, bytes | Exception]) -> None:
        self.answers = dict(answers)

    def _answer(self, what: str) -> bytes:
        answer = self.answers[what]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def run(
        self,
        argv: Sequence[str],
        *,
        input: bytes = b"",  # noqa: A002 (as in the Protocol)
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
        check: bool = True,
        cancel: threading.Event | None = None,
    ) -> Result:
        return Result(tuple(argv), 0, self._answer(argv[0]))

    def stream(
        self, argv: Sequence[str], *, env: Mapping[str, str] | None = None, cancel: threading.Event | None = None
    ) -> Iterator[bytes]:
        yield from self._answer(argv[0]).splitlines()

    def put(self, source: bytes | Path, remote: str, *, mode: int = 0o644) -> None:
        pass

    def get(self, remote: str) -> bytes:
        return self._answer(remote)

    def jump(
        self, host: str, port: int = 22, *, user: str, host_key: str, identity: Path | None = None, timeout: float = 15
    ) -> Fake:
        self._answer(host)
        return self

    def alive(self, timeout: float = 3.0) -> bool:
        return True

    def close(self) -> None:
        pass


def write(file: Path, *entries: Exchange) -> Path:
    header = {"format": 1, "name": "root@lab:22", "recorded": "2026-01-02T03:04:05+00:00"}
    file.write_text("\n".join([json.dumps(header), *(entry.to_json() for entry in entries)]) + "\n")
    return file
