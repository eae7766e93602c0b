"""Two levels of a setting compared with the node, or the block of runs, as the unit."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from sidus_lab.analysis.values import Interval


@dataclass(frozen=True)
class Contrast:
    """A difference (relative, 0.05 is 5 % more; in the unit of the response on the linear scale), interval and p-value.

    `unit` says what was counted as independent: ``node`` (the claim holds for nodes of this kind) or ``block`` (only
    for the nodes measured); ``none`` when there was nothing to estimate an error from, then `interval` is None and
    `p_value` NaN.
    """

    relative: float
    interval: Interval | None
    p_value: float
    unit: Literal["node", "block", "none"]
    units: int
    rows: int
    nodes: int
    scale: Literal["log", "linear"] = "log"


def paired(
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    response: str = "duration",
    scale: Literal["log", "linear"] = "log",
    level: float = 0.95,
) -> Contrast:
    """Compare `after` with `before` (columns node, block and a positive response) on the nodes that have both.

    From three nodes on, one mean log difference a node and a t interval over nodes. With fewer nodes, one difference
    a block of runs on each node, pooled within nodes; the claim is then about these nodes only. Repeats are never
    pooled as if they were independent.

    >>> runs = sl.datasets.simulate(nodes=4, boots=2, repeats=4, codes={"v1": 0.0, "v2": -0.1}, seed=1)
    >>> found = sl.analysis.paired(runs[runs["code"] == "v1"], runs[runs["code"] == "v2"])
    >>> found.nodes
    4
    """
    rows = len(before) + len(after)
    cells = [_cells(part, response, scale) for part in (before, after)]
    difference = (cells[1] - cells[0]).dropna()
    by_node = difference.groupby(level="node").agg(["mean", "var", "size"])
    nodes = len(by_node)
    if not nodes:
        return Contrast(math.nan, None, math.nan, "none", 0, rows, 0, scale)
    middle = float(by_node["mean"].mean())
    if nodes >= 3:
        error, df = math.sqrt(float(by_node["mean"].var()) / nodes), nodes - 1
        return _contrast(middle, error, df, "node", nodes, rows, nodes, level, scale)
    df = int((by_node["size"] - 1).sum())
    if df < 1:
        return Contrast(math.expm1(middle) if scale == "log" else middle, None, math.nan, "none", 0, rows, nodes, scale)
    pooled = float((by_node["var"].fillna(0.0) * (by_node["size"] - 1)).sum()) / df
    error = math.sqrt(pooled * float((1 / by_node["size"]).sum())) / nodes
    return _contrast(middle, error, df, "block", int(by_node["size"].sum()), rows, nodes, level, scale)


def _cells(rows: pd.DataFrame, response: str, scale: str) -> pd.Series[float]:
    """The mean logarithm of the response or of the response itself, per node and block."""
    good = rows[np.isfinite(rows[response]) & ((rows[response] > 0) | (scale == "linear"))]
    values = np.log(good[response]) if scale == "log" else good[response]
    cells: pd.Series[float] = values.groupby([good["node"], good["block"]]).mean()
    return cells


def _contrast(
    middle: float,
    error: float,
    df: int,
    unit: Literal["node", "block"],
    units: int,
    rows: int,
    nodes: int,
    level: float,
    scale: Literal["log", "linear"],
) -> Contrast:
    half = float(stats.t.ppf((1 + level) / 2, df)) * error
    if error > 0:
        p_value = float(2 * stats.t.sf(abs(middle) / error, df))
    else:
        p_value = 0.0 if middle else 1.0
    back = math.expm1 if scale == "log" else float
    interval = Interval(back(middle - half), back(middle + half), level)
    return Contrast(back(middle), interval, p_value, unit, units, rows, nodes, scale)
