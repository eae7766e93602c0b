"""Intervals for variance components and their ratios from mean squares."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, stats

from sidus_lab.analysis.values import Interval

Floats = NDArray[np.float64]


def variance_interval(mean_square: float, df: float, level: float = 0.95) -> Interval:
    """The exact interval of a variance from its mean square with `df` degrees of freedom (normal data).

    Source: any textbook; (df * MS / chi2 upper, df * MS / chi2 lower).
    """
    tail = (1 - level) / 2
    return Interval(
        float(df * mean_square / stats.chi2.isf(tail, df)), float(df * mean_square / stats.chi2.ppf(tail, df)), level
    )


def difference_interval(
    upper: float, upper_df: float, lower: float, lower_df: float, divisor: float, level: float = 0.95
) -> Interval:
    """The interval of ``(E[upper] - E[lower]) / divisor`` for two independent mean squares, cut at 0 from below.

    Modified large-sample method of Ting, Burdick, Graybill, Jeyaratnam and Lu (1990), J. Statist. Comput. Simul. 35;
    see Burdick and Graybill (1992), *Confidence Intervals on Variance Components*, section 3.3. Exact when either mean
    square is 0 in expectation, close to nominal otherwise; wide and honest with 1 degree of freedom.
    """
    tail = (1 - level) / 2
    f_high, f_low = stats.f.isf(tail, upper_df, lower_df), stats.f.ppf(tail, upper_df, lower_df)
    g1, g2 = (1 - df / stats.chi2.isf(tail, df) for df in (upper_df, lower_df))
    h1, h2 = (df / stats.chi2.ppf(tail, df) - 1 for df in (upper_df, lower_df))
    g12 = ((f_high - 1) ** 2 - (g1 * f_high) ** 2 - h2**2) / f_high
    h12 = ((1 - f_low) ** 2 - (h1 * f_low) ** 2 - g2**2) / f_low
    below = (g1 * upper) ** 2 + (h2 * lower) ** 2 + g12 * upper * lower
    above = (h1 * upper) ** 2 + (g2 * lower) ** 2 + h12 * upper * lower
    middle = upper - lower
    low = (middle - math.sqrt(max(below, 0.0))) / divisor
    high = (middle + math.sqrt(max(above, 0.0))) / divisor
    return Interval(max(low, 0.0), max(high, 0.0), level)


def ratio_interval(
    sizes: Floats, means: Floats, within: float, within_df: float, level: float = 0.95
) -> tuple[float, float]:
    """The exact interval of the ratio ``node variance / repeat variance`` for groups of any sizes, cut at 0.

    Wald (1940), Ann. Math. Statist. 11: with weights ``n / (1 + n * ratio)`` the weighted spread of the group means
    over the repeat mean square is F distributed at the true ratio and falls as the ratio grows. `sizes` and `means`
    have one value a group; `within` is the repeat mean square (> 0) with `within_df` degrees of freedom.
    """
    df = len(sizes) - 1
    tail = (1 - level) / 2

    def spread(ratio: float) -> float:
        weights = sizes / (1 + sizes * ratio)
        residual = means - np.average(means, weights=weights)
        return float((weights * residual**2).sum() / df / within)

    def solve(target: float) -> float:
        if spread(0.0) <= target:
            return 0.0
        high = 1.0
        while spread(high) > target:
            high *= 16
            if high > 1e30:
                return math.inf
        return float(optimize.brentq(lambda ratio: spread(ratio) - target, 0.0, high, xtol=1e-14 * high))

    return solve(stats.f.isf(tail, df, within_df)), solve(stats.f.ppf(tail, df, within_df))
