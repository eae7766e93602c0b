"""How much of the variance lies between nodes and how much within: one random factor, any group sizes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from sidus_lab.analysis.numbers.intervals import (
    BETWEEN_TRUST,
    combination_interval,
    effective_df,
    excess_kurtosis,
    ratio_interval,
    variance_interval,
    within_trust,
)
from sidus_lab.analysis.values import Component, Estimate, Interval, components_frame
from sidus_lab.errors import DataError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class OneWay:
    """Components of a one-way random-effects design.

    `node` and `repeat` are variances in the squared unit of the values, `icc` the share of the variance between nodes
    (0 to 1, NaN when nothing varies), `f` and `p_value` the F test of "the nodes do not differ", `between` and `within`
    the mean squares. `notes` says in words what was special about the data.
    """

    node: Component
    repeat: Component
    icc: Estimate
    mean: float
    groups: int
    values: int
    between: float
    within: float
    f: float
    p_value: float
    balanced: bool
    method: str
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row per component: source, variance, low, high, share."""
        return components_frame((self.node, self.repeat))

    def to_dict(self) -> dict[str, object]:
        """The same as plain data."""
        parts = {"node": self.node.to_dict(), "repeat": self.repeat.to_dict(), "icc": self.icc.to_dict()}
        rest = ("mean", "groups", "values", "between", "within", "f", "p_value", "balanced", "method", "notes")
        return parts | {name: getattr(self, name) for name in rest}


@dataclass(frozen=True)
class Within:
    """What the repeats within groups say: their sum of squares and the excess kurtosis of their residuals.

    `df` are its degrees of freedom where they are not those of independent repeats (values less groups).
    """

    sum_of_squares: float
    excess: float = 0.0
    df: float | None = None


def one_way(
    values: ArrayLike,
    groups: Iterable[object],
    *,
    level: float = 0.95,
    tails: Literal["adaptive", "normal"] = "adaptive",
) -> OneWay:
    """Split the variance of `values` into what lies between `groups` (nodes) and within them (repeats).

    `values` is a sequence of n finite numbers in any one unit, `groups` n labels. Balanced data use the closed form
    of the analysis of variance; group sizes that differ use REML in its one free ratio. A negative moment estimate is
    reported as 0 with the raw value kept.

    Intervals: chi square for the repeats, Wald (1940) for the ICC, modified large-sample for the nodes (Burdick and
    Graybill 1992; when unbalanced, on means weighed by their precision at the fitted ratio). With `tails` "normal" they
    are those textbook intervals, exact or close to it for normal values; "adaptive" counts fewer degrees of freedom
    where the sample shows heavy tails (Box 1953).

    Raises DataError when a value is not finite, when there is one group only, or when no group has two values.

    >>> runs = sl.datasets.load("published/dyestuff", quiet=True)
    >>> found = sl.analysis.one_way(runs["yield"], runs["batch"])
    >>> round(found.node.value), round(found.repeat.value)
    (1764, 2451)
    """
    numbers, codes, group_count = _checked(values, groups)
    sizes = np.bincount(codes, minlength=group_count).astype(float)
    # Shift by a value of the data: exact in floating point for values close to each other, so that a large mean costs
    # no digits.
    origin = float(numbers[0])
    shifted = numbers - origin
    offset = math.fsum(shifted) / len(shifted)
    centred = shifted - offset
    means = np.bincount(codes, weights=centred, minlength=group_count) / sizes
    residual = centred - means[codes]
    # A second pass removes what rounding left of the group means.
    correction = np.bincount(codes, weights=residual, minlength=group_count) / sizes
    means, residual = means + correction, residual - correction[codes]
    grand = float((sizes * means).sum() / sizes.sum())
    within = Within(float(np.square(residual).sum()), excess_kurtosis(residual, len(residual) - group_count))
    return from_summary(sizes, means - grand, within, mean=origin + offset + grand, level=level, tails=tails)


