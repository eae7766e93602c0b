"""Could something else than the level itself have made its effect: the order of runs, another factor, lost runs?"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from sidus_lab.analysis.finding import Doubt, Doubted

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Flags = NDArray[np.bool_]

TOGETHER = 0.9  # knowing the one, this share of what is open about the other is known: they were set together
# A gap in the order runs from 0 (equally early) to 1 (one level wholly before the other).
OFF, CHANCE, MOST = 0.4, 3.0, 0.9  # allowed always; allowed by chance (standard errors); and never more than this
CLEAR = 0.01  # losses are said to differ between nodes below this
OWN = 0.75  # mean gap on single nodes, either way, beyond which effects that differ between nodes may be a drift


def order_doubts(upper: Flags, node: Codes, block: Codes, place: Floats, ordered: bool) -> list[Doubted]:
    """Whether the two levels come equally early on each node, and in each block."""
    if not ordered:
        return [Doubted(Doubt.ORDER_UNKNOWN, "unknown", about="levels")]
    for strata in (node, block):
        gap, limit = _gap(upper, strata, place)
        if abs(gap) >= limit:
            return [Doubted(Doubt.UNBALANCED_ORDER, "failed", gap, limit=limit)]
    return []


def own_order_doubts(upper: Flags, node: Codes, block: Codes, place: Floats) -> list[Doubted]:
    """Whether single nodes, or the blocks of single nodes, ran one level first, some this and some that way round."""
    for strata in (node, block):
        gaps, both, _ = _gaps(upper, strata, place)
        if len(gaps):
            where = node[np.unique(strata, return_index=True)[1]][both]
            own = float(pd.Series(gaps).groupby(where).mean().abs().mean())
            if own >= OWN:
                return [Doubted(Doubt.UNBALANCED_ORDER, "failed", own, limit=OWN)]
    return []


def confounded(levels: pd.Series[str], others: Mapping[str, pd.Series[str]]) -> list[Doubted]:
    """Other factors that were always set together with this one."""
    found = []
    for name, other in others.items():
        if other.nunique() > 1 and _known(levels, other) > TOGETHER and _known(other, levels) > TOGETHER:
            found.append(Doubted(Doubt.CONFOUNDED, "failed", about=name))
    return found


def lost_runs(lost: Flags, upper: Flags) -> list[Doubted]:
    """Whether runs failed more often at one level: then those that are left are no fair sample. One entry a run."""
    table = np.array([[(lost & side).sum(), (~lost & side).sum()] for side in (upper, ~upper)], dtype=np.int64)
    if not lost.any() or not table.sum(axis=1).all():
        return []
    few = len(lost) < 10_000
    p_value = float((stats.fisher_exact(table) if few else stats.chi2_contingency(table))[1])
    if p_value >= 0.05:
        return []
    shares = table[:, 0] / table.sum(axis=1)
    return [Doubted(Doubt.LOST_RUNS, "failed", float(shares[0]), limit=float(shares[1]))]


def lost_on_nodes(nodes: pd.Series[str], lost: Flags) -> list[Doubted]:
    """Whether runs failed more often on some nodes than on others. One entry a run."""
    if not lost.any() or nodes.nunique() < 2:
        return []
    counts = pd.crosstab(nodes.to_numpy(), lost)
    if counts.shape[1] < 2 or stats.chi2_contingency(counts)[1] >= CLEAR:
        return []
    shares = counts[True] / counts.sum(axis=1)
    usual = float(lost.mean())
    more = shares[shares > usual]
    rest = float(counts.drop(more.index)[True].sum() / max(counts.drop(more.index).to_numpy().sum(), 1))
    return [Doubted(Doubt.LOST_RUNS, "failed", float(more.max()), limit=rest, nodes=tuple(map(str, more.index)))]


def _gap(upper: Flags, strata: Codes, place: Floats) -> tuple[float, float]:
    """By how much later the upper level comes (mean over strata), and what is allowed."""
    gaps, _, variance = _gaps(upper, strata, place)
    if not len(gaps):
        return 0.0, math.inf
    chance = math.sqrt(float(variance.sum())) / len(gaps)
    return float(gaps.mean()), min(max(OFF, CHANCE * chance), MOST)


def _gaps(upper: Flags, strata: Codes, place: Floats) -> tuple[Floats, Flags, Floats]:
    """The gap of each stratum that has both levels, which those are, and what variance it has by chance."""
    rank = pd.Series(place).groupby(strata).rank().to_numpy(dtype=float) - 1
    size = np.bincount(strata)[strata]
    position = np.where(size > 1, rank / np.maximum(size - 1, 1), 0.5)
    ones = np.bincount(strata, weights=upper)
    others = np.bincount(strata) - ones
    both = (ones > 0) & (others > 0)
    up = np.bincount(strata, weights=position * upper)[both] / ones[both]
    down = np.bincount(strata, weights=position * ~upper)[both] / others[both]
    count = (ones + others)[both]
    apart = count / 2 / (count - 1)  # the gap when one level comes wholly before the other
    gaps = (up - down) / apart
    variance = pd.Series(position).groupby(strata).var(ddof=1).to_numpy(dtype=float)[both]
    return gaps, both, np.asarray(variance * (1 / ones[both] + 1 / others[both]) / apart**2)


def _known(of: pd.Series[str], by: pd.Series[str]) -> float:
    """How much of what is open about `of` is known from `by` (Goodman and Kruskal's lambda)."""
    counts = pd.crosstab(of.to_numpy(), by.to_numpy())
    total, most = int(counts.to_numpy().sum()), int(counts.sum(axis=1).max())
    return (int(counts.max(axis=0).sum()) - most) / (total - most) if total > most else 0.0
