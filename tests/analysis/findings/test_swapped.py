"""A swap design's effects as findings: causes, doubts, and agreement with the finding about nodes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sidus_lab.analysis.finding import Claim, Doubt, Doubted, Finding
from sidus_lab.analysis.findings.attribution import Effect, Swap
from sidus_lab.analysis.findings.claims import NodeFinding, SwapFinding, UntoldFinding
from sidus_lab.analysis.findings.layout import Layout, layout
from sidus_lab.analysis.findings.swapped import agreeing, decide_swap, level_doubts
from sidus_lab.analysis.values import Interval

BASE = SwapFinding(about="causes", claim=Claim.EFFECT_NOT_TOLD, response_unit="s")
ROLES = {"machine": "node", "image": "image"}


def lay(clock: bool = True) -> Layout:
    frame = pd.DataFrame({"node": list("ab") * 8, "boot": np.repeat(range(8), 2), "y": 1.0, "order": range(16)})
    return layout(frame, "y", "node", boot="boot", order="order" if clock else None)


def effect(name: str = "image", cause: Any = "software", *, named: bool = True, **more: Any) -> Effect:
    p_value = more.pop("p_value", 0.001 if named else 0.4)
    df = more.pop("df", (1, 6))
    return Effect(name, cause, 20.0, df, p_value, p_value, 0.1, Interval(0.05, 0.15), 0.4, named, **more)


def decide(*effects: Effect, doubts: dict[str, list[Doubted]] | None = None, clock: bool = True) -> list[Finding]:
    causes = tuple(item.cause for item in effects if item.named)
    found = Swap(effects, causes, "", True, 8, 16, 0.02)
    return decide_swap(BASE, found, ROLES, doubts or {}, lay(clock))


def test_a_named_effect_is_a_cause_where_nothing_speaks_against_it() -> None:
    (said,) = decide(effect())
    assert isinstance(said, SwapFinding)
    assert (said.claim, said.cause, said.held, said.role) == (Claim.EFFECT, "software", True, "image")
    for state, cause in (("failed", "unknown"), ("noted", "software")):
        (less,) = decide(effect(), doubts={"image": [Doubted(Doubt.CONFOUNDED, state)]})  # type: ignore[arg-type]
        assert less.cause == cause
    (weak,) = decide(effect(p_value=0.015))
    assert (weak.held, weak.cause) == (True, "unknown")


def test_where_nothing_is_named_it_is_said_why() -> None:
    few = effect(named=False, why_not="few", df=(1, 2))
    never = effect("machine", "hardware", named=False, why_not="never", df=(0, 0))
    floor = effect("code", "code", named=False, why_not="within", p_value=0.001)
    *lines, untold = decide(few, never, floor)
    assert [line.claim for line in lines] == [
        Claim.EFFECT_NOT_TOLD,
        Claim.EFFECT_NOT_TOLD,
        Claim.EFFECT_WITHIN_FLOOR,
    ]
    assert isinstance(untold, UntoldFinding)
    assert untold.untested == (
        ("image", "few-comparisons", 2),
        ("machine", "never-alone", 0),
        ("code", "within-floor", 6),
    )


def test_an_interaction_is_said_only_where_it_is_there() -> None:
    assert decide(effect(), effect("machine:image", "interaction", named=False))[1:] == []
    there = decide(effect(), effect("machine:image", "interaction"))[1]
    assert isinstance(there, SwapFinding)
    assert (there.claim, there.role, there.cause) == (Claim.INTERACTION, "node:image", "unknown")


def test_nodes_need_a_clock_to_be_the_cause() -> None:
    (timed,) = decide(effect("machine", "hardware"))
    assert timed.cause == "hardware"
    (blind,) = decide(effect("machine", "hardware"), clock=False)
    assert (blind.cause, blind.doubted(Doubt.ORDER_UNKNOWN) is not None) == ("unknown", True)


@pytest.mark.parametrize(("line", "nodes", "both"), [(True, True, True), (True, False, False), (False, True, False)])
def test_nodes_differ_only_where_both_tests_say_so(line: bool, nodes: bool, both: bool) -> None:
    swap = decide(effect("machine", "hardware", named=line))
    claim = Claim.NODES_DIFFER if nodes else Claim.NODES_NOT_SHOWN
    finding = NodeFinding(about="nodes", claim=claim, held=nodes, apart=(("a", 0.1),) if nodes else ())
    found, said = agreeing(swap, finding)
    assert said.held == both
    assert next(item for item in found if isinstance(item, SwapFinding)).held == both
    if not both:
        assert (said.claim, said.apart) == (Claim.NODES_NOT_SHOWN, ())


def test_a_level_that_came_first_or_was_lost_more_often() -> None:
    turns = pd.Series(["old", "new", "new", "old"] * 2).repeat(2).reset_index(drop=True)
    first = pd.Series(["old"] * 8 + ["new"] * 8)
    assert level_doubts(lay(), turns, {}, True) == []
    (late,) = level_doubts(lay(), first, {}, True)
    assert late.doubt is Doubt.UNBALANCED_ORDER
    lost = pd.DataFrame({"level": ["old"] * 20 + ["new"] * 20, "lost": [False] * 20 + [True] * 10 + [False] * 10})
    assert [item.doubt for item in level_doubts(lay(), turns, {}, True, lost)] == [Doubt.LOST_RUNS]
    both = level_doubts(lay(), turns, {"code": turns.map({"old": "x", "new": "y"})}, True)
    assert [(item.doubt, item.about) for item in both] == [(Doubt.CONFOUNDED, "code")]
