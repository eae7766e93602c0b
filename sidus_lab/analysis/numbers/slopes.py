"""What one level of a factor does on each node, whether that is the same everywhere, and its mean over the nodes.

One effect a node (a random slope): with three nodes or more the node is the unit of the mean effect. What an effect
could be by chance on one node comes from its blocks (boots, blocks of runs), or from its runs where there is one block
only, which then count for what they are worth in their order.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from sidus_lab.analysis.numbers.dependence import dependence, worth
from sidus_lab.analysis.values import Interval

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Flags = NDArray[np.bool_]

LEAST_DF = 2  # an error of a single node's effect that rests on less says nothing


@dataclass(frozen=True)
class Slopes:
    """Effects of the upper level against the lower, on the scale of the values.

    `nodes` (codes) have both levels, `effects` one value each with its standard `errors`, which rest on `df` degrees
    of freedom (0: no error could be formed). `centre`, `interval` and `p_value` are those of the mean, `unit` what
    was counted for it; `p_varies` tests that the effect is the same on all nodes, `acting` says on which it is shown.
    `error` is the standard error of the mean, with `freedom` degrees of freedom.
    """

    nodes: Codes
    effects: Floats
    errors: Floats
    df: float
    centre: float
    interval: Interval | None
    p_value: float
    unit: Literal["node", "block", "none"]
    units: int
    p_varies: float
    acting: NDArray[np.bool_]
    error: float = math.nan
    freedom: float = math.nan


def slopes(
    values: Floats, node: Codes, block: Codes, upper: NDArray[np.bool_], place: Floats, *, level: float = 0.95
) -> Slopes:
    """The effect of `upper` (True: the level asked about, False: its baseline) on each node; one entry a run.

    `block` are codes of blocks, each on one node. Where blocks hold both levels they are compared within blocks, else
    the means of whole blocks are (a boot for each level).
    """
    table = pd.DataFrame({"y": values, "node": node, "block": block, "upper": upper})
    both = pd.DataFrame(table.groupby(["node", "block", "upper"])["y"].mean().unstack("upper"))
    both = both.reindex(columns=[False, True])
    pairs = both.dropna()
    found = _paired(pairs) if len(pairs) else _unpaired(both)
    nodes, effects, squares, df, units = found
    if len(nodes) and len(pairs) and df < max(LEAST_DF, len(nodes) / 2):
        squares, df = _from_runs(table, place, nodes)
    errors = np.sqrt(np.maximum(squares, 0.0))
    return _mean(nodes, effects, errors, df, units, level)


def _paired(pairs: pd.DataFrame) -> tuple[Codes, Floats, Floats, float, int]:
    """One difference a block; their spread within nodes is the error."""
    by_node = (pairs[True] - pairs[False]).groupby(level="node").agg(["mean", "var", "size"])
    sizes = by_node["size"].to_numpy(dtype=float)
    df = float((sizes - 1).sum())
    pooled = float((by_node["var"].fillna(0.0) * (by_node["size"] - 1)).sum()) / df if df else math.nan
    nodes = by_node.index.to_numpy().astype(np.intp)
    return nodes, by_node["mean"].to_numpy(dtype=float), pooled / sizes, df, int(sizes.sum())


def _unpaired(both: pd.DataFrame) -> tuple[Codes, Floats, Floats, float, int]:
    """The means of whole blocks at each level, the spread of blocks at one level of a node as the error."""
    groups = [both[side].dropna().groupby(level="node").agg(["mean", "var", "size"]) for side in (False, True)]
    joined = groups[0].add_suffix("_low").join(groups[1].add_suffix("_up"), how="inner")
    low, up = joined["size_low"].to_numpy(dtype=float), joined["size_up"].to_numpy(dtype=float)
    df = float((low + up - 2).sum())
    squares = joined["var_low"].fillna(0.0) * (low - 1) + joined["var_up"].fillna(0.0) * (up - 1)
    pooled = float(squares.sum()) / df if df else math.nan
    nodes = joined.index.to_numpy().astype(np.intp)
    effects = (joined["mean_up"] - joined["mean_low"]).to_numpy(dtype=float)
    return nodes, effects, pooled * (1 / low + 1 / up), df, int((low + up).sum())


def _from_runs(table: pd.DataFrame, place: Floats, nodes: Codes) -> tuple[Floats, float]:
    """The squared error of each node's effect from the runs within cells, for what these are worth."""
    cell = table.groupby(["node", "block", "upper"]).ngroup().to_numpy().astype(np.intp)
    y = table["y"].to_numpy(dtype=float)
    sizes = np.bincount(cell)
    left = y - (np.bincount(cell, weights=y) / sizes)[cell]
    df = float(len(y) - len(sizes))
    if df < 1:
        return np.full(len(nodes), math.nan), 0.0
    found = dependence(left, table["node"].to_numpy().astype(np.intp), place)
    rho = found.counted if found else 0.0
    runs = table.groupby(["node", "upper"]).size().unstack("upper").loc[nodes]
    weight = sum(1 / worth(runs[side].to_numpy(dtype=float), rho) for side in (False, True))
    share = float(worth(np.array([len(y) / len(nodes)]), rho)[0]) / (len(y) / len(nodes))
    return np.asarray(float(left @ left) / df * weight), df * share


def _mean(nodes: Codes, effects: Floats, errors: Floats, df: float, units: int, level: float) -> Slopes:
    count = len(nodes)
    known = df >= LEAST_DF and bool(np.isfinite(errors).all()) and bool((errors > 0).all())
    p_varies, acting = math.nan, np.zeros(count, dtype=bool)
    if known and count > 1:
        weights = 1 / errors**2
        middle = float(weights @ effects / weights.sum())
        f = float(weights @ (effects - middle) ** 2) / (count - 1)
        p_varies = float(special.fdtrc(count - 1, df, f))
    if known:
        acting = np.abs(effects) > float(special.stdtrit(df, 1 - 0.025 / count)) * errors
    centre = float(effects.mean()) if count else math.nan
    if count >= 3:
        error, freedom, unit = float(effects.std(ddof=1)) / math.sqrt(count), float(count - 1), "node"
    elif count and df >= 1 and bool(np.isfinite(errors).all()) and units > 2 * count - 1:
        error, freedom, unit = float(np.sqrt((errors**2).sum())) / count, df, "block"
    else:
        return Slopes(nodes, effects, errors, df, centre, None, math.nan, "none", units, p_varies, acting)
    half = float(special.stdtrit(freedom, (1 + level) / 2)) * error
    p_value = 2 * float(special.stdtr(freedom, -abs(centre) / error)) if error > 0 else float(centre == 0)
    return Slopes(
        nodes,
        effects,
        errors,
        df,
        centre,
        Interval(centre - half, centre + half, level),
        p_value,
        unit,  # type: ignore[arg-type]
        count if unit == "node" else units,
        p_varies,
        acting,
        error,
        freedom,
    )
