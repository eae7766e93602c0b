"""Rival explanations: what else in a table may have made the effect of a setting, an image, a code, or the nodes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sidus_lab.analysis.finding import Doubt, Doubted
from sidus_lab.analysis.findings.balance import confounded, lost_on_nodes, lost_runs, order_doubts, own_order_doubts
from sidus_lab.analysis.findings.claims import SettingFinding
from sidus_lab.analysis.findings.layout import Layout
from sidus_lab.analysis.findings.overlap import overlaps
from sidus_lab.analysis.findings.roles import Roles
from sidus_lab.analysis.findings.swapped import level_doubts
from sidus_lab.analysis.findings.usable import Usable
from sidus_lab.analysis.numbers.adjusted import without
from sidus_lab.analysis.numbers.between import APART, apart_in_time
from sidus_lab.analysis.numbers.slopes import Flags

SECONDS = {"s": 1.0, "ms": 1e-3, "us": 1e-6, "µs": 1e-6, "ns": 1e-9, "min": 60.0, "h": 3600.0}
COPIED = 3.0  # equal values are so much more frequent within nodes than between them: no clock makes them so
LASTED = "seconds that a run lasted"  # a column that no table has


def of_setting(
    found: Usable, main: pd.DataFrame, roles: Roles, about: SettingFinding, lay: Layout, upper: Flags
) -> list[Doubted]:
    """What else may have made the effect of one level of a setting: order, another factor, runs that failed.

    `main` are the rows of the main phase, `lay` and `upper` those of the two levels and which are at the upper one.
    """
    pair = [about.baseline, about.level]
    # A setting that changes from boot to boot only has its boots put in order, on each node.
    block = lay.boot if roles.boot else lay.session
    doubts = order_doubts(upper, lay.node, block, lay.place, lay.ordered)
    rows = main[main[about.factor].astype(str).isin(pair)]
    others = [name for name in (*roles.factors, roles.image, roles.code) if name and name != about.factor]
    doubts += confounded(rows[about.factor].astype(str), {name: rows[name].astype(str) for name in others})
    fates = found.fates(about.factor)
    fates = fates[fates["level"].isin(pair)]
    return doubts + lost_runs(fates["lost"].to_numpy(dtype=bool), (fates["level"] == pair[1]).to_numpy(dtype=bool))


def of_causes(found: Usable, base: pd.DataFrame, roles: Roles, lay: Layout) -> dict[str, list[Doubted]]:
    """What else may have made the effect of image and code, by role; `base` are the rows at baseline, `lay` theirs."""
    doubts = {}
    for role, column in (("image", roles.image), ("code", roles.code)):
        if column and base[column].nunique() > 1:
            levels = base[column].astype(str)
            names = [name for name in (roles.image, roles.code, *roles.factors) if name and name != column]
            others = {name: base[name].astype(str) for name in names}
            single = pd.Series(lay.boot).groupby(levels.to_numpy()).nunique().sum()
            by_boot = bool(single == lay.boot.max() + 1)
            doubts[role] = level_doubts(lay, levels, others, by_boot, found.fates(column))
            doubts[f"node:{role}"] = _on_single_nodes(lay, levels)
    return doubts


def of_nodes(found: Usable, main: pd.DataFrame, base: pd.DataFrame, roles: Roles, every: Layout) -> list[Doubted]:
    """What else may have made the nodes differ: runs that failed, sessions, the place of the baseline in its boots.

    `main` are all rows with their layout `every`, `base` those at the baseline, which are compared.
    """
    lost = found.lost
    for factor in roles.factors:
        lost = lost[lost[factor].astype(str).isin(base[factor].astype(str).unique())]
    names = pd.concat([base[roles.node].astype(str), lost[roles.node].astype(str)])
    doubts = lost_on_nodes(names, np.repeat([False, True], [len(base), len(lost)]))
    if any(item.reason == "alike" for item in found.findings):
        doubts += _doubled(every)
    if roles.session:
        doubts += _shared(base[roles.node].astype(str), base[roles.session].astype(str), roles.session)
    if len(base) < len(main) and every.ordered:
        block = every.boot if every.boots else every.session
        place = pd.Series(every.place, index=main.index).groupby(block).rank(pct=True)
        node = pd.factorize(base[roles.node])[0].astype(np.intp)
        share = apart_in_time(node, np.asarray(place.loc[base.index], dtype=np.float64))
        if share >= APART:
            doubts.append(Doubted(Doubt.UNBALANCED_ORDER, "failed", share, limit=APART, about="baseline"))
    return doubts


def of_overlap(main: pd.DataFrame, response: str, unit: str, roles: Roles) -> list[Doubted]:
    """Whether runs overlapped in time, where the response, or a column ``duration``, says how long they took."""
    seconds = main.get("duration")
    if unit in SECONDS or response == "duration":
        seconds = main[response] * SECONDS.get(unit, 1.0)
    if not roles.when or seconds is None:
        return []
    rows = main.assign(**{LASTED: seconds})
    return overlaps(rows, node=roles.node, when=roles.when, seconds=LASTED)


def own_software(base: pd.DataFrame, roles: Roles) -> bool:
    """Whether nodes have an image or a code of their own, each always the same one: other software, whatever runs."""
    return any(
        base[name].nunique() > 1 and (base.groupby(roles.node)[name].nunique() == 1).all()
        for name in (roles.image, roles.code)
        if name
    )


def _on_single_nodes(lay: Layout, levels: pd.Series[str]) -> list[Doubted]:
    """Whether single nodes ran one level first, some this and some that way round."""
    if not lay.ordered:
        return [Doubted(Doubt.ORDER_UNKNOWN, "unknown", about="levels")]
    first, *others = sorted(levels.unique())
    doubts: list[Doubted] = []
    for level in others:
        keep = levels.isin([first, level]).to_numpy()
        some = lay.keep(keep)
        doubts = doubts or own_order_doubts((levels[keep] == level).to_numpy(), some.node, some.boot, some.place)
    return doubts


def _doubled(lay: Layout) -> list[Doubted]:
    """Whether equal values come within nodes so much more often than between them that rows must be copies."""
    node, values = pd.Series(lay.node), pd.Series(lay.y)
    pairs, of_nodes = _pairs(np.array([len(node)])), _pairs(node.value_counts().to_numpy())
    equal, inside = _pairs(values.value_counts().to_numpy()), _pairs(node.groupby([node, values]).size().to_numpy())
    between = (equal - inside) / max(pairs - of_nodes, 1)
    ratio = inside / max(of_nodes, 1) / max(between, 1 / max(pairs - of_nodes, 1))
    return [Doubted(Doubt.ALIKE_ROWS, "failed", ratio, limit=COPIED)] if ratio > COPIED else []


def _pairs(sizes: np.ndarray) -> float:
    """How many pairs groups of such sizes hold."""
    return float((sizes * (sizes - 1) / 2).sum())


def _shared(node: pd.Series[str], session: pd.Series[str], column: str) -> list[Doubted]:
    """Whether each node was measured in one session, and sessions were shared by some nodes and not by others."""
    pairs = pd.DataFrame({"node": node, "session": session}).drop_duplicates()
    if pairs["node"].duplicated().any() or not 1 < pairs["session"].nunique() < len(pairs):
        return []
    return [Doubted(Doubt.CONFOUNDED, "failed", nodes=tuple(sorted(pairs["node"])), about=column)]


def without_causes(base: pd.DataFrame, roles: Roles, lay: Layout) -> Layout:
    """The rows at baseline, what image and code do on the same nodes taken out."""
    causes = [base[name].astype(str) for name in (roles.image, roles.code) if name]
    return lay.with_values(without(lay.y, lay.node, causes)) if causes else lay
