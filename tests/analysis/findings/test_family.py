"""All tests of a verdict as one family: weights, and the share that a swap design takes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sidus_lab.analysis.findings.family import ALPHA, Test, corrected, strictest


def test_what_was_asked_takes_the_larger_part_of_the_level() -> None:
    tests: dict[Test, float] = {("nodes", ""): 0.03, ("drift", ""): 0.03, ("repeats", ""): math.nan}
    found = corrected(tests)
    assert found["nodes", ""] == pytest.approx(0.03 * 1.25)
    assert found["drift", ""] == pytest.approx(0.03 * 1.25)  # after the nodes, and no smaller than theirs
    assert math.isnan(found["repeats", ""])
    assert corrected({("drift", ""): 0.03})["drift", ""] == pytest.approx(0.03)


def test_beside_a_swap_design_less_is_left() -> None:
    assert corrected({("nodes", ""): 0.03}, swap=True)["nodes", ""] == pytest.approx(0.05)


def test_the_whole_family_is_wrong_in_one_table_of_twenty() -> None:
    random = np.random.default_rng(1)
    kinds: list[Test] = [("nodes", ""), ("drift", ""), ("repeats", ""), ("setting", "a"), ("varies", "a")]
    wrong = [
        min(corrected(dict(zip(kinds, random.random(len(kinds)), strict=True))).values()) < ALPHA for _ in range(4000)
    ]
    assert 0.04 < np.mean(wrong) < 0.056  # 0.05, with the error of 4,000 tables


def test_a_level_that_holds_whatever_else_is_tested() -> None:
    tests: dict[Test, float] = {("nodes", ""): 0.9, ("repeats", ""): 0.5, ("drift", ""): 0.9, ("kind", ""): math.nan}
    level = strictest("repeats", tests)
    assert level == pytest.approx(0.05 * 0.25 / 1.5)
    found = corrected(tests | {("repeats", ""): level * 0.99})
    assert found["repeats", ""] < ALPHA
