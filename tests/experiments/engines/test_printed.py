"""What a program printed, read: one good line for each operation, or the reason why not."""

from __future__ import annotations

import pytest

from sidus_lab.experiments.engines.printed import as_object, measured, one_line, why
from sidus_lab.transport import Result

GOOD = '{"operation": "one", "duration": 0.5, "work": 2, "work_unit": "flop", "result_hash": "ab", "metrics": {"a": 1}}'


def test_a_good_line_among_others() -> None:
    ((name, status, message, line),) = measured(f"hello\n{GOOD}\n", ["one"], "")
    assert (name, status, message) == ("one", "ok", "")
    assert line["duration"] == 0.5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "It printed 0 lines for one."),
        (f"{GOOD}\n{GOOD}", "It printed 2 lines for one."),
        ('{"operation": "one", "duration": 0}', "not a number of seconds above 0"),
        ('{"operation": "one", "duration": true}', "not a number of seconds above 0"),
        ('{"operation": "one", "duration": NaN}', "not a number of seconds above 0"),
        ('{"operation": "one", "duration": 1, "work": "x"}', "Its work is 'x'"),
        ('{"operation": "one", "duration": 1, "result_hash": 3}', "Its result_hash is 3"),
        ('{"operation": "one", "duration": 1, "metrics": []}', "Its metrics are not an object."),
    ],
)
def test_what_is_no_measurement(text: str, words: str) -> None:
    ((_, status, message, line),) = measured(text, ["one"], "It ended badly.")
    assert status == "failed"
    assert words in message
    assert message.endswith("It ended badly.")
    assert line == {}


def test_each_operation_stands_for_itself() -> None:
    rows = measured(GOOD, ["one", "two"], "")
    assert [(name, status) for name, status, _, _ in rows] == [("one", "ok"), ("two", "failed")]


@pytest.mark.parametrize("text", ["[1]", "x", "{", "{'a': 1}", ""])
def test_what_is_no_object(text: str) -> None:
    assert as_object(text) == {}


def test_how_it_ended() -> None:
    assert why(Result(("x",), 0, b"", b"")) == ""
    assert why(Result(("x",), 3, b"", b"first\nsecond\nlast words\n")) == (
        "The program ended with code 3: second last words"
    )
    assert len(one_line("x " * 400)) == 300