def _checked(values: ArrayLike, groups: Iterable[object]) -> tuple[Floats, NDArray[np.intp], int]:
    """The values as floats and the groups as codes 0..k-1, or a DataError that says what is wrong."""
    try:
        numbers = np.asarray(values, dtype=float).ravel()
    except (TypeError, ValueError) as error:
        raise DataError("The values are not all numbers.", hint="Convert the column with pandas.to_numeric.") from error
    labels = groups if isinstance(groups, (pd.Series, np.ndarray)) else list(groups)
    codes, levels = pd.factorize(pd.Series(labels))
    if len(numbers) != len(codes):
        raise DataError(f"There are {len(numbers)} values but {len(codes)} group labels.")
    if (codes < 0).any():
        raise DataError(f"{int((codes < 0).sum())} of {len(codes)} values have no group.", hint="Drop or name them.")
    bad = int((~np.isfinite(numbers)).sum())
    if bad:
        raise DataError(
            f"{bad} of {len(numbers)} values are missing or infinite.",
            hint="Drop those rows, and say so, before asking for variance components.",
        )
    count = len(levels)
    if count < 2:
        raise DataError(
            f"There {'is one group' if count else 'are no groups'}: nothing lies between groups.",
            hint="Measure on at least two nodes.",
        )
    if len(numbers) == count:
        raise DataError(
            "Every group has one value: what lies between groups cannot be told from what lies within.",
            hint="Repeat the measurement at least twice on a node.",
        )
    return numbers, codes, count


def from_summary(
    sizes: Floats,
    means: Floats,
    repeats: Within,
    *,
    mean: float = 0.0,
    level: float = 0.95,
    tails: Literal["adaptive", "normal"] = "adaptive",
) -> OneWay:
    """The same as `one_way` from k group sizes and means (centred on their weighted mean) and what lies within."""
    k, n = len(sizes), float(sizes.sum())
    within_ss = repeats.sum_of_squares
    df_between, df_within = k - 1, n - k if repeats.df is None else repeats.df
    between_ss = float((sizes * means**2).sum())
    # Rounding leaves a residue of about n * eps^2 * mean^2; below it the data are constant.
    if within_ss + between_ss <= n * (4 * np.finfo(float).eps * max(abs(mean), 1e-300)) ** 2:
        return _constant(k, int(n), mean, bool((sizes == sizes[0]).all()), level)
    between, within = between_ss / df_between, within_ss / df_within
    balanced = bool((sizes == sizes[0]).all())
    effective = (n - float((sizes**2).sum()) / n) / df_between  # group size of the moment estimator
    raw = (between - within) / effective
    notes: tuple[str, ...] = ()
    if within == 0:
        notes = ("The repeats within every group are identical.",)
        node_value, repeat_value = float((means - means.mean()) @ (means - means.mean())) / df_between, 0.0
    elif balanced:
        node_value, repeat_value = (
            max(raw, 0.0),
            within if raw > 0 else (within_ss + between_ss) / (df_between + df_within),
        )
    else:
        node_value, repeat_value = _reml(sizes, means, within_ss, df_between + df_within + 1)
    if raw < 0:
        notes += (f"The moment estimate between groups is negative ({raw:.4g}); it is reported as 0.",)
    total = node_value + repeat_value
    icc = node_value / total
    if within == 0:
        node_interval = variance_interval(node_value, df_between, level)
        repeat_interval = Interval(0.0, 0.0, level)
        icc_interval = Interval(1.0, 1.0, level)
    else:
        df1, df2 = float(df_between), float(df_within)
        if tails == "adaptive":
            # What residuals show of the kurtosis of single values shrinks with the group size.
            part = float(np.mean((1 - 1 / sizes) ** 4 + (sizes - 1) / sizes**4) / np.mean((1 - 1 / sizes) ** 2))
            df2 = effective_df(df2, repeats.excess / part, int(n), within_trust(df2))
            # Means of groups of different sizes differ in precision, which must not pass for heavy tails.
            precise = (means - means.mean()) / np.sqrt(node_value + repeat_value / sizes)
            df1 = effective_df(df1, excess_kurtosis(precise, df1), k, BETWEEN_TRUST)
        between_square, of_node, of_repeat = _square_at(sizes, means, node_value / repeat_value)
        squares, dfs = np.array([between_square, within]), np.array([df1, df2])
        node_interval = combination_interval(np.array([1.0, -of_repeat]) / of_node, squares, dfs, level)
        repeat_interval = variance_interval(within, df2, level)
        low, high = ratio_interval(sizes, means, within, (df1, df2), level)
        icc_interval = Interval(low / (1 + low), high / (1 + high) if math.isfinite(high) else 1.0, level)
    f = between / within if within > 0 else math.inf
    return OneWay(
        node=Component("node", node_value, raw, node_interval, icc, levels=k),
        repeat=Component("repeat", repeat_value, within, repeat_interval, 1 - icc, levels=int(n)),
        icc=Estimate(icc, icc_interval),
        mean=mean,
        groups=k,
        values=int(n),
        between=between,
        within=within,
        f=f,
        p_value=float(special.fdtrc(df_between, df_within, f)) if math.isfinite(f) else 0.0,
        balanced=balanced,
        method="analysis of variance" if balanced else "REML",
        notes=notes,
    )


