"""Intervals: what they hold, how wide they are, and how they read."""

from __future__ import annotations

from sidus_lab.analysis.values import Interval


def test_interval() -> None:
    assert 0.5 in Interval(0.0, 1.0)
    assert 2 not in Interval(0.0, 1.0)
    assert Interval(1.0, 3.0).width == 2
    assert str(Interval(0.5, 1234.5)) == "0.500 to 1230"
