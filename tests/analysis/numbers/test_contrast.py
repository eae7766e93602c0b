"""Two levels compared within nodes: the same numbers as Student's paired test, and what is not counted."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sidus_lab.analysis.numbers.contrast import paired


def level(effects: list[float], *, blocks: int = 2, seed: int = 0, start: float = 0.0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    rows = [
        (f"n{number}", block, math.exp(start + number + effect + random.normal(0, 0.01)))
        for number, effect in enumerate(effects)
        for block in range(blocks)
        for _ in range(3)
    ]
    return pd.DataFrame(rows, columns=["node", "block", "duration"])


def test_three_nodes_and_more_are_the_unit() -> None:
    before, after = level([0.0] * 4), level([0.1, 0.12, 0.08, 0.1], seed=1)
    found = paired(before, after)
    means = [np.log(part["duration"]).groupby(part["node"]).mean() for part in (before, after)]
    expected = stats.ttest_rel(means[1], means[0])
    assert (found.unit, found.units, found.nodes, found.rows) == ("node", 4, 4, 48)
    assert found.p_value == pytest.approx(expected.pvalue)
    assert found.relative == pytest.approx(math.expm1(float((means[1] - means[0]).mean())))
    interval = expected.confidence_interval(0.95)
    assert found.interval is not None
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (math.expm1(interval.low), math.expm1(interval.high))
    )


def test_more_repeats_are_not_more_units() -> None:
    before, after = level([0.0] * 3), level([0.1, 0.2, 0.0], seed=1)
    once, often = paired(before, after), paired(pd.concat([before] * 9), pd.concat([after] * 9))
    assert often.p_value == pytest.approx(once.p_value)


def test_two_nodes_speak_by_their_blocks() -> None:
    found = paired(level([0.0] * 2, blocks=4), level([0.1] * 2, blocks=4, seed=1))
    assert (found.unit, found.units, found.nodes) == ("block", 8, 2)
    assert found.p_value < 0.01


def test_one_block_has_no_error() -> None:
    found = paired(level([0.0], blocks=1), level([0.1], blocks=1, seed=1))
    assert found.interval is None
    assert math.isnan(found.p_value)
    assert found.unit == "none"
    assert found.relative == pytest.approx(0.105, abs=0.02)


def test_nodes_without_both_levels_are_not_compared() -> None:
    before, after = level([0.0] * 4), level([0.1] * 4, seed=1)
    assert paired(before, after[after["node"] != "n3"]).nodes == 3
    apart = paired(before[before["node"] == "n0"], after[after["node"] == "n1"])
    assert (apart.nodes, apart.unit) == (0, "none")
    assert math.isnan(apart.relative)


def test_logarithms_leave_out_what_has_none_and_the_linear_scale_keeps_it() -> None:
    before, after = level([0.0] * 3), level([0.1] * 3, seed=1)
    clean = paired(before, after)
    odd = pd.concat([after, pd.DataFrame({"node": ["n0", "n1"], "block": [0, 0], "duration": [-1.0, math.nan]})])
    assert paired(before, odd).relative == clean.relative
    shifted = after.assign(duration=before["duration"] - 100)
    found = paired(before, shifted, scale="linear")
    assert found.relative == pytest.approx(-100)
    assert found.scale == "linear"


def test_differences_that_are_all_equal() -> None:
    before = level([0.0] * 3)
    assert paired(before, before).p_value == 1.0
    assert paired(before, before.assign(duration=before["duration"] + 1), scale="linear").p_value < 1e-9
