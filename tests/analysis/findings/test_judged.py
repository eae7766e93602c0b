"""One setting against none: on which nodes, to what effect, and with what control."""

from __future__ import annotations

import pytest

from sidus_lab.analysis.findings.judged import Judged, judge
from sidus_lab.analysis.findings.results import cells
from tests.analysis.findings.bits_example import FACTOR, records


def judged(base: str, forced: str, count: int = 3) -> Judged:
    results = {f"n{i}": letter * count for i, letter in enumerate(base, 1) if letter != " "}
    results |= {f"n{i}+on": letter * count for i, letter in enumerate(forced, 1) if letter != " "}
    by_setting = cells(records(results), "solve")
    setting = ((FACTOR, "on"),)
    return judge(setting, by_setting.get((), {}), by_setting[setting])


@pytest.mark.parametrize(
    ("base", "forced", "effect"),
    [
        ("ab", "cc", "removes"),
        ("abc", "ddc", "merges"),
        ("abcd", "eeff", "merges"),
        ("aa", "bc", "splits"),
        ("aab", "cdd", "regroups"),
        ("ab", "cd", "changes"),
        ("aa", "bb", "changes"),
        ("ab", "ab", "nothing"),
        ("ab", "c ", "untold"),
        ("ab", "cc!", "removes"),
        ("ab ", "ccd", "merges"),
        ("a ", " b", "untold"),
    ],
)
def test_effect(base: str, forced: str, effect: str) -> None:
    assert judged(base, forced).effect == effect


def test_who_is_left_out_and_why() -> None:
    found = judged("aaaa b", "cc!- d")
    assert found.left_out.crashed == ("n3",)
    assert found.left_out.unhashed == ("n4",)
    assert found.nodes == ("n1", "n2", "n6")
    assert judged("ab ", "aac").left_out.only == ("n3",)
    assert judged("aab", "aa ").left_out.absent == ("n3",)


def test_who_moved() -> None:
    assert judged("ab", "cb").moved == ("n1",)
    assert not judged("ab", "cb").in_vain
    assert judged("ab", "cd").in_vain
    assert not judged("abe", "cd!").in_vain


def test_two_repeats_are_within_chance_and_five_are_not() -> None:
    assert judged("ab", "aa", count=2).chance > 0.05
    assert judged("ab", "aa", count=5).chance < 0.001
