"""Repeats in the order of time: warm-up and drift, with the node as the unit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sidus_lab.analysis.finding import Claim
from sidus_lab.analysis.findings.claims import DriftFinding, RepeatsFinding
from sidus_lab.analysis.findings.repeats import Contrast, decide_drift, decide_repeats, drifting, trend

NODE = np.repeat(np.arange(6), 5)
WITHIN = pd.Series(np.tile(np.arange(1, 6), 6))
FIRST = (WITHIN == 1).to_numpy()
BASE = RepeatsFinding(about="repeats", claim=Claim.REPEATS_NOT_SHOWN, response_unit="s")
DRIFT = DriftFinding(about="repeats", claim=Claim.DRIFT_NOT_SHOWN, response_unit="s")


def values(seed: int = 0, sd: float = 0.1) -> np.ndarray:
    return np.asarray(10.0 + NODE + np.random.default_rng(seed).normal(0, sd, NODE.size))


def test_a_slow_first_repeat_is_found_and_named() -> None:
    y = values() + 2.0 * FIRST
    found = trend(y, NODE, WITHIN)
    assert found is not None
    table = y.reshape(6, 5)
    expected = stats.ttest_1samp(table[:, 0] - table[:, 1:].mean(axis=1), 0)
    assert found.first.value == pytest.approx(float((table[:, 0] - table[:, 1:].mean(axis=1)).mean()))
    assert found.first.p_value == pytest.approx(expected.pvalue)
    said = decide_repeats(BASE, found, found.p_value, float(y.mean()))
    assert (said.claim, said.level, said.held, said.cause) == (Claim.REPEATS_DIFFER, "1", True, "unknown")
    assert said.estimate == pytest.approx(2.0 / y.mean(), rel=0.1)
    assert said.unit == "relative difference"


def test_a_slope_over_the_repeats_is_found() -> None:
    found = trend(values() + 0.5 * (WITHIN - 1).to_numpy(), NODE, WITHIN)
    assert found is not None
    assert found.slope.value == pytest.approx(2.0, abs=0.2)  # from the first to the last
    assert (found.first_level, found.last_level) == ("1", "5")


def test_repeats_that_are_alike_are_called_so_only_where_it_would_show() -> None:
    node = np.repeat(np.arange(40), 5)
    within = pd.Series(np.tile(np.arange(1, 6), 40))
    y = 10.0 + np.random.default_rng(0).normal(0, 0.1, node.size)
    many, few = trend(y, node, within), trend(y[node < 6], node[node < 6], within[node < 6])
    assert many is not None
    assert few is not None
    said, less = decide_repeats(BASE, many, 1.0, 10.0), decide_repeats(BASE, few, 1.0, 10.0)
    assert said.claim is less.claim is Claim.REPEATS_NOT_SHOWN
    assert said.detectable < 1 < less.detectable
    assert (said.held, said.alike, said.cause) == (True, True, "none")
    assert (less.held, less.alike) == (False, False)


def test_what_has_no_trend() -> None:
    few = NODE < 2
    assert trend(values()[few], NODE[few], WITHIN[few]) is None
    assert trend(values(), NODE, pd.Series(["a"] * 30)) is None
    assert trend(values(), NODE, pd.Series([1] * 30)) is None
    wide = np.repeat(np.arange(3), 100)
    assert trend(np.zeros(300), wide, pd.Series(np.tile(np.arange(100), 3))) is None  # a counter


def test_a_drift_over_the_time_measured() -> None:
    clock = np.tile(np.arange(5.0), 6)
    found = drifting(values() + 0.25 * clock, NODE, NODE, clock)
    assert found is not None
    assert found.span == 4.0
    assert found.change.value == pytest.approx(1.0, abs=0.15)
    said = decide_drift(DRIFT, found, found.change.p_value, 10.0, 0.95)
    assert (said.claim, said.held, said.over_nodes) == (Claim.DRIFT, True, 6)
    assert said.interval is not None
    assert 0.1 in said.interval
    quiet = decide_drift(DRIFT, found, 0.9, 10.0, 0.95)
    assert (quiet.claim, quiet.held, quiet.cause) == (Claim.DRIFT_NOT_SHOWN, False, "none")


def test_settings_that_took_turns_do_not_pass_for_a_drift() -> None:
    """The slow setting ran second on every node: within settings nothing drifts."""
    clock, late = np.tile(np.arange(6.0), 4), np.tile(np.arange(6) >= 3, 4)
    node = np.repeat(np.arange(4), 6)
    y = 10.0 + 5.0 * late + 1e-3 * np.random.default_rng(0).normal(size=24)
    found = drifting(y, node * 2 + late, node, clock)
    assert found is not None
    assert abs(found.change.value) < 0.01
    assert drifting(y, node, node, np.zeros(24)) is None


def test_the_interval_is_students() -> None:
    found = Contrast(2.0, 0.5, 4, 0.01).interval(0.9)
    assert (found.low, found.high) == pytest.approx(stats.t.interval(0.9, 4, 2.0, 0.5))
