"""Single nodes far from all others: found where they are, and hardly ever where they are not."""

from __future__ import annotations

import numpy as np
import pytest

from sidus_lab.analysis.findings.apart import LEAST, MOST, standing_apart
from sidus_lab.analysis.numbers.between import Between, between


def measured(means: np.ndarray, repeat_sd: float = 1.0, seed: int = 0) -> tuple[list[tuple[str, float]], Between]:
    node = np.repeat(np.arange(len(means)), 5)
    y = means[node] + np.random.default_rng(seed).normal(0, repeat_sd, node.size)
    test = between(y, node)
    return [(f"n{i}", float(mean)) for i, mean in enumerate(test.means)], test


def test_the_odd_node_is_named_with_its_distance() -> None:
    truth = np.random.default_rng(1).normal(100, 1, 20)
    truth[7] = 120.0
    ((name, distance),) = standing_apart(*measured(truth))
    assert name == "n7"
    assert distance == pytest.approx(0.2, abs=0.02)  # a share of the median, since all are positive
    ((_, plain),) = standing_apart(*measured(truth - 110))
    assert plain == pytest.approx(20, abs=2)


def test_few_nodes_show_nothing_and_many_odd_ones_are_cut() -> None:
    truth = np.full(LEAST - 1, 100.0)
    truth[0] = 200.0
    assert standing_apart(*measured(truth)) == ()
    truth = np.random.default_rng(1).normal(100, 1, 40)
    truth[:8] += np.arange(100, 180, 10)
    found = standing_apart(*measured(truth))
    assert [name for name, _ in found] == ["n7", "n6", "n5", "n4", "n3"]
    assert len(found) == MOST


def test_equal_nodes_are_hardly_ever_called_odd() -> None:
    odd = sum(bool(standing_apart(*measured(np.full(12, 100.0), seed=seed))) for seed in range(200))
    assert odd <= 8


def test_values_without_spread() -> None:
    assert standing_apart(*measured(np.full(10, 5.0), repeat_sd=0.0)) == ()
