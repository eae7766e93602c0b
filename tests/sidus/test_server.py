"""The connection to a server, when it breaks while a job is followed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest

from sidus_lab import actions
from sidus_lab.actions import Control
from sidus_lab.errors import Cancelled, ConnectError, ServerUnreachable
from sidus_lab.sidus import server as servers
from sidus_lab.sidus.server import Server
from sidus_lab.transport import Result


class Gone:
    """A connection that was lost, and cannot be opened again: the network is down."""

    name = "me@host:22"

    def __init__(self) -> None:
        self.opened = 0

    def __call__(self) -> Any:
        self.opened += 1
        if self.opened > 1:
            raise ServerUnreachable("Nothing answers.", hint="is it on?")
        return self

    def run(self, argv: Any, **_: Any) -> Result:
        return Result(tuple(argv), 0)

    def stream(self, argv: Any, **_: Any) -> Iterator[bytes]:
        yield b'{"event": "progress", "step": "mmdebstrap", "fraction": 0.5, "line": "unpacking"}'
        raise ServerUnreachable("The connection was lost.")

    def alive(self, timeout: float = 3.0) -> bool:
        return False

    def close(self) -> None:
        pass


def test_a_server_that_stays_away_while_a_job_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "COME_BACK", 0.0)
    with pytest.raises(ConnectError) as caught:
        Server(Gone(), "/srv/sidus").follow("20260101-000000-abcd")
    assert "the job goes on there" in caught.value.message
    assert caught.value.hint == "connect again, then: lab.follow('20260101-000000-abcd')"


def test_cancelled_while_the_server_is_away() -> None:
    server = Server(Gone(), "/srv/sidus")

    def work(control: Control) -> Any:
        return server.follow("20260101-000000-abcd", control)

    action = actions.start(work, name="build")
    end = time.monotonic() + 30
    while "connection was lost" not in action.line and time.monotonic() < end:
        time.sleep(0.02)
    action.cancel()
    with pytest.raises(Cancelled) as caught:
        action.result(timeout=30)
    assert "It goes on" in caught.value.message  # and not: nothing is left
    assert "mmdebstrap: unpacking" in action.lines


def test_a_start_that_is_cut_off_is_asked_again_with_the_same_key() -> None:
    asked: list[tuple[str, ...]] = []

    class Cut(Gone):
        def __call__(self) -> Any:
            return self

        def run(self, argv: Any, **_: Any) -> Result:
            if "--key" not in " ".join(argv):
                return Result(tuple(argv), 0)
            asked.append(tuple(argv))
            if len(asked) == 1:
                raise ServerUnreachable("The connection was lost.")
            return Result(tuple(argv), 0, b'{"event": "result", "value": {"job": "20260101-000000-abcd"}}')

    server = Server(Cut(), "/srv/sidus")
    assert server.start("image", "publish", "x") == "20260101-000000-abcd"
    assert asked[0] == asked[1]
    server.start("image", "publish", "x")
    assert asked[2] != asked[0]
