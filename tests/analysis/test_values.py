"""Numbers in sentences: short, never more certain than they are."""

from __future__ import annotations

import math

import pytest

from sidus_lab.analysis.values import Interval, count, names, number, percent, percents


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (0.0001, "<0.1 %"),
        (-0.0001, ">-0.1 %"),
        (0.031, "3.1 %"),
        (0.0999, "10 %"),
        (0.5, "50 %"),
        (0.996, "99.6 %"),
        (0.99996, ">99.9 %"),
        (1.0, "100 %"),
        (3.0, "300 %"),
        (math.nan, "an unknown share"),
        (math.inf, "any percentage"),
    ],
)
def test_percent(share: float, text: str) -> None:
    assert percent(share) == text


def test_percents() -> None:
    assert percents(Interval(0.05, 0.5)) == "5.0 to 50 %"
    assert percents(Interval(0.0, 1.0)) == "0 to 100 %"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1234.5, "1230"),
        (0.012345, "0.0123"),
        (1e-9, "1.00e-09"),
        (9.999, "10.0"),
        (-2.5, "-2.50"),
        (2e7, "2.00e+07"),
    ],
)
def test_number(value: float, text: str) -> None:
    assert number(value) == text


def test_odd_numbers() -> None:
    assert number(math.nan) == "unknown"
    assert number(math.inf) == "infinity"


def test_lists_and_counts() -> None:
    assert names([]) == "none"
    assert names(["a"]) == "a"
    assert names(["a", "b", "c"]) == "a, b and c"
    assert names([f"n{i}" for i in range(9)]) == "n0, n1, n2, n3, n4 and 4 more"
    assert count(1, "node") == "1 node"
    assert count(3, "node") == "3 nodes"


def test_interval() -> None:
    assert 0.5 in Interval(0.0, 1.0)
    assert 2 not in Interval(0.0, 1.0)
    assert Interval(1.0, 3.0).width == 2
    assert str(Interval(0.5, 1234.5)) == "0.500 to 1230"
