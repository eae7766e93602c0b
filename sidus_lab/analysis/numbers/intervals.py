"""Intervals for variance components and their ratios from mean squares."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from sidus_lab.analysis.values import Interval

Floats = NDArray[np.float64]

# How much of the sample's excess kurtosis is believed. A sample shows less of it than its source has, and the fewer
# values
# the less: chosen by simulation (benchmarks.coverage) so that normal and heavy-tailed data both keep close to 95 %.
BETWEEN_TRUST = 2.5


def within_trust(df: float) -> float:
    """The same for the repeats, whose number is larger: near 1.3 for many, more for few."""
    return 1.3 + 8 / math.sqrt(max(df, 1.0))


def chi2_isf(tail: float, df: float) -> float:
    """The upper `tail` point of chi square (scipy.special is a hundred times faster here than scipy.stats)."""
    return float(special.chdtri(df, tail))


def f_isf(tail: float, upper_df: float, lower_df: float) -> float:
    """The upper `tail` point of F."""
    return float(special.fdtri(upper_df, lower_df, 1 - tail))


def excess_kurtosis(deviations: Floats, df: float) -> float:
    """The excess kurtosis of `deviations` from a fit with `df` degrees of freedom; on average 0 for normal data."""
    squares = np.square(deviations)
    total = float(squares.sum())
    if total <= 0 or df < 1:
        return 0.0
    return len(deviations) * float(squares @ squares) / total**2 * (df + 2) / df - 3


def effective_df(df: float, excess: float, count: int, trust: float) -> float:
    """The degrees of freedom that a mean square is worth when its `count` values have this excess kurtosis.

    Box (1953), Biometrika 40: the variance of a mean square is ``sigma^4 (2 / df + excess / count)``. Only excess
    above 0 is used (light tails do not make intervals shorter), and a few degrees always remain, so that one outlier
    does not make the interval meaningless.
    """
    if excess <= 0:
        return df
    return max(2 / (2 / df + trust * excess / count), min(df, 3.0))


def variance_interval(mean_square: float, df: float, level: float = 0.95) -> Interval:
    """The interval of a variance from its mean square with `df` degrees of freedom; exact for normal data."""
    tail = (1 - level) / 2
    return Interval(df * mean_square / chi2_isf(tail, df), df * mean_square / chi2_isf(1 - tail, df), level)


def combination_interval(coefficients: Floats, mean_squares: Floats, dfs: Floats, level: float = 0.95) -> Interval:
    """The interval of ``sum(coefficients * E[mean_squares])``, coefficients of either sign, cut at 0 from below.

    Modified large-sample method of Ting, Burdick, Graybill, Jeyaratnam and Lu (1990), J. Statist. Comput. Simul. 35;
    see Burdick and Graybill (1992), *Confidence Intervals on Variance Components*, section 3.3. For one mean square
    it is the exact chi-square interval; for differences it is close to nominal, and wide and honest with 1 degree of
    freedom.
    """
    use = coefficients != 0
    c, s, n = coefficients[use], mean_squares[use], dfs[use]
    tail = (1 - level) / 2
    g = np.array([1 - df / chi2_isf(tail, df) for df in n])
    h = np.array([df / chi2_isf(1 - tail, df) - 1 for df in n])
    parts, plus = c * s, c > 0
    middle = float(parts.sum())
    below = float(np.where(plus, g * parts, h * parts) @ np.where(plus, g * parts, h * parts))
    above = float(np.where(plus, h * parts, g * parts) @ np.where(plus, h * parts, g * parts))
    for i in np.flatnonzero(plus):
        for j in np.flatnonzero(~plus):
            size = abs(float(parts[i] * parts[j]))
            high, low = f_isf(tail, n[i], n[j]), f_isf(1 - tail, n[i], n[j])
            below += ((high - 1) ** 2 - (g[i] * high) ** 2 - h[j] ** 2) / high * size
            above += ((1 - low) ** 2 - (h[i] * low) ** 2 - g[j] ** 2) / low * size
    below += _same_sign(np.flatnonzero(plus), parts, n, g, tail)
    above += _same_sign(np.flatnonzero(~plus), parts, n, g, tail)
    low_end, high_end = middle - math.sqrt(max(below, 0.0)), middle + math.sqrt(max(above, 0.0))
    return Interval(max(low_end, 0.0), max(high_end, 0.0), level)


def _same_sign(indices: NDArray[np.intp], parts: Floats, n: Floats, g: Floats, tail: float) -> float:
    """The cross terms between mean squares on the same side, shared out over their number less one."""
    total = 0.0
    for first, i in enumerate(indices):
        for j in indices[first + 1 :]:
            both = n[i] + n[j]
            joint = (1 - both / chi2_isf(tail, both)) ** 2 * both**2 / (n[i] * n[j])
            cross = joint - g[i] ** 2 * n[i] / n[j] - g[j] ** 2 * n[j] / n[i]
            total += cross * abs(float(parts[i] * parts[j])) / (len(indices) - 1)
    return total


def ratio_interval(
    sizes: Floats,
    means: Floats,
    within: float,
    dfs: tuple[float, float],
    level: float = 0.95,
) -> tuple[float, float]:
    """The interval of the ratio ``node variance / repeat variance`` for groups of any sizes, cut at 0.

    Wald (1940), Ann. Math. Statist. 11, exact for normal data: with weights ``n / (1 + n * ratio)`` the weighted
    spread of the group means over the repeat mean square is F distributed at the true ratio and falls as the ratio
    grows. `sizes` and `means` have one value a group; `within` is the repeat mean square (> 0); `dfs` are the degrees
    of freedom between and within.
    """
    tail = (1 - level) / 2
    count = len(sizes) - 1
    targets = (f_isf(tail, *dfs), f_isf(1 - tail, *dfs))

    def spread(ratio: float) -> float:
        weights = sizes / (1 + sizes * ratio)
        residual = means - (weights @ means) / weights.sum()
        return float(weights @ residual**2) / count / within

    at_zero = spread(0.0)
    size = float(sizes[0])
    if (sizes == size).all():
        low, high = (max((at_zero / target - 1) / size, 0.0) if target > 0 else math.inf for target in targets)
        return low, high

    def solve(target: float) -> float:
        if at_zero <= target:
            return 0.0
        high = 1.0
        while spread(high) > target:
            high *= 16
            if high > 1e30:
                return math.inf
        return float(optimize.brentq(lambda ratio: spread(ratio) - target, 0.0, high, rtol=1e-12))

    return solve(targets[0]), solve(targets[1])
