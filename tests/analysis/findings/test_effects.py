"""What is claimed of a setting, from its numbers: one claim for each way they can fall."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sidus_lab.analysis.finding import Claim, Doubt, Doubted
from sidus_lab.analysis.findings.claims import SettingFinding
from sidus_lab.analysis.findings.effects import decide_setting
from sidus_lab.analysis.findings.layout import Layout, layout
from sidus_lab.analysis.numbers.noise import Floor
from sidus_lab.analysis.numbers.slopes import Slopes
from sidus_lab.analysis.values import Interval

BASE = SettingFinding(
    about="time", claim=Claim.EFFECT_NOT_TOLD, response_unit="s", duration=True, same_work=True, same_bits=True
)
FLOOR = Floor(0.02, 4, 16, {})
NO_FLOOR = Floor(math.nan, 0, 0, {})
UPPER = np.tile([False, True, True, False], 4)


def lay(ordered: bool = True) -> Layout:
    frame = pd.DataFrame({"node": np.repeat(list("abcd"), 4), "y": 1.0, "order": range(16)})
    return layout(frame, "y", "node", order="order" if ordered else None)


def slopes(effect: float = 0.1, **more: Any) -> Slopes:
    middle = math.log1p(effect)
    usual = Slopes(
        nodes=np.arange(4),
        effects=np.full(4, middle),
        errors=np.full(4, 0.01),
        df=8,
        centre=middle,
        interval=Interval(middle - 0.01, middle + 0.01),
        p_value=1e-4,
        unit="node",
        units=4,
        p_varies=0.8,
        acting=np.full(4, True),
    )
    return replace(usual, **more)


def decide(
    found: Slopes | None = None,
    p_value: float = 1e-4,
    *,
    base: SettingFinding = BASE,
    floor: Floor = FLOOR,
    doubts: tuple[Doubted, ...] = (),
    **more: Any,
) -> SettingFinding:
    return decide_setting(base, lay(), UPPER, found or slopes(), p_value, floor, doubts, **more)


def test_a_clear_effect_has_the_setting_as_its_cause() -> None:
    said = decide()
    assert (said.claim, said.cause, said.held) == (Claim.EFFECT, "setting", True)
    assert said.estimate == pytest.approx(0.1)  # the numbers came as logarithms
    assert said.interval is not None
    assert said.interval.low == pytest.approx(1.1 * math.exp(-0.01) - 1)
    assert dict(said.effects) == pytest.approx(dict.fromkeys("abcd", 0.1))
    assert (said.acting, said.missing, said.unit) == (tuple("abcd"), (), "relative change")


def test_a_scale_without_a_zero_keeps_its_unit() -> None:
    said = decide(slopes(centre=3.0, effects=np.full(4, 3.0)), base=replace(BASE, relative=False, response_unit="°C"))
    assert (said.estimate, said.unit) == (3.0, "°C")
    assert math.isnan(said.floor)


@pytest.mark.parametrize(
    ("p_value", "effect", "claim", "cause"),
    [
        (0.2, 0.1, Claim.EFFECT_NOT_SHOWN, "unknown"),
        (math.nan, 0.1, Claim.EFFECT_NOT_SHOWN, "unknown"),
        (1e-4, 0.01, Claim.EFFECT_WITHIN_FLOOR, "chance"),
        (1e-4, -0.01, Claim.EFFECT_WITHIN_FLOOR, "chance"),
        (0.03, 0.1, Claim.EFFECT, "unknown"),  # shown, and not clear enough for a cause
    ],
)
def test_what_is_not_shown_or_within_the_floor(p_value: float, effect: float, claim: Claim, cause: str) -> None:
    said = decide(slopes(effect), p_value)
    assert (said.claim, said.cause) == (claim, cause)
    assert said.held == (claim is Claim.EFFECT)


@pytest.mark.parametrize(
    ("work", "bits", "why"),
    [(False, True, "other-work"), (True, False, "other-bits"), (None, True, "no-work"), (True, None, "no-bits")],
)
def test_time_for_another_result_is_not_compared(work: bool | None, bits: bool | None, why: str) -> None:
    said = decide(base=replace(BASE, same_work=work, same_bits=bits))
    assert (said.claim, said.why, said.held) == (Claim.EFFECT_NOT_TOLD, why, False)


def test_an_effect_that_differs_between_nodes_is_no_mean() -> None:
    mixed = slopes(acting=np.array([True, True, False, False]))
    said = decide(mixed, varies=1e-6)
    assert (said.claim, said.held, said.acting) == (Claim.EFFECT_VARIES, True, ("a", "b"))
    assert decide(varies=1e-6).claim is Claim.EFFECT  # as strong everywhere as to act on all, one way
    both_ways = slopes(effects=np.array([0.1, 0.1, -0.1, -0.1]))
    assert decide(both_ways, varies=1e-6).claim is Claim.EFFECT_VARIES
    assert decide(mixed, varies=0.04).cause == "unknown"  # shown, and not clear enough for a cause
    assert decide(mixed, varies=0.06).claim is Claim.EFFECT


def test_what_could_have_made_it_costs_the_cause() -> None:
    for state, cause in (("failed", "unknown"), ("unknown", "unknown"), ("noted", "setting")):
        said = decide(doubts=(Doubted(Doubt.UNBALANCED_ORDER, state),))  # type: ignore[arg-type]
        assert (said.claim, said.cause) == (Claim.EFFECT, cause)


def test_without_a_floor_a_run_claims_nothing() -> None:
    said = decide(floor=NO_FLOOR, needs_floor=True)
    assert (said.claim, said.held, said.cause) == (Claim.EFFECT, False, "unknown")
    assert said.doubted(Doubt.NO_FLOOR)
    assert decide(floor=NO_FLOOR).held  # a table from elsewhere has none to show


def test_too_few_and_nodes_that_are_missing() -> None:
    said = decide(slopes(interval=None))
    assert (said.claim, said.why) == (Claim.EFFECT_NOT_TOLD, "too-few")
    part = slopes(nodes=np.array([0, 2]), effects=np.full(2, 0.1), acting=np.full(2, True))
    assert decide(part).missing == ("b", "d")
