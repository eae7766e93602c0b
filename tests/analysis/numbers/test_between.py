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
