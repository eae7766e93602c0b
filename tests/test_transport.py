"""The values and checks every transport shares."""

from __future__ import annotations

import pytest

from sidus_lab import transport
from sidus_lab.errors import CommandFailed
from sidus_lab.transport import Result


def test_require_ok_gives_it_back_or_carries_it() -> None:
    good, bad = Result(("true",), 0), Result(("mmdebstrap", "x"), 25, b"", b"one\ntwo\nE: no space left\n")
    assert transport.require_ok(good, "me@here:22") is good
    with pytest.raises(CommandFailed) as caught:
        transport.require_ok(bad, "me@here:22")
    assert caught.value.result is bad
    assert str(caught.value).splitlines()[0] == "mmdebstrap x ended with code 25 on me@here:22."
    assert "E: no space left" in str(caught.value)


def test_a_failure_without_a_word_says_so() -> None:
    with pytest.raises(CommandFailed, match="false ended with code 1 on h and printed nothing"):
        transport.require_ok(Result(("false",), 1), "h")


@pytest.mark.parametrize("argv", ["ls -l", b"ls", [b"ls"], [1]])
def test_words_of_the_wrong_type(argv: object) -> None:
    with pytest.raises(TypeError):
        transport.checked_words(argv)  # type: ignore[arg-type]


@pytest.mark.parametrize("argv", [[], ["a\0b"], ["x" * 200_000], ["é"] * 60_000])
def test_words_no_command_line_carries(argv: list[str]) -> None:
    with pytest.raises(ValueError, match="command"):
        transport.checked_words(argv)


@pytest.mark.parametrize("env", [{"A B": ""}, {"1A": ""}, {"A=": ""}, {"": ""}, {"A": "\0"}, {"A\n": ""}])
def test_variables_no_environment_carries(env: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="variable"):
        transport.checked_env(env)


def test_short_keeps_a_message_to_one_line() -> None:
    assert transport.short(["sh", "-c", "a\nb"]) == "sh -c a b"
    assert len(transport.short(["x" * 500])) == 60
