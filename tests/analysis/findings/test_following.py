"""One rule for what results follow: equal labels, equal results, each seen more than once, and not by luck."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import permutations

import pytest

from sidus_lab.analysis.findings.following import attribute, by_chance, follow


@pytest.mark.parametrize(
    ("results", "labels", "answer"),
    [
        ("aabb", "xxyy", "follows"),
        ("ab", "xy", "single"),
        ("aab", "xxy", "single"),
        ("aaab", "xxyy", "refuted"),
        ("ab", "xx", "constant"),
        ("aabb", ["x", "", "y", "y"], "unknown"),
        ("aabb", "wxyz", "follows"),  # finer labels explain too
    ],
)
def test_follow(results: str, labels: Sequence[str], answer: str) -> None:
    assert follow(results, labels) == answer


def units(text: str) -> dict[str, str]:
    return {f"n{index}": letter for index, letter in enumerate(text)}


def test_two_labels_that_differ_together_cannot_be_told_apart() -> None:
    found = attribute(units("aabb"), {"hardware": units("xxyy"), "code": units("vvww")})
    assert found.explaining == ("hardware", "code")
    assert not found.alone
    crossed = attribute(units("aabb"), {"hardware": units("xxyy"), "code": units("vwvw")})
    assert crossed.alone == "hardware"


def test_a_label_that_was_not_recorded_is_not_excluded() -> None:
    found = attribute(units("aabb"), {"hardware": units("xxyy"), "software": {}})
    assert found.unknown == ("software",)
    assert not found.alone
    assert not found.single


def test_one_unit_of_each_label_is_a_difference_between_single_units() -> None:
    found = attribute(units("ab"), {"hardware": units("xy"), "code": units("vv")})
    assert (found.alone, found.single) == ("", "hardware")


def shuffled(uniform: Sequence[str], free: str) -> float:
    """The same by trying every order."""
    letters = "".join(uniform) + free
    orders = set(permutations(letters))
    good = 0
    for order in orders:
        at, fits = 0, True
        for group in uniform:
            fits = fits and len(set(order[at : at + len(group)])) == 1
            at += len(group)
        good += fits
    return good / len(orders)


@pytest.mark.parametrize(
    ("uniform", "free"),
    [
        (["aaa", "bbb"], ""),
        (["aa", "bb", "bb"], ""),
        (["aaa", "bb"], "ab"),
        (["aa", "bb", "cc"], ""),
        (["aaa"], "abbb"),
    ],
)
def test_the_chance_is_the_one_of_counting_all_orders(uniform: list[str], free: str) -> None:
    assert by_chance(uniform, free) == pytest.approx(shuffled(uniform, free))


def test_the_bound_for_large_tables_is_never_below_the_count() -> None:
    for groups in (["a" * 40, "b" * 40] * 3, ["a" * 5, "b" * 5, "c" * 5, "d" * 5]):
        exact = by_chance(groups)
        bound = len(groups) * math.log(len(set("".join(groups)))) - (
            math.lgamma(sum(map(len, groups)) + 1)
            - sum(math.lgamma("".join(groups).count(letter) + 1) for letter in set("".join(groups)))
        )
        assert exact <= math.exp(min(bound, 0.0)) * (1 + 1e-9)
    many = [letter * 3 for letter in "abcdefghijklmnop"]
    assert 0 <= by_chance(many) < 1e-6


def test_one_result_everywhere_is_no_evidence_of_order() -> None:
    assert by_chance(["aaa", "aaa"]) == 1
    assert by_chance([]) == 1
