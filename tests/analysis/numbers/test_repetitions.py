"""How many repetitions: against brute force and the published procedure."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from sidus_lab.analysis.numbers.repetitions import best_split, confirm
from sidus_lab.errors import DataError


def test_confirm_against_the_plain_procedure() -> None:
    """CONFIRM (Maricq et al., OSDI 2018) written out without shortcuts."""
    random = np.random.default_rng(1)
    values = np.exp(random.normal(0, 0.02, 120))
    found = confirm(values, error=0.01, draws=200, seed=3)
    assert found.repetitions is not None
    median, expected = np.median(values), None
    for size in range(10, 121):
        ends = []
        for _ in range(200):
            ordered = np.sort(random.choice(values, size, replace=False))
            half = 1.959964 * np.sqrt(size)
            low, high = int((size - half) // 2), int(np.ceil(1 + (size + half) / 2))
            ends.append((ordered[max(low, 1) - 1], ordered[min(high, size) - 1]))
        low_end, high_end = np.mean(ends, axis=0)
        if low_end >= 0.99 * median and high_end <= 1.01 * median:
            expected = size
            break
    assert expected is not None
    assert abs(found.repetitions - expected) <= 4


def test_confirm_says_when_there_are_too_few() -> None:
    values = np.exp(np.random.default_rng(0).normal(0, 0.5, 30))
    found = confirm(values)
    assert found.repetitions is None
    assert "More than the 30 repetitions" in str(found)
    assert confirm(values, seed=1).curve.equals(confirm(values, seed=1).curve)
    with pytest.raises(DataError, match="at least 10"):
        confirm([1.0, 2.0])
    with pytest.raises(DataError, match="missing or infinite"):
        confirm([1.0] * 20 + [float("nan")])
    with pytest.raises(DataError, match="above 0"):
        confirm([-1.0] * 20)


@pytest.mark.parametrize(
    ("variances", "costs"),
    [((4, 1, 2), (60, 30, 1)), ((1, 4, 16), (10, 50, 1)), ((0.2, 3, 1), (5, 5, 5)), ((1, 0, 9), (9, 1, 1))],
)
def test_split_is_the_cheapest(variances: tuple[float, ...], costs: tuple[float, ...]) -> None:
    """Kalibera and Jones (2013): no other whole numbers reach the width for clearly less."""
    found = best_split(variances, costs, half_width=1.0)
    assert found.half_width <= 1.0
    cheapest = np.inf
    for boots, repeats in itertools.product(range(1, 15), range(1, 15)):
        spread = variances[0] + variances[1] / boots + variances[2] / (boots * repeats)
        for nodes in range(2, 60):
            if stats.t.ppf(0.975, nodes - 1) * np.sqrt(spread / nodes) <= 1.0:
                cheapest = min(cheapest, nodes * (costs[0] + boots * (costs[1] + repeats * costs[2])))
                break
    assert found.cost <= 1.001 * cheapest


def test_split_without_variance_between_nodes() -> None:
    found = best_split([0.0, 0.0, 4.0], [100, 10, 1], half_width=1.0)
    assert found.counts[0] <= 3
    assert str(found).startswith(f"{found.counts[0]} nodes, 1 boot in each node, ")
    with pytest.raises(DataError, match="More than 10"):
        best_split([1e6, 1, 1], [1, 1, 1], half_width=0.01, most=10)
    with pytest.raises(DataError, match="same length"):
        best_split([1, 1], [1, 1, 1], half_width=1)
    with pytest.raises(DataError, match="cannot be negative"):
        best_split([-1, 1, 1], [1, 1, 1], half_width=1)