def _square_at(sizes: Floats, means: Floats, ratio: float) -> tuple[float, float, float]:
    """The mean square between groups that weighs each mean by its precision at this ratio of node to repeat.

    Gives the square and what it expects per unit of the node's and of the repeats' variance. At the true ratio it is
    exactly a multiple of chi square (Wald 1940); at 0 it is that of the analysis of variance, for large ratios the
    unweighted one (Thomas and Hultquist 1978).
    """
    weights = 1 / (1 / sizes + ratio)
    weights = weights / weights.mean()
    total, df = float(weights.sum()), len(sizes) - 1
    residual = means - float(weights @ means) / total
    of_node = (total - float(weights @ weights) / total) / df
    of_repeat = (float((weights / sizes).sum()) - float((weights**2 / sizes).sum()) / total) / df
    return float(weights @ residual**2) / df, of_node, of_repeat


def _constant(k: int, n: int, mean: float, balanced: bool, level: float) -> OneWay:
    """Nothing varies: no share can be given, and no test made."""
    zero = Interval(0.0, 0.0, level)
    return OneWay(
        node=Component("node", 0.0, 0.0, zero, math.nan, levels=k),
        repeat=Component("repeat", 0.0, 0.0, zero, math.nan, levels=n),
        icc=Estimate(math.nan, None),
        mean=mean,
        groups=k,
        values=n,
        between=0.0,
        within=0.0,
        f=math.nan,
        p_value=math.nan,
        balanced=balanced,
        method="none",
        notes=("All values are equal: there is no variance to divide.",),
    )


def _reml(sizes: Floats, means: Floats, within_ss: float, n: float) -> tuple[float, float]:
    """REML for one random factor: (node, repeat) from the root of the profile's slope in the ratio node / repeat.

    Patterson and Thompson (1971); `n` values, the mean included. The profile may have two minima, so its slope is
    scanned before a root is refined.
    """

    def parts(ratio: float) -> tuple[Floats, Floats, float]:
        weights = sizes / (1 + sizes * ratio)
        residual = means - np.average(means, weights=weights)
        return weights, residual, within_ss + float((weights * residual**2).sum())

    def deviance(ratio: float) -> float:
        weights, _, total = parts(ratio)
        return (n - 1) * math.log(total) + float(np.log1p(sizes * ratio).sum()) + math.log(float(weights.sum()))

    def slopes_at(ratios: Floats) -> Floats:
        weights = sizes / (1 + np.outer(ratios, sizes))
        centres = weights @ means / weights.sum(axis=1)
        residual = means - centres[:, None]
        total = within_ss + (weights * residual**2).sum(axis=1)
        trace = weights.sum(axis=1) - (weights**2).sum(axis=1) / weights.sum(axis=1)
        return np.asarray(trace - (n - 1) * ((weights * residual) ** 2).sum(axis=1) / total)

    def slope(ratio: float) -> float:
        return float(slopes_at(np.array([ratio]))[0])

    grid = np.concatenate([[0.0], np.logspace(-8, 12, 81)])
    slopes = slopes_at(grid)
    candidates = [0.0] if slopes[0] >= 0 else []
    for index in np.flatnonzero((slopes[:-1] < 0) & (slopes[1:] >= 0)):
        low, high = float(grid[index]), float(grid[index + 1])
        candidates.append(float(optimize.brentq(slope, low, high, xtol=1e-15 * high, rtol=1e-13)))
    if not candidates:
        raise DataError(
            "REML found no maximum: the variance within groups is too close to 0 beside the one between.",
            hint="Compare the group means directly; the repeats carry no information.",
        )
    ratio = min(candidates, key=deviance)
    repeat = parts(ratio)[2] / (n - 1)
    return ratio * repeat, repeat
