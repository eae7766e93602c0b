"""Groups compared: no false alarm from neighbours, unequal spreads or drift, and the closed form where all is plain."""

from __future__ import annotations

import numpy as np
import pytest

from sidus_lab.analysis.numbers.between import APART, apart_in_time, between
from sidus_lab.analysis.numbers.variance import one_way

GROUPS = np.repeat(np.arange(8), 10)
PLACE = np.tile(np.arange(10.0), 8)


def test_without_order_it_is_the_analysis_of_variance() -> None:
    y = np.random.default_rng(0).normal(size=80) + GROUPS
    found, plain = between(y, GROUPS), one_way(y, GROUPS)
    assert found.parts.icc.value == pytest.approx(plain.icc.value)
    assert found.parts.p_value == pytest.approx(plain.p_value)
    assert found.p_value >= plain.p_value * (1 - 1e-9)


@pytest.mark.parametrize("spread", [np.ones(8), np.where(np.arange(8) == 2, 6.0, 1.0)])
def test_equal_means_are_hardly_called_different(spread: np.ndarray) -> None:  # type: ignore[type-arg]
    alarms = [
        between(np.random.default_rng(s).normal(size=80) * spread[GROUPS], GROUPS, place=PLACE).p_value < 0.05
        for s in range(200)
    ]
    assert np.mean(alarms) < 0.08


def test_a_drift_that_all_share_is_taken_out_and_one_after_another_is_seen() -> None:
    noise = np.random.default_rng(0).normal(size=80)
    side_by_side = between(noise + PLACE, GROUPS, place=PLACE, clock=PLACE)
    assert side_by_side.slope[0] == pytest.approx(1.0, abs=0.15)
    assert side_by_side.parts.repeat.sd == pytest.approx(1.0, abs=0.3)
    clock = np.arange(80.0)
    assert apart_in_time(GROUPS, clock) > APART
    assert between(noise, GROUPS, place=clock, clock=clock).slope[0] == 0.0
    assert apart_in_time(GROUPS, PLACE) == pytest.approx(0.0)


def test_a_wild_group_of_two_values_does_not_decide() -> None:
    random, alarms = np.random.default_rng(3), 0
    groups = np.r_[np.zeros(2), np.repeat(np.arange(1, 6), 8)].astype(np.intp)
    for _ in range(200):
        y = random.normal(0, 1, len(groups)) * np.where(groups == 0, 8.0, 1.0)
        alarms += between(y, groups).p_value < 0.05
    assert alarms <= 16


def test_two_values_a_group_are_not_taken_for_independent_where_nothing_was_drawn_anew() -> None:
    groups, place = np.repeat(np.arange(4), 2), np.tile(np.arange(2.0), 4)
    y = np.array([0.0, 0.4, 2.0, 2.3, 4.1, 4.0, 6.0, 6.2])
    assert between(y, groups, place=place).p_value < 0.01 < between(y, groups, place=place, cautious=True).p_value
    far = y + 200.0 * groups
    assert between(far, groups, place=place, cautious=True).p_value < 0.01  # nothing else makes so much
