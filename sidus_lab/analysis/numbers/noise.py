"""The noise floor: what difference the same program on the same system on the same node shows against itself (A/A)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats


@dataclass(frozen=True)
class Floor:
    """The A/A floor of one response.

    `relative` is the relative difference (0.04 is 4 %) that two sets of runs of the same thing on the same node stay
    under with probability `level`; NaN without A/A rows. `spread` is the standard deviation of the log differences.
    `differences` holds what was seen, node by node, as A'/A - 1.
    """

    relative: float
    pairs: int
    rows: int
    differences: Mapping[str, float]
    level: float = 0.95
    spread: float = math.nan

    def among(self, nodes: int) -> float:
        """The floor for the widest of all differences between `nodes` nodes (Bonferroni over the pairs), relative."""
        pairs_of_nodes = max(nodes * (nodes - 1) // 2, 1)
        if not self.known:
            return math.nan
        return math.expm1(float(stats.t.isf((1 - self.level) / 2 / pairs_of_nodes, self.pairs)) * self.spread)

    @property
    def known(self) -> bool:
        """Whether there were A/A rows to take it from."""
        return self.pairs > 0


def aa_floor(rows: pd.DataFrame, *, response: str = "duration", level: float = 0.95) -> Floor:
    """The floor from rows of phase ``aa`` (columns node, aa with ``A`` or ``A'``, and the response, positive).

    Per node the difference of the mean logarithms of A' and A; their mean square has one degree of freedom a node,
    since the true mean is 0, so the floor is Student's t times its root. With few nodes it is wide, as it should be.

    >>> runs = sl.datasets.simulate(nodes=4, aa=3, seed=1)
    >>> floor = sl.analysis.aa_floor(runs[runs["phase"] == "aa"])
    >>> floor.pairs, round(floor.relative, 3)
    (4, 0.008)
    """
    good = rows[np.isfinite(rows[response]) & (rows[response] > 0)]
    logs = np.log(good[response]).groupby([good["node"], good["aa"]]).mean().unstack()
    if logs.empty or not {"A", "A'"} <= set(logs.columns):
        return Floor(math.nan, 0, len(good), {}, level)
    difference = (logs["A'"] - logs["A"]).dropna()
    pairs = len(difference)
    if not pairs:
        return Floor(math.nan, 0, len(good), {}, level)
    spread = math.sqrt(float(np.mean(np.square(difference))))
    floor = math.expm1(float(stats.t.ppf((1 + level) / 2, pairs)) * spread)
    seen = {str(node): math.expm1(float(value)) for node, value in difference.items()}
    return Floor(floor, pairs, len(good), seen, level, spread)


def aa_floors(rows: pd.DataFrame, *, response: str = "duration", level: float = 0.95) -> dict[str, Floor]:
    """The floor of each operation in `rows` (phase ``aa`` only is looked at)."""
    aa = rows[rows["phase"] == "aa"]
    return {
        str(operation): aa_floor(part, response=response, level=level)
        for operation, part in aa.groupby("operation", sort=True)
    }


def holm(p_values: list[float], weights: Sequence[float] | None = None) -> list[float]:
    """Holm's (1979) step-down adjusted p-values, in the order given; NaN stays NaN and is not counted as a test.

    A test of larger weight takes a larger part of the level; without `weights` all take the same.
    """
    values = np.asarray(p_values, dtype=float)
    weight = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known] / weight[known], kind="stable")]
    adjusted = np.full(len(values), math.nan)
    left = np.cumsum(weight[order][::-1])[::-1]
    adjusted[order] = np.minimum(np.maximum.accumulate(values[order] / weight[order] * left), 1.0)
    return [float(value) for value in adjusted]


def benjamini_hochberg(p_values: list[float]) -> list[float]:
    """Benjamini and Hochberg's (1995) adjusted p-values, in the order given; NaN stays NaN, uncounted."""
    values = np.asarray(p_values, dtype=float)
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    adjusted = np.full(len(values), math.nan)
    raised = values[order] * len(order) / np.arange(1, len(order) + 1)
    adjusted[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return [float(value) for value in adjusted]


def adjust(p_values: list[float], method: Literal["holm", "bh"] = "holm") -> list[float]:
    """Adjusted p-values by `method`: "holm" (family-wise error) or "bh" (false discovery rate)."""
    return holm(p_values) if method == "holm" else benjamini_hochberg(p_values)


def floor_of(aa: pd.DataFrame, response: str, node: str) -> Floor:
    """The floor by the rows of a table that belong to the A/A phase; one that is not known where there are none."""
    if "aa" not in aa.columns or not len(aa):
        return Floor(math.nan, 0, 0, {})
    plain = pd.DataFrame({"node": aa[node].astype(str), "aa": aa["aa"].astype(str), response: aa[response]})
    return aa_floor(plain, response=response)
