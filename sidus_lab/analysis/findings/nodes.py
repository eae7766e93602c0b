"""Do the nodes differ? One rule for tables and records: the test over what was drawn anew, then the floor, then doubts.

With several boots the boot is the unit, and the claim is about the nodes; with one boot, or boots unknown, it holds for
these nodes in this session and never names the machine as the cause.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from scipy import special

from sidus_lab.analysis.finding import CAUSE_ALPHA, Cause, Claim, Doubt, Doubted
from sidus_lab.analysis.findings.claims import NodeFinding
from sidus_lab.analysis.findings.family import ALPHA
from sidus_lab.analysis.findings.layout import Layout
from sidus_lab.analysis.findings.node_numbers import NodeNumbers
from sidus_lab.analysis.numbers.between import APART
from sidus_lab.analysis.numbers.noise import Floor

LASTS = 2.0  # a state that lasts so long that a node's repeats are worth fewer than this says nothing about the node


def decide_nodes(
    base: NodeFinding,
    lay: Layout,
    found: NodeNumbers,
    p_value: float,
    floor: Floor,
    more: Sequence[Doubted] = (),
    *,
    needs_floor: bool = False,
) -> NodeFinding:
    """The finding about nodes: claim, cause and doubts. `base` holds what it is about; `p_value` is corrected.

    `more` are doubts by what else than the node may have made a difference. `needs_floor`: without A/A rows, and
    without boots that take their place, nothing is concluded (a run can take them, a table from elsewhere cannot).
    """
    limit = floor.among(len(lay.names)) if floor.known and base.relative else math.nan
    gap, itself = _gap(found, base.relative), _itself(found, base.relative)
    doubts = [*lay.assumptions(), *doubts_about(found, lay.names), *more]
    claim, held = Claim.NODES_DIFFER, True
    why: Literal["", "no-floor"] = ""
    cause: Cause = "unknown"
    if found.interval is None:
        claim, cause, doubts = Claim.NODES_CONSTANT, "none", []
    elif not p_value < ALPHA or found.interval.low <= 0:
        claim, held = Claim.NODES_NOT_SHOWN, False
    elif math.isnan(limit) and needs_floor and found.unit != "boot":
        held, why = False, "no-floor"
    elif not math.isnan(limit) and gap <= limit:
        claim, held, cause = Claim.NODES_WITHIN_FLOOR, False, "chance"
    elif found.unit == "boot" and base.software == "same" and p_value < CAUSE_ALPHA:
        cause = "unknown" if [d for d in doubts if d.state != "noted"] else "hardware"
    dependence = found.runs.dependence
    return NodeFinding(
        about=base.about,
        subject=base.subject,
        response_unit=base.response_unit,
        column=base.column,
        relative=base.relative,
        duration=base.duration,
        software=base.software,
        same_work=base.same_work,
        same_bits=base.same_bits,
        claim=claim,
        cause=cause,
        held=held,
        why=why,
        estimate=None if math.isnan(found.share) else found.share,
        interval=found.interval,
        unit="share of variance",
        rows=len(lay.y),
        nodes=lay.names,
        doubts=tuple(doubts),
        counted=found.unit,
        number=len(lay.names),
        units=found.units,
        repeats=found.repeats,
        worth=float(found.runs.worth.mean()),
        rho=dependence.rho if dependence else math.nan,
        rho_interval=dependence.interval if dependence else None,
        mean=found.mean,
        sd_between=found.sd_between,
        sd_within=found.sd_within,
        means=found.means,
        apart=_apart(found, base.relative) if claim is Claim.NODES_DIFFER else (),
        gap=gap,
        itself=itself,
        floor=limit,
        p_value=p_value,
    )


def untold(base: NodeFinding, lay: Layout) -> NodeFinding:
    """The finding where everything was measured on one node, or each node once."""
    one, sd = len(lay.names) == 1, float(lay.y.std(ddof=1)) if len(lay.y) > 1 else math.nan
    return replace(
        base,
        claim=Claim.NODES_NOT_TOLD,
        held=False,
        why="one-node" if one else "one-repeat",
        rows=len(lay.y),
        nodes=lay.names,
        number=len(lay.names),
        mean=float(lay.y.mean()),
        sd_within=sd if one else math.nan,
        sd_between=math.nan if one else sd,
    )


def doubts_about(found: NodeNumbers, names: Sequence[str]) -> list[Doubted]:
    """What casts doubt on a difference between nodes, by the values themselves."""
    doubts = []
    if found.test.apart >= APART:
        doubts.append(Doubted(Doubt.APART_IN_TIME, "failed", found.test.apart, limit=APART))
    depends = found.runs.dependence
    if depends is not None and depends.shown and float(found.runs.worth.mean()) < LASTS:
        doubts.append(Doubted(Doubt.AUTOCORRELATED, "failed", depends.rho, depends.interval))
    elif depends is not None and depends.shown and found.unit == "run":
        doubts.append(Doubted(Doubt.AUTOCORRELATED, "noted", depends.rho, depends.interval))
    if found.outliers and found.runs.rough < ALPHA <= found.without_outliers:
        doubts.append(Doubted(Doubt.OUTLIERS, "failed", float(found.outliers)))
    if found.step > 0 and found.means[0][1] - found.means[-1][1] < found.step:
        doubts.append(Doubted(Doubt.CLOCK, "failed", found.step))
    if found.modes is not None:
        doubts.append(
            Doubted(Doubt.TWO_MODES, "failed", found.modes.gap, nodes=tuple(names[code] for code in found.modes.groups))
        )
    if found.test.slope[0]:
        doubts.append(Doubted(Doubt.DRIFT, "noted", found.test.slope[0]))
    return doubts


def _gap(found: NodeNumbers, relative: bool) -> float:
    """How far the highest node lies above the lowest."""
    high, low = found.means[0][1], found.means[-1][1]
    return high / low - 1 if relative and low > 0 else high - low


def _itself(found: NodeNumbers, relative: bool) -> float:
    """How far the means of a node, measured twice like this, may lie apart (the widest of all pairs, 95 %)."""
    parts, worth = found.test.parts, float(found.test.worth.mean())
    count = len(found.means)
    df = max(parts.values - count, 1)
    pairs = max(count * (count - 1) // 2, 1)
    width = float(special.stdtrit(df, 1 - (1 - 0.95) / 2 / pairs)) * math.sqrt(2 * max(parts.within, 0.0) / worth)
    return width / abs(found.mean) if relative and found.mean else width


def _apart(found: NodeNumbers, relative: bool) -> tuple[tuple[str, float], ...]:
    """The few nodes that stand off from all others by more than any differs from itself, where the split is clear."""
    means = found.means
    if len(means) < 2:
        return ()
    limit = _itself(found, relative) * (abs(found.mean) if relative else 1.0)
    values = [value for _, value in means]
    gaps = sorted(((values[i] - values[i + 1], i + 1) for i in range(len(values) - 1)), reverse=True)
    widest, cut = gaps[0]
    if widest <= limit or (len(gaps) > 1 and widest < 2 * gaps[1][0]):
        return ()
    few = means[:cut] if cut <= len(means) - cut else means[cut:]
    if len(few) > 3 or 2 * len(few) > len(means):
        return ()
    others = float(np.mean([value for item in means if item not in few for value in item[1:]]))
    return tuple((name, value / others - 1 if relative else value - others) for name, value in few)
