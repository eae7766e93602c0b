"""What sidusctl prints, read: its value, its errors, and what is no answer at all."""

from __future__ import annotations

import json

import pytest

from sidus_lab.errors import ServerError
from sidus_lab.sidus.answers import Answer, Progress, event_of, value_of
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
    def read(**event: object) -> Progress | Answer | ServerError | None:
        return event_of(json.dumps({"event": "progress", **event}))

    assert read(step="verity", line="hash tree", fraction=0.5) == Progress(0.5, "verity: hash tree")
    assert read(step="verity", line="") == Progress(None, "verity")
    assert read() == Progress(None, "")
