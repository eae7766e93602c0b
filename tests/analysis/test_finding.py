"""A finding is a value: what costs the tick, and what JSON can hold."""

from __future__ import annotations

import json
import math

from sidus_lab.analysis.finding import Claim, Doubt, Doubted, Finding
from sidus_lab.analysis.sentence import Sentence
from sidus_lab.analysis.values import Interval


def found(**more: object) -> Finding:
    return Finding(about="nodes", claim=Claim.NODES_DIFFER, **more)  # type: ignore[arg-type]


def test_a_failed_assumption_costs_the_tick_and_an_unknown_one_does_not() -> None:
    assert found().passed
    assert not found(held=False).passed
    assert found(doubts=(Doubted(Doubt.ORDER_UNKNOWN, "unknown"),)).passed
    doubtful = found(doubts=(Doubted(Doubt.AUTOCORRELATED, "failed", 0.6), Doubted(Doubt.OUTLIERS, "noted")))
    assert not doubtful.passed
    assert [item.doubt for item in doubtful.failed] == [Doubt.AUTOCORRELATED]
    assert doubtful.doubted(Doubt.OUTLIERS)
    assert not doubtful.doubted(Doubt.DRIFT)


def test_plain_data_for_json() -> None:
    given = found(estimate=math.nan, interval=Interval(0.0, math.inf), nodes=("a", "b"))
    plain = json.loads(json.dumps(given.to_dict(), allow_nan=False))
    assert plain["claim"] == "nodes-differ"
    assert plain["nodes"] == ["a", "b"]
    assert plain["estimate"] is None
    assert plain["interval"]["high"] is None


def test_a_sentence_carries_its_finding() -> None:
    said = Sentence.of(found(cause="hardware", rows=7, held=False), "The nodes differ.", "a test")
    assert (said.cause, said.rows, said.passed, said.check) == ("hardware", 7, False, "a test")
    assert said.to_dict()["finding"]["type"] == "Finding"
