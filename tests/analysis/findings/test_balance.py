"""What else could have made an effect: the order of runs, another factor, lost runs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sidus_lab.analysis.finding import Doubt
from sidus_lab.analysis.findings.balance import (
    confounded,
    lost_on_nodes,
    lost_runs,
    order_doubts,
    own_order_doubts,
)

NODE = np.repeat(np.arange(4), 8)
PLACE = np.tile(np.arange(8.0), 4)
ABBA = np.tile(np.array([False, True, True, False] * 2), 4)
LATE = np.tile(np.array([False] * 4 + [True] * 4), 4)


def test_levels_side_by_side_raise_no_doubt() -> None:
    assert order_doubts(ABBA, NODE, NODE, PLACE, True) == []
    assert own_order_doubts(ABBA, NODE, NODE, PLACE) == []


def test_one_level_before_the_other_is_seen() -> None:
    for upper, gap in ((LATE, 1.0), (~LATE, -1.0)):
        (found,) = order_doubts(upper, NODE, NODE, PLACE, True)
        assert (found.doubt, found.state) == (Doubt.UNBALANCED_ORDER, "failed")
        assert found.value == pytest.approx(gap)
        assert abs(found.value) >= found.limit


def test_blocks_hide_nothing() -> None:
    """On the nodes both come equally early, but in every block the same one comes first."""
    pairs = np.tile(np.array([False, True] * 4), 4)
    block = NODE * 4 + np.tile(np.repeat(np.arange(4), 2), 4)
    assert order_doubts(pairs, NODE, NODE, PLACE, True) == []
    assert order_doubts(pairs, NODE, block, PLACE, True)[0].doubt is Doubt.UNBALANCED_ORDER


def test_an_order_that_is_not_known_is_an_assumption() -> None:
    (found,) = order_doubts(ABBA, NODE, NODE, PLACE, False)
    assert (found.doubt, found.state, found.about) == (Doubt.ORDER_UNKNOWN, "unknown", "levels")


def test_nodes_that_ran_it_this_and_that_way_round() -> None:
    """The mean over nodes is balanced; an effect that differs between nodes may be the drift all the same."""
    upper = np.where(NODE % 2 == 0, LATE, ~LATE)
    assert order_doubts(upper, NODE, NODE, PLACE, True) == []
    (found,) = own_order_doubts(upper, NODE, NODE, PLACE)
    assert found.value == pytest.approx(1.0)


def test_blocks_of_single_nodes_hide_nothing_either() -> None:
    """In every block of a node the same level comes first, and on the next node the other."""
    pairs = np.tile(np.array([False, True] * 4), 4)
    block = NODE * 4 + np.tile(np.repeat(np.arange(4), 2), 4)
    upper = np.where(NODE % 2 == 0, pairs, ~pairs)
    assert order_doubts(upper, NODE, block, PLACE, True) == []
    assert own_order_doubts(upper, NODE, NODE, PLACE) == []
    (found,) = own_order_doubts(upper, NODE, block, PLACE)
    assert found.value == pytest.approx(1.0)
    turns = np.tile(np.array([False, True, True, False] * 2), 4)  # first this, then that: nothing to doubt
    assert own_order_doubts(turns, NODE, block, PLACE) == []


def test_runs_lost_on_some_nodes_only() -> None:
    names = pd.Series(np.repeat(["a", "b", "c", "d"], 20))
    lost = np.zeros(80, dtype=bool)
    assert lost_on_nodes(names, lost) == []
    lost[:10] = True
    (found,) = lost_on_nodes(names, lost)
    assert (found.doubt, found.nodes, found.value, found.limit) == (Doubt.LOST_RUNS, ("a",), 0.5, 0.0)
    lost[[20, 40, 60]] = True
    assert lost_on_nodes(names, lost)[0].limit == pytest.approx(0.05)
    assert lost_on_nodes(names, np.tile([True, False, False, False], 20)) == []  # everywhere alike
    assert lost_on_nodes(names[:20], lost[:20]) == []


def test_random_order_is_let_pass() -> None:
    random, alarms = np.random.default_rng(0), 0
    for _ in range(200):
        upper = np.concatenate([random.permutation(np.arange(8) % 2 == 0) for _ in range(4)])
        alarms += bool(order_doubts(upper, NODE, NODE, PLACE, True))
    assert alarms <= 4


def test_factors_that_were_set_together() -> None:
    levels = pd.Series(["a", "a", "b", "b"] * 3)
    others = {
        "same": levels.map({"a": "x", "b": "y"}),
        "one": pd.Series(["x"] * 12),
        "crossed": pd.Series(["x", "y"] * 6),
        "finer": pd.Series(["p", "q", "r", "s"] * 3),
    }
    assert [item.about for item in confounded(levels, others)] == ["same"]


@pytest.mark.parametrize(("rows", "scale"), [(20, 1), (20, 1000)])  # the exact test, and chi square for many
def test_runs_lost_more_often_at_one_level(rows: int, scale: int) -> None:
    upper = np.repeat([False, True], rows * scale)
    lost = upper & (np.arange(2 * rows * scale) % 2 == 0)
    (found,) = lost_runs(lost, upper)
    assert (found.doubt, found.value, found.limit) == (Doubt.LOST_RUNS, 0.5, 0.0)
    even = np.arange(2 * rows * scale) % 4 == 0
    assert lost_runs(even, upper) == []


def test_nothing_lost_or_nothing_to_compare() -> None:
    upper = np.repeat([False, True], 10)
    assert lost_runs(np.zeros(20, dtype=bool), upper) == []
    assert lost_runs(np.ones(20, dtype=bool), np.ones(20, dtype=bool)) == []
