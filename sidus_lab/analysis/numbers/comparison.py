"""Two conditions compared with the node as the unit: location, spread, rank effect size, and equivalence.

Repeats on one node share that node's own luck (its memory layout, its temperature, its boot), so they are not
independent: a t test on pooled repeats between two sets of identical nodes cries wolf 20 to 60 % of the time. Repeats
are therefore averaged per node first, and a comparison without a node is refused.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from sidus_lab.analysis.numbers.cells import numbers
from sidus_lab.analysis.numbers.noise import adjust
from sidus_lab.analysis.values import Estimate, Interval
from sidus_lab.errors import DataError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Comparison:
    """Condition `b` against condition `a`, each node one value.

    `difference` is relative (0.05: b is 5 % larger; from node means of logarithms) when `scale` is "log", in the unit
    of the response when it is "linear" (some values are not positive). `p_value` tests it (Welch's t between nodes,
    or Student's t on the pairs). `spread` is the ratio of the conditions' standard deviations between nodes,
    `spread_p` its Brown-Forsythe test. `superiority` is the chance that a node under b lies above one under a (0.5:
    no difference), `rank_p` its rank test. `centre`, `error` and `df` are the difference on the scale of the test.
    """

    response: str
    a: str
    b: str
    kind: Literal["paired", "independent"]
    scale: Literal["log", "linear"]
    difference: Estimate
    p_value: float
    spread: float
    spread_p: float
    superiority: float
    rank_p: float
    nodes_a: int
    nodes_b: int
    rows: int
    centre: float
    error: float
    df: float

    def to_dict(self) -> dict[str, object]:
        """The same as plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Equivalence:
    """Whether two conditions are the same within `margin` (TOST): yes, no, or not shown either way.

    `interval` is the 1 - 2 alpha interval that the test looks at, on the scale of the difference.
    """

    answer: Literal["equivalent", "different", "not shown"]
    p_value: float
    margin: float
    interval: Interval


def compare(
    frame: pd.DataFrame,
    response: str,
    *,
    by: str,
    node: str | None,
    a: str | None = None,
    b: str | None = None,
    level: float = 0.95,
) -> Comparison:
    """Compare `response` between two conditions (levels of the column `by`), with `node` as the unit.

    `frame` has one row per measurement. Nodes that were measured under both conditions are compared in pairs,
    otherwise the two sets of nodes as independent samples (Welch 1947). Brown and Forsythe (1974) for the spread,
    Vargha and Delaney (2000) for the rank effect size.

    Raises DataError without a node column, with fewer than two nodes a condition, or when `by` has not two levels.

    >>> runs = sl.datasets.simulate(nodes=4, repeats=4, codes={"v1": 0.0, "v2": -0.1}, seed=1)
    >>> found = sl.analysis.compare(runs, "duration", by="code", node="node")
    >>> found.p_value < 0.01
    True
    """
    if node is None:
        raise DataError(
            "A comparison on pooled repeats is refused: repeats on one node are not independent, so it would find "
            "differences where there are none.",
            hint="Name the column that says which node each row was measured on (node=...).",
        )
    for name in (by, node):
        if name not in frame.columns:
            raise DataError(
                f"There is no column {name!r}.", hint=f"Columns: {', '.join(map(str, frame.columns[:12]))}."
            )
    values = numbers(frame, response)
    levels = sorted(frame[by].dropna().astype(str).unique())
    if a is None and b is None and len(levels) != 2:
        raise DataError(f"{by!r} has {len(levels)} levels: name the two to compare (a=..., b=...).")
    first = a if a is not None else next(level for level in levels if level != b)
    second = b if b is not None else next(level for level in levels if level != first)
    scale: Literal["log", "linear"] = "log" if (values > 0).all() else "linear"
    means = _node_means(np.log(values) if scale == "log" else values, frame, by, node)
    missing = [name for name in (first, second) if name not in means.columns]
    if missing:
        raise DataError(f"{by!r} has no level {missing[0]!r}.", hint=f"Levels: {', '.join(levels[:12])}.")
    rows = int(frame[by].astype(str).isin([first, second]).sum())
    x, y = means[first].dropna().to_numpy(), means[second].dropna().to_numpy()
    both = means[[first, second]].dropna()
    if min(len(x), len(y)) < 2:
        raise DataError(
            f"There are {len(x)} nodes under {first!r} and {len(y)} under {second!r}: the node is the unit, so two "
            "at least are needed under each.",
            hint="Measure on more nodes; more repeats on the same nodes do not replace them.",
        )
    paired = len(both) >= 2 and len(both) == len(x) == len(y)
    if not paired and len(both):
        raise DataError(
            f"{len(both)} nodes were measured under both conditions and others under one only.",
            hint="Compare the nodes measured under both, or two separate sets of nodes.",
        )
    centre, error, df = _paired(both.to_numpy()) if paired else _welch(x, y)
    half = float(stats.t.ppf((1 + level) / 2, df)) * error
    back = math.expm1 if scale == "log" else float
    rank_p, superiority = _ranks(x, y, paired)
    spread_a, spread_b = float(np.std(x, ddof=1)), float(np.std(y, ddof=1))
    spread_test = stats.levene(x, y, center="median") if spread_a + spread_b > 0 else None
    return Comparison(
        response,
        str(first),
        str(second),
        "paired" if paired else "independent",
        scale,
        Estimate(back(centre), Interval(back(centre - half), back(centre + half), level)),
        _two_sided(centre, error, df),
        spread_b / spread_a if spread_a > 0 else math.nan,
        float(spread_test.pvalue) if spread_test else math.nan,
        superiority,
        rank_p,
        len(x),
        len(y),
        rows,
        centre,
        error,
        df,
    )


def equivalent(comparison: Comparison, margin: float, *, alpha: float = 0.05) -> Equivalence:
    """Test whether the difference lies within `margin` either way: two one-sided tests (Schuirmann 1987).

    `margin` is on the scale of the difference: relative (0.02 is 2 %; usually the A/A floor) or in the unit of the
    response. Raises DataError for a margin that is not positive.

    >>> runs = sl.datasets.simulate(nodes=8, repeats=8, codes={"v1": 0.0, "v2": 0.0}, seed=1)
    >>> found = sl.analysis.compare(runs, "duration", by="code", node="node")
    >>> sl.analysis.equivalent(found, margin=0.05).answer
    'equivalent'
    """
    if not margin > 0 or not math.isfinite(margin):
        raise DataError(
            f"The margin must be a positive number, not {margin}.", hint="Take the A/A floor (noise.aa_floor)."
        )
    limits = (-math.log1p(margin), math.log1p(margin)) if comparison.scale == "log" else (-margin, margin)
    centre, error, df = comparison.centre, comparison.error, comparison.df
    half = float(stats.t.ppf(1 - alpha, df)) * error
    back = math.expm1 if comparison.scale == "log" else float
    interval = Interval(back(centre - half), back(centre + half), 1 - 2 * alpha)
    if error == 0:
        p_value = 0.0 if limits[0] < centre < limits[1] else 1.0
    else:
        below, above = (centre - limits[0]) / error, (limits[1] - centre) / error
        p_value = float(max(stats.t.sf(below, df), stats.t.sf(above, df)))
    if p_value < alpha:
        answer: Literal["equivalent", "different", "not shown"] = "equivalent"
    else:
        outside = centre - half > limits[1] or centre + half < limits[0]
        answer = "different" if outside else "not shown"
    return Equivalence(answer, p_value, margin, interval)


def compare_many(
    frame: pd.DataFrame,
    responses: Sequence[str],
    *,
    by: str,
    node: str | None,
    a: str | None = None,
    b: str | None = None,
    method: Literal["holm", "bh"] = "holm",
    level: float = 0.95,
) -> pd.DataFrame:
    """Compare several responses, one row each, with p-values corrected for their number.

    Columns: response, difference, low, high, p_value, p_adjusted, spread, spread_p, spread_p_adjusted, superiority,
    nodes_a, nodes_b, rows. `method` is "holm" (no false alarm among all, Holm 1979) or "bh" (false discovery rate,
    Benjamini and Hochberg 1995). Raises DataError as `compare` does.

    >>> runs = sl.datasets.simulate(nodes=4, repeats=4, codes={"v1": 0.0, "v2": -0.1}, seed=1)
    >>> table = sl.analysis.compare_many(runs, ["duration"], by="code", node="node")
    >>> table["nodes_a"].tolist()
    [4]
    """
    found = [compare(frame, name, by=by, node=node, a=a, b=b, level=level) for name in responses]
    rows = [
        {
            "response": item.response,
            "difference": item.difference.value,
            "low": item.difference.interval.low if item.difference.interval else math.nan,
            "high": item.difference.interval.high if item.difference.interval else math.nan,
            "p_value": item.p_value,
            "spread": item.spread,
            "spread_p": item.spread_p,
            "superiority": item.superiority,
            "nodes_a": item.nodes_a,
            "nodes_b": item.nodes_b,
            "rows": item.rows,
        }
        for item in found
    ]
    table = pd.DataFrame(rows)
    table.insert(5, "p_adjusted", adjust([item.p_value for item in found], method))
    table.insert(8, "spread_p_adjusted", adjust([item.spread_p for item in found], method))
    return table


def _node_means(values: Floats, frame: pd.DataFrame, by: str, node: str) -> pd.DataFrame:
    """One row per node, one column per condition: the mean of the node's repeats."""
    table = pd.DataFrame({"value": values, "node": frame[node].to_numpy(), "by": frame[by].astype(str).to_numpy()})
    return table.groupby(["node", "by"])["value"].mean().unstack()


def _paired(pairs: Floats) -> tuple[float, float, float]:
    difference = pairs[:, 1] - pairs[:, 0]
    return float(difference.mean()), float(difference.std(ddof=1) / math.sqrt(len(difference))), len(difference) - 1


def _welch(x: Floats, y: Floats) -> tuple[float, float, float]:
    u, v = float(x.var(ddof=1)) / len(x), float(y.var(ddof=1)) / len(y)
    if u + v == 0:
        return float(y.mean() - x.mean()), 0.0, len(x) + len(y) - 2
    df = (u + v) ** 2 / (u**2 / (len(x) - 1) + v**2 / (len(y) - 1))
    return float(y.mean() - x.mean()), math.sqrt(u + v), df


def _two_sided(centre: float, error: float, df: float) -> float:
    if error == 0:
        return 1.0 if centre == 0 else 0.0
    return float(2 * stats.t.sf(abs(centre) / error, df))


def _ranks(x: Floats, y: Floats, paired: bool) -> tuple[float, float]:
    """The rank test's p-value (signed ranks on pairs, else Mann-Whitney) and the chance that y lies above x."""
    above = float((y[:, None] > x[None, :]).mean() + 0.5 * (y[:, None] == x[None, :]).mean())
    if paired:
        difference = y - x
        above = float((difference > 0).mean() + 0.5 * (difference == 0).mean())
        return (1.0 if not difference.any() else float(stats.wilcoxon(difference).pvalue)), above
    return float(stats.mannwhitneyu(y, x).pvalue), above
