"""Variance components of crossed and nested tables, with fixed factors beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, sparse, special, stats
from scipy.sparse import csgraph

from sidus_lab.analysis.numbers import large_tables, reml
from sidus_lab.analysis.numbers.cells import Cells, cells
from sidus_lab.analysis.numbers.intervals import combination_interval
from sidus_lab.analysis.numbers.strata import Strata, finer, fixed_design, split
from sidus_lab.analysis.values import Component, Estimate, Interval, components_frame
from sidus_lab.errors import DataError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Components:
    """Variance components of a table.

    `parts` holds one component per random term, then ``residual`` (the repeats); `shares` each one's part of the
    total with its interval; `p_values` the test that a component is zero. `fixed` has one row per fixed coefficient
    (term, level, estimate, se, low, high): the mean, then each level against the first.
    """

    parts: tuple[Component, ...]
    shares: dict[str, Estimate]
    p_values: dict[str, float]
    fixed: pd.DataFrame
    mean: float
    rows: int
    balanced: bool
    method: str
    notes: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Component:
        """The component of one term, or ``residual``."""
        for part in self.parts:
            if part.name == name:
                return part
        raise KeyError(name)

    def to_frame(self) -> pd.DataFrame:
        """One row per component: source, variance, low, high, share, share_low, share_high, p_value."""
        frame = components_frame(self.parts)
        ends = [self.shares[part.name].interval or Interval(math.nan, math.nan) for part in self.parts]
        frame["share_low"], frame["share_high"] = [end.low for end in ends], [end.high for end in ends]
        frame["p_value"] = [self.p_values.get(part.name, math.nan) for part in self.parts]
        return frame

    def to_dict(self) -> dict[str, object]:
        """The same as plain data."""
        return {
            "components": [part.to_dict() for part in self.parts],
            "shares": {name: share.to_dict() for name, share in self.shares.items()},
            "p_values": dict(self.p_values),
            "fixed": self.fixed.to_dict(orient="records"),
            "mean": self.mean,
            "rows": self.rows,
            "method": self.method,
            "notes": list(self.notes),
        }


def components(
    frame: pd.DataFrame,
    response: str,
    *,
    random: Sequence[str],
    fixed: Sequence[str] = (),
    level: float = 0.95,
    tails: Literal["adaptive", "normal"] = "adaptive",
) -> Components:
    """Estimate the variance components of `response` for the terms in `random`, beside the factors in `fixed`.

    `frame` has one row per measurement (n rows). A term is a column, or columns joined by ``:``: crossed factors are
    ``["node", "image"]`` with their interaction ``"node:image"``, nested ones ``["batch", "batch:cask"]``. Components
    are in the squared unit of the response.

    Balanced tables: closed form of the analysis of variance, which is REML; where a moment estimate is negative it is
    reported as 0, its raw value kept, and the others follow by restricted likelihood on the mean squares. Unbalanced
    tables: REML (Patterson and Thompson 1971) with exact gradient. Intervals: modified large-sample (Ting et al.
    1990) on the mean squares, which for unbalanced tables count each contrast by its precision at the fitted components
    (Wald 1940); generalised (Weerahandi 1993) for the shares; `tails` as in `one_way`. Should likelihood and mean
    squares still disagree, the interval is widened to hold the estimate. A component of 0 is tested by the restricted
    likelihood ratio against the half-and-half mixture of 0 and chi square with 1 degree of freedom (Self and Liang
    1987). The cost grows with the number of combinations of levels, not with n.

    Raises DataError for bad columns or values, terms that the data cannot separate, and REML that does not converge.

    >>> runs = sl.datasets.load("published/dyestuff", quiet=True)
    >>> found = sl.analysis.variance_components(runs, "yield", random=["batch"])
    >>> {part.name: round(part.value) for part in found.parts}
    {'batch': 1764, 'residual': 2451}
    """
    table = cells(frame, response, random, fixed)
    design, names = fixed_design(table)
    size = table.within_ss + float((table.counts * table.means) @ table.means)
    if size <= table.rows * (4 * np.finfo(float).eps * abs(table.centre)) ** 2:
        return _constant(table, level)
    divide = large_tables.split if large_tables.suits(table) else split
    parted = divide(table, design, adaptive=tails == "adaptive")
    squares = parted.strata()
    if squares.mean_squares[-1] <= 0:
        raise DataError(
            "The repeats of every combination are identical: there is no residual variance to compare with.",
            hint="Compare the means directly; the repeats carry no information.",
        )
    raw = squares.raw
    balanced = _balanced(table)
    if balanced:
        values = raw if (raw >= 0).all() else _restricted(squares)
        found = reml.Profile(table, design)(values[:-1] / values[-1])
        coefficients, covariance = found[2][1], found[2][2]
        best = found[0]
    else:
        fitted = reml.fit(table, design, start=np.maximum(raw[:-1], 0) / squares.mean_squares[-1])
        values = np.append(fitted.variances, fitted.residual)
        coefficients, covariance, best = fitted.coefficients, fitted.covariance, fitted.deviance
        squares = parted.strata(fitted=values)
    notes = tuple(
        f"The moment estimate of {name!r} is negative ({value:.4g}); it is reported as {estimate:.4g}."
        for name, value, estimate in zip(squares.names, raw, values, strict=True)
        if value < 0
    )
    shares = _shares(squares, values, level)
    inverse = np.linalg.inv(squares.expect)
    parts = tuple(
        Component(
            name,
            float(values[i]),
            float(raw[i]),
            combination_interval(_clean(inverse[i]), squares.mean_squares, squares.worth, level).including(
                float(values[i])
            ),
            shares[name].value,
            levels=table.random[i].levels if i < len(table.random) else table.rows,
        )
        for i, name in enumerate(squares.names)
    )
    return Components(
        parts,
        shares,
        _zero_tests(table, design, values, best),
        _fixed_frame(table, names, coefficients, covariance, squares, level),
        table.centre,
        table.rows,
        balanced,
        "analysis of variance" if balanced else "REML",
        notes,
    )


def _clean(row: Floats) -> Floats:
    """Coefficients that are zero but for rounding are zero."""
    return np.where(np.abs(row) < 1e-10 * np.abs(row).max(), 0.0, row)


def _balanced(table: Cells) -> bool:
    """Whether closed forms hold: equal numbers in the levels of every term, and terms crossed or nested evenly.

    The condition is that of orthogonal block structures (Tjur 1984, Int. Stat. Rev. 52): two terms meet in every pair
    of levels of what they have in common, equally often, and what they have in common is itself a term or the mean.
    """
    terms = (*table.random, *table.fixed)
    for term in terms:
        sizes = np.bincount(term.codes, weights=table.counts, minlength=term.levels)
        if not (sizes == sizes[0]).all():
            return False
    for i, first in enumerate(terms):
        for second in terms[i + 1 :]:
            pairs = sparse.coo_array((table.counts, (first.codes, second.codes)))
            pairs.sum_duplicates()
            if not np.allclose(pairs.data, pairs.data[0], rtol=1e-12):
                return False
            if len(pairs.data) == first.levels * second.levels:
                continue  # fully crossed: they have only the mean in common
            both = first.levels + second.levels
            graph = sparse.coo_array((pairs.data, (pairs.row, pairs.col + first.levels)), shape=(both, both))
            parts, label = csgraph.connected_components(graph, directed=False)
            common = label[: first.levels].astype(np.intp)[first.codes]
            named = any(t.levels == parts and finer(t.codes, common) for t in terms)
            meets = sum(
                int((label[: first.levels] == p).sum()) * int((label[first.levels :] == p).sum()) for p in range(parts)
            )
            if not named or meets != len(pairs.data):
                return False
    return True


def _restricted(squares: Strata) -> Floats:
    """REML on the mean squares of a balanced table with components kept at 0 or above, by weighted least squares.

    Fisher scoring for independent chi-square mean squares: each step is a non-negative least-squares problem.
    """
    values = np.maximum(squares.raw, 0.0)
    values[-1] = max(values[-1], squares.mean_squares[-1])
    for _ in range(500):
        weight = np.sqrt(squares.df) / (squares.expect @ values)
        step, _ = optimize.nnls(squares.expect * weight[:, None], squares.mean_squares * weight)
        if np.allclose(step, values, rtol=1e-13, atol=1e-14 * values.max()):
            return np.asarray(step)
        values = step
    raise DataError("The variance components did not settle.", hint="Leave out the term that is closest to 0.")


def _shares(squares: Strata, values: Floats, level: float) -> dict[str, Estimate]:
    """Each component's part of the total, with generalised intervals: what the mean squares allow, point by point.

    Weerahandi (1993), J. Am. Stat. Assoc. 88, on fixed low-discrepancy points instead of random numbers, so that the
    same data always give the same interval.
    """
    total = float(values.sum())
    points = stats.qmc.Sobol(len(values), scramble=False).random_base2(11)[1:]
    chi = np.column_stack([special.chdtri(df, 1 - points[:, i]) for i, df in enumerate(squares.worth)])
    pivots = np.linalg.solve(squares.expect, (squares.mean_squares * squares.worth / chi).T).T
    pivots = np.maximum(pivots, 0.0)
    sums = pivots.sum(axis=1)
    tail = (1 - level) / 2
    shares = {}
    for i, name in enumerate(squares.names):
        low, high = np.quantile(pivots[sums > 0, i] / sums[sums > 0], [tail, 1 - tail])
        share = float(values[i]) / total
        shares[name] = Estimate(share, Interval(float(low), float(high), level).including(share))
    return shares


def _zero_tests(table: Cells, design: Floats, values: Floats, best: float) -> dict[str, float]:
    """The p-value of "this component is zero" for each random term, from the likelihood without it."""
    tests = {}
    for i, term in enumerate(table.random):
        if values[i] <= 0:
            tests[term.name] = 1.0
            continue
        rest = tuple(t for j, t in enumerate(table.random) if j != i)
        start = np.delete(values[:-1], i) / values[-1]
        smaller = replace(table, random=rest)
        without = (
            reml.fit(smaller, design, start, exact=False).deviance
            if rest
            else reml.Profile(table, design)(0 * values[:-1])[0]
        )
        ratio = max(without - best, 0.0)
        tests[term.name] = 0.5 * float(special.chdtrc(1, ratio)) if ratio > 0 else 1.0
    return tests


def _fixed_frame(
    table: Cells,
    names: list[tuple[str, str]],
    coefficients: Floats,
    covariance: Floats,
    squares: Strata,
    level: float,
) -> pd.DataFrame:
    """Estimates of the fixed part with t intervals; degrees of freedom by containment.

    A fixed factor is compared within the coarsest random term that contains it or that it interacts with: that term's
    degrees of freedom count, as in a split-plot analysis.
    """
    rows = []
    for i, (term, label) in enumerate(names):
        df = _containment(table, term, squares)
        half = float(special.stdtrit(df, (1 + level) / 2)) * math.sqrt(float(covariance[i, i]))
        value = float(coefficients[i]) + (table.centre if term == "mean" else 0.0)
        rows.append((term, label, value, math.sqrt(float(covariance[i, i])), value - half, value + half))
    return pd.DataFrame(rows, columns=["term", "level", "estimate", "se", "low", "high"])


def _containment(table: Cells, term: str, squares: Strata) -> float:
    found = next((t for t in table.fixed if t.name == term), None)
    if found is None:
        return float(squares.df[:-1].min())
    holding = [float(squares.df[i]) for i, t in enumerate(table.random) if finer(t.codes, found.codes)]
    return min(holding, default=float(squares.df[-1]))


def _constant(table: Cells, level: float) -> Components:
    """Nothing varies: components of 0, and no shares."""
    zero = Interval(0.0, 0.0, level)
    names = [*(term.name for term in table.random), "residual"]
    parts = tuple(Component(name, 0.0, 0.0, zero, math.nan) for name in names)
    shares = {name: Estimate(math.nan, None) for name in names}
    note = "All values are equal: there is no variance to divide."
    empty = pd.DataFrame(columns=["term", "level", "estimate", "se", "low", "high"])
    return Components(
        parts, shares, dict.fromkeys(names[:-1], math.nan), empty, table.centre, table.rows, False, "none", (note,)
    )
