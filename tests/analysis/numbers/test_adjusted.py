"""Factors that change within a node are taken out; what nodes differ by stays."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sidus_lab.analysis.numbers.adjusted import without

NODE = np.repeat([0, 1, 2], 4)
LEVEL = pd.Series(["a", "a", "b", "b"] * 3)
OWN = np.array([10.0, 20.0, 40.0])[NODE]


def test_an_effect_within_nodes_goes_and_the_nodes_stay() -> None:
    left = without(OWN + 3.0 * (LEVEL == "b").to_numpy(), NODE, [LEVEL])
    assert left == pytest.approx(OWN + 1.5)  # the mean over all rows is kept


def test_a_factor_that_goes_with_the_node_takes_nothing() -> None:
    kind = pd.Series(["x", "y", "y"])[NODE]
    assert without(OWN, NODE, [kind]) == pytest.approx(OWN)


def test_two_factors_that_say_the_same_are_taken_out_once() -> None:
    again = LEVEL.map({"a": "old", "b": "new"})
    values = OWN + 3.0 * (LEVEL == "b").to_numpy()
    assert without(values, NODE, [LEVEL, again]) == pytest.approx(without(values, NODE, [LEVEL]))


def test_uneven_nodes_do_not_pass_for_an_effect() -> None:
    """The slow node ran the level b more often: the difference of all means would be the node's."""
    node, level = np.array([0, 0, 0, 1, 1, 1]), pd.Series(["a", "a", "b", "a", "b", "b"])
    values = np.where(node == 1, 100.0, 0.0)
    assert without(values, node, [level]) == pytest.approx(values)


def test_without_factors_nothing_is_done() -> None:
    assert without(OWN, NODE, []) is OWN
    assert without(OWN, NODE, [pd.Series(["one"] * 12)]) is OWN
