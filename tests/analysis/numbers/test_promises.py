"""Promises are kept: experiments are drawn and judged by the functions that report, as often as the plan says."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from sidus_lab.analysis.numbers import promises
from sidus_lab.analysis.numbers.contrast import paired
from sidus_lab.analysis.numbers.intervals import combination_interval, effective_df
from sidus_lab.analysis.numbers.promises import Goal, Pilot, chance, fewest, setting_chance
from sidus_lab.analysis.numbers.variance import OneWay, one_way

SIZES: dict[Goal, float] = {"width": 0.3, "factor": 2.0, "claim": math.nan}
SLACK = 0.03
"""How far below the stated chance the simulated one may lie."""


def reached(goal: Goal, found: OneWay) -> bool:
    """Whether an experiment came out as wanted, by what is reported of it."""
    share, node = found.icc.interval, found.node.interval
    assert share is not None
    assert node is not None
    if goal == "claim":
        return found.p_value < 0.05 and share.low > 0
    if goal == "width":
        return share.width <= SIZES["width"]
    return node.low > 0 and math.sqrt(node.high / node.low) <= SIZES["factor"]


def draw(random: np.random.Generator, share: float, nodes: int, repeats: int) -> np.ndarray:
    """One experiment of normal nodes and repeats, one row a node."""
    effects = math.sqrt(share) * random.normal(size=(nodes, 1))
    return effects + math.sqrt(1 - share) * random.normal(size=(nodes, repeats))


def judged(values: np.ndarray) -> OneWay:
    return one_way(values.ravel(), np.repeat(np.arange(len(values)), values.shape[1]))


@pytest.mark.parametrize("goal", ["width", "factor", "claim"])
@pytest.mark.parametrize(("share", "repeats"), [(0.25, 8), (0.5, 4), (0.8, 10)])
def test_plans_for_a_known_share_are_kept(goal: Goal, share: float, repeats: int) -> None:
    nodes = fewest(goal, share, repeats, size=SIZES[goal])
    assert nodes is not None
    random = np.random.default_rng(5)
    kept = np.mean([reached(goal, judged(draw(random, share, nodes, repeats))) for _ in range(300)])
    stated = chance(goal, share, nodes, repeats, size=SIZES[goal])
    assert kept >= 0.9 - SLACK - 0.02  # 300 experiments know a rate to 1.7 %
    assert kept == pytest.approx(stated, abs=0.06)
    # And fewer nodes would not do: the plan asks for no more than it needs.
    assert chance(goal, share, max(nodes - max(nodes // 5, 1), 2), repeats, size=SIZES[goal]) < 0.91


@pytest.mark.parametrize("goal", ["width", "factor", "claim"])
@pytest.mark.parametrize(("share", "nodes", "repeats"), [(0.3, 8, 10), (0.6, 4, 5), (0.8, 8, 5)])
def test_plans_after_a_first_experiment_are_kept(goal: Goal, share: float, nodes: int, repeats: int) -> None:
    """The share is not known: a small experiment points to it, and the nodes that it asks for are added to it."""
    random = np.random.default_rng(6)
    kept = []
    for _ in range(60):
        first = draw(random, share, nodes, repeats)
        f = judged(first).f
        needed = fewest(goal, Pilot(f, nodes, repeats), repeats, size=SIZES[goal], most=300)
        if needed is None:
            continue  # nothing is promised
        more = draw(random, share, max(needed - nodes, 0), repeats)
        kept.append(reached(goal, judged(np.vstack([first, more]))))
    assert len(kept) > 20
    # So few experiments know a rate to 4 %.
    assert np.mean(kept) >= 0.9 - SLACK - 2 * math.sqrt(0.09 / len(kept))


def test_many_at_once_are_as_one_by_one() -> None:
    counted = promises._counted(12, 4)
    between, within = np.linspace(2, 20, promises.DRAWS), np.linspace(1, 2, promises.DRAWS)
    many = promises._sd_factor(between, within, counted, 0.025)
    for i in (0, 100, 511):
        squares = np.array([between[i], within[i]])
        dfs = np.array([counted[0][i], counted[1][i]])
        one = combination_interval(np.array([1.0, -1.0]), squares, dfs)
        assert many[i] == pytest.approx(math.sqrt(one.high / one.low) if one.low > 0 else math.inf)
    excess = np.array([-1.0, 0.5, 4.0])
    assert promises._fewer(11.0, excess, 12, 2.5) == pytest.approx([effective_df(11.0, e, 12, 2.5) for e in excess])


def test_more_nodes_never_promise_less() -> None:
    for goal, size in SIZES.items():
        curve = [chance(goal, 0.5, nodes, 5, size=size) for nodes in (4, 8, 16, 32, 64, 128)]
        assert np.diff(curve).min() >= -0.01
        assert curve[-1] == 1.0


@pytest.mark.parametrize(("effect", "floor"), [(0.03, 0.0), (0.03, 0.02), (0.0, 0.0)])
def test_chance_of_a_setting(effect: float, floor: float) -> None:
    """Against `paired`, whose t test decides, and the floor that the effect must exceed."""
    random = np.random.default_rng(8)
    nodes, spread, found = 6, 0.02, []
    for _ in range(400):
        difference = random.normal(effect, spread, nodes)
        before = pd.DataFrame({"node": range(nodes), "block": 0, "duration": 1.0})
        after = before.assign(duration=np.exp(difference))
        contrast = paired(before, after)
        found.append(contrast.p_value < 0.05 and abs(math.log1p(contrast.relative)) > floor)
    # Without an effect the other sign is claimed as often: the chance is that of the effect's own sign.
    stated = setting_chance(effect, spread, nodes, floor=floor) * (1 if effect else 2)
    assert np.mean(found) == pytest.approx(stated, abs=0.05)


def test_a_setting_that_always_does_the_same() -> None:
    assert setting_chance(0.03, 0.0, 3) == 1.0
    assert setting_chance(0.03, 0.0, 3, floor=0.05) == 0.0
