"""Intervals of variances and their ratios: exact cases, and how often they hold the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sidus_lab.analysis.numbers.intervals import (
    combination_interval,
    effective_df,
    excess_kurtosis,
    ratio_interval,
    variance_interval,
)


def test_a_variance_has_the_chi_square_interval() -> None:
    found = variance_interval(4.0, 9, 0.9)
    low, high = 9 * 4.0 / stats.chi2.ppf([0.95, 0.05], 9)
    assert (found.low, found.high, found.level) == pytest.approx((low, high, 0.9))


@pytest.mark.parametrize("coefficient", [1.0, 0.25])
def test_one_mean_square_alone_is_exact(coefficient: float) -> None:
    found = combination_interval(np.array([coefficient, 0.0]), np.array([4.0, 7.0]), np.array([9.0, 3.0]))
    exact = variance_interval(4.0, 9)
    assert (found.low, found.high) == pytest.approx((coefficient * exact.low, coefficient * exact.high))


def test_a_difference_is_cut_at_zero_and_wide_with_few_degrees() -> None:
    many = combination_interval(np.array([0.5, -0.5]), np.array([3.0, 1.0]), np.array([100.0, 100.0]))
    few = combination_interval(np.array([0.5, -0.5]), np.array([3.0, 1.0]), np.array([1.0, 100.0]))
    assert 0 < many.low < 1.0 < many.high
    assert few.low == 0.0
    assert few.high > 100
    assert combination_interval(np.array([0.5, -0.5]), np.array([1.0, 3.0]), np.array([5.0, 50.0])).low == 0.0


def test_a_difference_holds_the_truth_as_often_as_it_says() -> None:
    random, held = np.random.default_rng(0), 0
    for _ in range(1000):
        squares = np.array([5.0, 1.0]) * random.chisquare([7, 24]) / np.array([7, 24])
        held += 1.0 in combination_interval(np.array([0.25, -0.25]), squares, np.array([7.0, 24.0]))
    assert 925 < held < 975


def test_a_ratio_is_walds_whatever_the_sizes() -> None:
    means, within, dfs = np.array([0.0, 1.0, 3.0, -2.0]), 1.5, (3.0, 12.0)
    equal = ratio_interval(np.full(4, 4.0), means, within, dfs)
    f = 4 * means.var(ddof=1) / within
    assert equal == pytest.approx([(f / stats.f.ppf(tail, 3, 12) - 1) / 4 for tail in (0.975, 0.025)])
    # The general way, on sizes that are equal but for a hair, agrees with the closed form.
    assert ratio_interval(np.array([4.0, 4.0, 4.0, 4.0 + 1e-9]), means, within, dfs) == pytest.approx(equal, rel=1e-6)
    low, high = ratio_interval(np.array([2.0, 4.0, 8.0, 2.0]), np.zeros(4), within, dfs)
    assert (low, high) == (0.0, 0.0)


def test_excess_kurtosis_of_known_values() -> None:
    assert excess_kurtosis(np.array([1.0, -1.0] * 50), 99) == pytest.approx(101 / 99 - 3)
    assert excess_kurtosis(np.zeros(5), 4) == 0.0
    assert excess_kurtosis(np.array([1.0, 2.0]), 0) == 0.0
    random = np.random.default_rng(0)
    normal = [excess_kurtosis(sample - sample.mean(), 9) for sample in random.normal(size=(4000, 10))]
    assert abs(np.mean(normal)) < 0.1
    assert excess_kurtosis(random.standard_t(3, 1000), 1000) > 1


def test_heavy_tails_cost_degrees_of_freedom_and_light_ones_give_none() -> None:
    assert effective_df(20, -1.0, 21, 1.0) == 20
    assert effective_df(20, 0.0, 21, 1.0) == 20
    assert effective_df(20, 3.0, 20, 1.0) == pytest.approx(2 / (0.1 + 0.15))
    assert effective_df(20, 1e9, 20, 1.0) == 3.0  # one outlier never makes an interval meaningless
    assert effective_df(1, 1e9, 2, 1.0) == 1
    assert not math.isnan(effective_df(20, 1e300, 20, 2.5))
