"""A swap design's effects as findings: which of node, image and code is a cause, and what may have made it seem so."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from sidus_lab.analysis.finding import CAUSE_ALPHA, Cause, Claim, Doubt, Doubted, Finding
from sidus_lab.analysis.findings.attribution import Effect, Swap
from sidus_lab.analysis.findings.balance import confounded, lost_runs, order_doubts
from sidus_lab.analysis.findings.claims import NodeFinding, SwapFinding, Untested, UntoldFinding
from sidus_lab.analysis.findings.layout import Codes, Floats, Layout
from sidus_lab.analysis.numbers.between import APART, apart_in_time


def level_doubts(
    lay: Layout,
    levels: pd.Series[str],
    others: Mapping[str, pd.Series[str]],
    between_boots: bool,
    lost: pd.DataFrame | None = None,
) -> list[Doubted]:
    """What may have made the effect of an image or a code: the order, another factor, runs that failed.

    `between_boots`: the level changes from boot to boot only, so boots are put in order, else runs within boots.
    `lost` has columns level and lost, one row a run of the whole table.
    """
    doubts: list[Doubted] = []
    seen = sorted(levels.unique())
    node, block, place = lay.node, lay.boot, lay.place
    labels = levels.to_numpy()
    if between_boots:
        first = np.unique(lay.boot, return_index=True)[1]
        sizes = np.bincount(lay.boot)
        node, labels = lay.node[first], labels[first]
        block = node
        place = np.asarray(np.bincount(lay.boot, weights=lay.place) / sizes, dtype=np.float64)
    for level in seen[1:]:
        keep = (labels == seen[0]) | (labels == level)
        doubts += _order(labels[keep] == level, node[keep], block[keep], place[keep], lay.ordered)
        if lost is not None:
            rows = lost[lost["level"].isin([seen[0], level])]
            doubts += lost_runs(rows["lost"].to_numpy(dtype=bool), (rows["level"] == level).to_numpy(dtype=bool))
    doubts += confounded(levels, others)
    return list({(d.doubt, d.about): d for d in doubts}.values())


def decide_swap(
    base: SwapFinding, found: Swap, roles: Mapping[str, str], doubts: Mapping[str, list[Doubted]], lay: Layout
) -> list[Finding]:
    """One finding for each factor and each interaction that is there, and one where nothing can be named.

    `roles` maps a column to its role (node, image, code), `doubts` a role to what casts doubt on it.
    """
    findings: list[Finding] = []
    for effect in found.effects:
        if effect.cause == "interaction" and not effect.named:
            continue
        role = ":".join(roles.get(part, part) for part in effect.name.split(":"))
        against = list(doubts.get(role, []))
        if role == "node":
            against += _node_doubts(lay)
        findings.append(_line(base, found, effect, role, tuple(against), lay))
    if not found.causes:
        findings.append(_untold(base, found))
    return findings


def agreeing(findings: list[Finding], nodes: NodeFinding) -> tuple[list[Finding], NodeFinding]:
    """The swap's line on nodes and the finding about nodes as one: the nodes differ only where both say so."""
    line = next((f for f in findings if isinstance(f, SwapFinding) and f.role == "node"), None)
    if line is None or line.claim is Claim.EFFECT_NOT_TOLD:
        return findings, nodes
    if line.held and nodes.held and nodes.claim is Claim.NODES_DIFFER:
        doubts = {d.doubt: d for d in (*nodes.doubts, *line.doubts)}
        return findings, replace(nodes, doubts=tuple(doubts.values()))
    if nodes.claim is Claim.NODES_DIFFER:
        nodes = replace(nodes, claim=Claim.NODES_NOT_SHOWN, held=False, cause="unknown", apart=())
    if line.held:
        shown = replace(line, claim=Claim.EFFECT_NOT_SHOWN, held=False, cause="unknown")
        findings = [shown if f is line else f for f in findings]
    return findings, nodes


def _order(upper: np.ndarray, node: Codes, block: Codes, place: Floats, ordered: bool) -> list[Doubted]:
    return order_doubts(np.asarray(upper, dtype=bool), node, block, place, ordered)


def _node_doubts(lay: Layout) -> list[Doubted]:
    if lay.clock is None:
        return [Doubted(Doubt.ORDER_UNKNOWN, "unknown", about="nodes")]
    share = apart_in_time(lay.node, lay.clock)
    return [Doubted(Doubt.APART_IN_TIME, "failed", share, limit=APART)] if share >= APART else []


def _line(
    base: SwapFinding, found: Swap, effect: Effect, role: str, doubts: tuple[Doubted, ...], lay: Layout
) -> SwapFinding:
    claim = Claim.EFFECT if effect.named else Claim.EFFECT_NOT_SHOWN
    if effect.cause == "interaction":
        claim = Claim.INTERACTION
    elif _why(effect, found.alpha) == "within-floor":
        claim = Claim.EFFECT_WITHIN_FLOOR
    elif _why(effect, found.alpha):
        claim = Claim.EFFECT_NOT_TOLD
    open_ones = [d for d in doubts if d.state != "noted"]
    causes: dict[str, Cause] = {"hardware": "hardware", "software": "software", "code": "code"}
    named = effect.named and effect.p_adjusted < CAUSE_ALPHA and not open_ones
    return replace(
        base,
        claim=claim,
        cause=causes.get(effect.cause, "unknown") if named else "unknown",
        held=effect.named,
        estimate=None if math.isnan(effect.size) else effect.size,
        interval=effect.interval,
        unit="relative difference" if found.relative else base.response_unit,
        rows=found.rows,
        nodes=lay.names,
        doubts=doubts,
        relative=found.relative,
        name=effect.name,
        role=role,
        detectable=effect.detectable,
        why=_why(effect, found.alpha),
        comparisons=effect.df[1],
    )


def _why(effect: Effect, alpha: float) -> Untested:
    """Why an effect is not named although that says nothing of its size."""
    if effect.named or not effect.why_not:
        return ""
    if not effect.df[0]:
        return "never-alone"
    return "within-floor" if effect.p_adjusted < alpha else "few-comparisons"


def _untold(base: SwapFinding, found: Swap) -> UntoldFinding:
    return UntoldFinding(
        about=base.about,
        subject=base.subject,
        response_unit=base.response_unit,
        column=base.column,
        relative=base.relative,
        claim=Claim.EFFECT_NOT_TOLD,
        held=False,
        rows=found.rows,
        untested=tuple((e.name, why, e.df[1]) for e in found.effects if (why := _why(e, found.alpha))),
    )
