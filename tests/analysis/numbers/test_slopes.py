"""One effect a node: the mean over nodes, and whether it is the same on all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sidus_lab.analysis.numbers.slopes import Slopes, slopes


def made(effect: Any, *, nodes: int = 6, boots: int = 3, apart: bool = False, seed: int = 0) -> Slopes:
    random = np.random.default_rng(seed)
    s, b, n, _ = (axis.ravel() for axis in np.meshgrid(range(2), range(boots), range(nodes), range(3), indexing="ij"))
    block = n * boots + b if not apart else (n * boots + b) * 2 + s
    level = random.normal(0, 2, nodes)[n] + random.normal(0, 0.2, int(block.max()) + 1)[block]
    y = level + np.broadcast_to(effect, nodes)[n] * s + random.normal(0, 0.5, len(s))
    return slopes(y, n.astype(np.intp), block.astype(np.intp), s == 1, random.permutation(len(s)).astype(float))


def test_the_node_is_the_unit_from_three_on() -> None:
    found = made(2.0)
    assert (found.unit, found.units) == ("node", 6)
    assert found.interval
    assert 2.0 in found.interval
    assert found.p_varies > 0.01
    assert found.acting.all()
    two = made(2.0, nodes=2)
    assert (two.unit, two.units) == ("block", 6)


def test_effects_that_differ_are_seen_on_the_nodes_that_have_them() -> None:
    found = made([0.0, 0.0, 5.0, 0.0, 0.0, -5.0])
    assert found.p_varies < 1e-6
    assert found.acting.tolist() == [False, False, True, False, False, True]


def test_a_boot_for_each_level_makes_the_boot_the_unit() -> None:
    alarms = [made(0.0, nodes=2, boots=2, apart=True, seed=seed).p_value < 0.05 for seed in range(200)]
    assert np.mean(alarms) < 0.1
    assert made(3.0, apart=True).p_value < 0.01


def test_nothing_to_compare() -> None:
    zero = np.zeros(4, dtype=np.intp)
    found = slopes(np.arange(4.0), zero, zero, np.ones(4, dtype=bool), np.arange(4.0))
    assert found.unit == "none"
    assert found.interval is None
    assert np.isnan(found.p_value)


@pytest.mark.parametrize("nodes", [3, 5])
def test_one_block_a_node_takes_its_error_from_the_runs(nodes: int) -> None:
    found = made(4.0, nodes=nodes, boots=1)
    assert found.df > 0
    assert found.acting.all()
