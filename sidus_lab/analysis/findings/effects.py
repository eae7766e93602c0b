"""What a setting does to a response: claim, cause, named nodes and doubts; one rule for tables and records."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy import special

from sidus_lab.analysis.finding import CAUSE_ALPHA, Claim, Doubt, Doubted
from sidus_lab.analysis.findings.balance import own_order_doubts
from sidus_lab.analysis.findings.claims import SettingFinding
from sidus_lab.analysis.findings.family import ALPHA
from sidus_lab.analysis.findings.layout import Layout
from sidus_lab.analysis.numbers.noise import Floor
from sidus_lab.analysis.numbers.slopes import Flags, Slopes
from sidus_lab.analysis.values import Interval

POWER = 0.9


def decide_setting(
    base: SettingFinding,
    lay: Layout,
    upper: Flags,
    found: Slopes,
    p_value: float,
    floor: Floor,
    doubts: Sequence[Doubted],
    *,
    varies: float = math.nan,
    strict: float = ALPHA,
    needs_floor: bool = False,
) -> SettingFinding:
    """The finding about one level of a setting. `base` says what it is about; `p_value` is corrected for all tests,
    and so is `varies`, that of the effect being the same on all nodes.

    `lay` holds the rows of both levels, `upper` those of the level asked about; `found` is on logarithms where
    ``base.relative``, else in the unit of the response. `strict` is the level at which the effect is shown whatever
    becomes of the other tests: what could have been found is said by it.
    """
    back = np.expm1 if base.relative else np.asarray
    effects = [float(value) for value in back(found.effects)]
    nodes = [lay.names[code] for code in found.nodes]
    both = set(nodes)
    numbers = replace(
        base,
        estimate=None if math.isnan(found.centre) else float(back(found.centre)),
        interval=_back(found.interval, base.relative),
        unit="relative change" if base.relative else base.response_unit,
        rows=len(lay.y),
        nodes=tuple(nodes),
        effects=tuple(zip(nodes, effects, strict=True)),
        acting=tuple(node for node, acts in zip(nodes, found.acting, strict=True) if acts),
        missing=tuple(name for name in lay.names if name not in both),
        counted=found.unit,
        units=found.units,
        p_value=p_value,
        detectable=float(back(_detectable(found, strict))),
        floor=floor.relative if base.relative and floor.known else math.nan,
        doubts=tuple(doubts),
        held=False,
        claim=Claim.EFFECT_NOT_SHOWN,
    )
    if base.same_work is False or base.same_bits is False:
        return replace(numbers, claim=Claim.EFFECT_NOT_TOLD, why="other-bits" if base.same_work else "other-work")
    if base.duration and (base.same_work is None or base.same_bits is None):
        return replace(numbers, claim=Claim.EFFECT_NOT_TOLD, why="no-work" if base.same_work is None else "no-bits")
    if varies < ALPHA and _unlike(found):
        own = own_order_doubts(upper, lay.node, lay.boot, lay.place) if lay.ordered else []
        return _caused(replace(numbers, claim=Claim.EFFECT_VARIES, doubts=(*doubts, *own)), clear=varies < CAUSE_ALPHA)
    if found.interval is None:
        return replace(numbers, claim=Claim.EFFECT_NOT_TOLD, why="too-few")
    if not p_value < ALPHA:
        return numbers
    if math.isnan(numbers.floor) and needs_floor:
        return replace(numbers, claim=Claim.EFFECT, doubts=(*doubts, Doubted(Doubt.NO_FLOOR, "failed")))
    if abs(numbers.estimate or 0.0) <= numbers.floor:
        return replace(numbers, claim=Claim.EFFECT_WITHIN_FLOOR, cause="chance")
    return _caused(replace(numbers, claim=Claim.EFFECT), clear=p_value < CAUSE_ALPHA)


def _detectable(found: Slopes, alpha: float) -> float:
    """The effect that is shown 9 times in 10 at the level `alpha`: the power of Student's t test (noncentral t)."""
    if found.interval is None or not found.error > 0:
        return math.nan
    limit = float(special.stdtrit(found.freedom, 1 - alpha / 2))
    return float(special.nctdtrinc(found.freedom, 1 - POWER, limit)) * found.error


def _unlike(found: Slopes) -> bool:
    """Whether an effect that varies acts on some nodes only, or both ways: then its mean is true of none of them."""
    if not found.acting.any():
        return False
    return not found.acting.all() or len({value > 0 for value in found.effects}) > 1


def _caused(found: SettingFinding, *, clear: bool = True) -> SettingFinding:
    """Held; a cause only where the order is known and nothing else was seen that could have made the effect."""
    open_ones = [doubt for doubt in found.doubts if doubt.state != "noted"]
    return replace(found, held=True, cause="setting" if clear and not open_ones else "unknown")


def _back(interval: Interval | None, relative: bool) -> Interval | None:
    if interval is None or not relative:
        return interval
    return Interval(math.expm1(interval.low), math.expm1(interval.high), interval.level)
