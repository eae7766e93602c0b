"""What was seen last, and when, in words."""

from __future__ import annotations

import pytest

from sidus_lab.sidus.seen import Seen, ago


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "just now"),
        (0.99, "just now"),
        (12.4, "12 s ago"),
        (59.9, "59 s ago"),
        (60, "1 min ago"),
        (125, "2 min 5 s ago"),
        (11400, "3 h 10 min ago"),
        (400000, "4 days ago"),
    ],
)
def test_ago(seconds: float, words: str) -> None:
    assert ago(seconds) == words


def test_nothing_was_seen_yet() -> None:
    seen: Seen[list[str]] = Seen("lab.refresh()")
    assert (seen.value, seen.age) == (None, None)
    assert seen.words == "not looked at yet: lab.refresh()"


def test_an_empty_answer_was_seen_all_the_same() -> None:
    seen: Seen[list[str]] = Seen("lab.refresh()")
    assert seen.note([]) == []
    assert seen.value == []
    assert seen.words == "seen just now"
