"""What sidusctl prints, read: its value, its errors, and what is no answer at all."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from sidus_lab import actions
from sidus_lab.actions import Control
from sidus_lab.errors import Cancelled, ConnectError, ServerError, ServerUnreachable
from sidus_lab.sidus import server as servers
from sidus_lab.sidus.server import Server, step_line, value_of
from sidus_lab.transport import Result


def printed(*events: object, code: int = 0, errors: bytes = b"") -> Result:
    lines = [event if isinstance(event, str) else json.dumps(event) for event in events]
    return Result(("sidusctl",), code, "".join(line + "\n" for line in lines).encode(), errors)


def test_the_value_after_progress() -> None:
    result = printed({"event": "progress", "step": "x"}, {"event": "result", "value": {"a": 1}})
    assert value_of(result, "host") == {"a": 1}


def test_an_error_keeps_code_hint_and_detail() -> None:
    event = {
        "event": "error",
        "code": "unknown-node",
        "message": "There is no node x.",
        "hint": "known: y",
        "detail": "d",
    }
    with pytest.raises(ServerError) as caught:
        value_of(printed(event, code=1), "host")
    error = caught.value
    assert (error.code, error.message, error.hint, error.detail) == (
        "unknown-node",
        "There is no node x.",
        "known: y",
        "d",
    )
    assert str(error) == "There is no node x.\n  d\nNext: known: y"


def test_words_beside_the_answer_do_no_harm() -> None:
    assert value_of(printed("Welcome!", {"event": "result", "value": 3}, "bye", "[1]", '"x"', "17"), "host") == 3


@pytest.mark.parametrize("lines", [(), ("Traceback",), ({"event": "progress"},), ('{"event": "resu',)])
def test_no_answer(lines: tuple[object, ...]) -> None:
    with pytest.raises(ServerError, match="ended with code 137 and no answer") as caught:
        value_of(printed(*lines, code=137, errors=b"Killed"), "me@host")
    assert caught.value.code == "no-answer"
    assert caught.value.detail == "Killed"


def test_progress_in_one_line() -> None:
    assert step_line({"step": "verity", "line": "hash tree"}) == "verity: hash tree"
    assert step_line({"step": "verity", "line": ""}) == "verity"
    assert step_line({}) == ""


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
