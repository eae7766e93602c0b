"""What nodes know, and what more would promise: as values, without words."""

from __future__ import annotations

import numpy as np
import pytest

from sidus_lab.analysis.findings.outlook import FACTOR, WIDTH, outlook
from sidus_lab.analysis.numbers.variance import OneWay, one_way


def parts(nodes: int, repeats: int, sd: float, seed: int = 1) -> OneWay:
    random = np.random.default_rng(seed)
    values = 10 + sd * random.normal(size=(nodes, 1)) + random.normal(size=(nodes, repeats))
    return one_way(values.ravel(), np.repeat(np.arange(nodes), repeats))


def test_few_nodes_know_the_share_badly() -> None:
    found = outlook([("y", parts(4, 5, 0.5))])
    assert found is not None
    assert (found.state, found.widest, found.nodes) == ("badly-known", "y", 4)
    assert found.width > WIDTH
    assert found.asked == "claim"  # nothing is claimed of these: what would find it?
    assert found.plan is not None
    assert found.plan.more > 20
    assert found.plan.chance == 0.9


def test_what_is_claimed_is_to_be_known_better() -> None:
    found = outlook([("y", parts(6, 5, 2.0))])
    assert found is not None
    assert (found.state, found.asked) == ("badly-known", "width")
    assert found.plan is not None
    assert found.plan.size == WIDTH


def test_a_large_share_of_few_nodes_holds_for_these() -> None:
    found = outlook([("y", parts(4, 10, 20.0))])
    assert found is not None
    assert found.state == "these-only"
    assert found.spread.high > FACTOR * found.spread.low
    assert found.asked == "factor"
    assert found.plan is not None
    assert found.plan.nodes > 30


def test_many_nodes_are_enough() -> None:
    found = outlook([("y", parts(80, 10, 2.0))])
    assert found is not None
    assert found.state == "enough"
    assert found.asked is found.plan is None


def test_responses_and_tests_share_the_risk() -> None:
    one, two = parts(6, 5, 0.4, seed=5), parts(6, 5, 0.5, seed=3)
    alone, both = outlook([("a", one)]), outlook([("a", one), ("b", two)])
    corrected = outlook([("a", one)], tests=12)
    assert alone is not None
    assert both is not None
    assert corrected is not None
    assert alone.plan is not None
    assert both.plan is not None
    assert corrected.plan is not None
    assert both.plan.responses == 2
    assert min(both.plan.nodes, corrected.plan.nodes) > alone.plan.nodes


def test_nothing_to_plan() -> None:
    assert outlook([]) is None
    assert outlook([("y", one_way([1.0, 1.0, 1.0, 1.0], [1, 1, 2, 2]))]) is None
    equal = outlook([("y", one_way([1.0, 1.0, 2.0, 2.0], [1, 1, 2, 2]))])
    assert equal is not None
    assert equal.state == "these-only"
    assert equal.width == pytest.approx(0.0)
