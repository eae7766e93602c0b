"""Runs side by side on one machine cost the tick; runs one after another never do, whatever a time stamp means."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sidus_lab.analysis.explain_records import explain_records
from sidus_lab.analysis.finding import Doubt
from sidus_lab.analysis.findings.overlap import overlaps
from tests.analysis.records_example import FACTOR, PROOF, records

Doubts = list[tuple[Doubt, tuple[str, ...]]]


def chain(gap: float, *, stamp: str = "start", digits: int = 6) -> pd.DataFrame:
    """Ten runs on each of two nodes, of uneven length, `gap` seconds from the end of one to the start of the next."""
    lasted = np.random.default_rng(1).uniform(2, 8, (2, 10))
    start = np.cumsum(lasted + gap, axis=1) - lasted - gap
    when = start if stamp == "start" else start + lasted
    frame = pd.DataFrame({"node": np.repeat(["n1", "n2"], 10), "duration": lasted.ravel()})
    return frame.assign(when=1.7e9 + np.floor(when.ravel() * 10**digits) / 10**digits, host=["h1"] * 10 + ["h2"] * 10)


def seen(frame: pd.DataFrame) -> Doubts:
    return [(d.doubt, d.nodes) for d in overlaps(frame, node="node", when="when", seconds="duration")]


@pytest.mark.parametrize("stamp", ["start", "end"])
@pytest.mark.parametrize("digits", [6, 3, 0])
def test_one_after_another(stamp: str, digits: int) -> None:
    assert seen(chain(0.01, stamp=stamp, digits=digits)) == []


def test_side_by_side() -> None:
    frame = chain(-1.8)
    only = frame.assign(when=np.where(frame["node"] == "n2", frame["when"], 1.7e9 + 60.0 * frame.index))
    assert seen(only) == [(Doubt.OVERLAP, ("n2",))]


def test_nodes_that_share_a_host() -> None:
    assert seen(chain(0.01).assign(host="h1")) == [(Doubt.OVERLAP, ("n1", "n2"))]


def test_short_runs_in_the_same_second_cannot_be_told() -> None:
    assert seen(chain(0.01, digits=0).assign(duration=0.001)) == []


def test_it_costs_the_tick_of_a_time() -> None:
    frame = records(operations=("solve",))
    honest = explain_records(frame, factors=[FACTOR], proof=PROOF).findings
    assert any(f.about == "time" and f.passed for f in honest)
    crowded = explain_records(frame.assign(duration=frame["duration"] * 90), factors=[FACTOR], proof=PROOF).findings
    assert not any(f.about == "time" and f.passed for f in crowded)
