"""Do groups differ, when repeats follow each other in time, spreads differ, and levels drift?

The analysis of variance with what it takes for granted put right: each mean counts as many repeats as it is worth, the
test allows for unequal spreads (Brown and Forsythe 1974, with the degrees of freedom of Mehrotra 1997), and a drift
that all groups share is taken out where the groups were measured side by side.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sidus_lab.analysis.numbers.dependence import MOST, Dependence, dependence, spread, worth
from sidus_lab.analysis.numbers.intervals import excess_kurtosis
from sidus_lab.analysis.numbers.variance import OneWay, Within, from_summary

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

#: More than this share of the variance of time between the groups: they were measured one after another.
APART = 0.6
FEW = 0.4  # groups with fewer degrees of freedom than this share of the usual say little of their own spread
PAIR = 2  # so many values a group have no neighbours on which a dependence could be seen


@dataclass(frozen=True)
class Between:
    """Groups compared: components and test, with what was counted.

    `parts` divides the variance, `p_value` is the larger of its own F test and of the one for unequal spreads, `worth`
    how many independent repeats each group is worth, `dependence` why (None: could not be told), `apart` the share of
    the variance of time that lies between the groups (NaN without a clock), `slope` the drift taken out (response per
    unit of time, with its standard error; 0 where none was), `means` the groups' means after that, `rough` the p-value
    and `plain` the components that take all repeats for independent.
    """

    parts: OneWay
    p_value: float
    worth: Floats
    dependence: Dependence | None
    apart: float
    slope: tuple[float, float]
    means: Floats
    rough: float
    plain: OneWay


def between(
    values: Floats,
    groups: Codes,
    *,
    series: Codes | None = None,
    place: Floats | None = None,
    clock: Floats | None = None,
    depends: Dependence | None = None,
    cautious: bool = False,
    level: float = 0.95,
) -> Between:
    """Compare `groups` (codes from 0, each with at least one value, some with two).

    `series` says which values follow each other (codes; by default the groups), in the order of `place`; `clock` when
    each was measured, on one clock for all groups. `cautious`: no value was drawn anew, so where too few follow each
    other to see whether they are alike, they are counted as if they were. Raises DataError as `one_way` does.
    """
    y, slope, share = _level(values, groups, clock)
    sizes = np.bincount(groups).astype(float)
    found = depends
    if depends is None and place is not None:
        found = dependence(y, groups if series is None else series, place, level=level, cautious=cautious)
    rho = found.counted if found else MOST if cautious and place is not None and sizes.max() == PAIR else 0.0
    parts, p_value, means = _compare(y, groups, sizes, rho, share if slope[0] else 0.0, level)
    plain, rough, _ = _compare(y, groups, sizes, 0.0, 0.0, level) if rho else (parts, p_value, means)
    return Between(parts, p_value, worth(sizes, rho), found, share, slope, means, rough, plain)


def apart_in_time(groups: Codes, clock: Floats) -> float:
    """The share of the variance of `clock` (as ranks) that lies between `groups`; NaN where time does not vary."""
    if not np.isfinite(clock).all():
        return math.nan
    ranks = np.unique(clock, return_inverse=True)[1].astype(float)
    ranks -= ranks.mean()
    total = float(ranks @ ranks)
    sizes = np.bincount(groups)
    sums = np.bincount(groups, weights=ranks)
    return float((sums**2 / sizes).sum()) / total if total > 0 else math.nan


def _level(values: Floats, groups: Codes, clock: Floats | None) -> tuple[Floats, tuple[float, float], float]:
    """The values without the drift that all groups share, where they were measured side by side and it is shown."""
    none = (0.0, 0.0)
    if clock is None:
        return values, none, math.nan
    share = apart_in_time(groups, clock)
    if not share < APART:
        return values, none, share
    t = clock - clock.mean()
    inside, y = _centred(t, groups), _centred(values, groups)
    squares = float(inside @ inside)
    df = len(values) - int(groups.max()) - 2
    if squares <= 0 or df < 3:
        return values, none, share
    slope = float(inside @ y) / squares
    left = y - slope * inside
    error = math.sqrt(float(left @ left) / df / squares)
    if not abs(slope) > 2 * error:
        return values, none, share
    return values - slope * t, (slope, error), share


def _compare(
    y: Floats, groups: Codes, sizes: Floats, rho: float, lost: float, level: float
) -> tuple[OneWay, float, Floats]:
    origin = float(y.mean())
    centred = y - origin
    means = np.bincount(groups, weights=centred) / sizes
    residual = centred - means[groups]
    means = means + np.bincount(groups, weights=residual) / sizes  # what rounding left
    residual = centred - means[groups]
    counts = worth(sizes, rho)
    divisor, df = spread(sizes, rho)
    # What a shared drift explains was estimated from the same values; the means are known less well for it.
    variance = float(residual @ residual) / divisor / (1 - lost) if divisor > 0 else 0.0
    excess = excess_kurtosis(residual, len(residual) - len(sizes)) if len(residual) > len(sizes) else 0.0
    grand = float(counts @ means) / float(counts.sum())
    parts = from_summary(counts, means - grand, Within(variance * df, excess, df), mean=origin + grand, level=level)
    own = np.asarray(np.bincount(groups, weights=residual**2), dtype=np.float64)
    unequal = _unequal(counts, means, own, sizes, rho, variance)
    # What few values say of their own spread is too little to rest a difference on that the others do not show.
    many = sizes - 1 > FEW * float(np.median(sizes - 1))
    if 1 < many.sum() < len(sizes):
        unequal = max(unequal, _unequal(counts[many], means[many], own[many], sizes[many], rho, variance))
    return parts, max(parts.p_value, unequal), means + origin


def _unequal(counts: Floats, means: Floats, own: Floats, sizes: Floats, rho: float, pooled: float) -> float:
    """The p-value of equal means when each group may have a spread of its own."""
    share = counts / counts.sum()
    dfs = np.maximum(sizes - 1, 0.0) * (spread(np.full(1, float(sizes.max())), rho)[1] / max(sizes.max() - 1, 1.0))
    divisors = np.maximum(sizes - sizes / counts, 1e-12)
    variances = np.where(dfs > 0, own / divisors, pooled)
    dfs = np.where(dfs > 0, dfs, 1.0)
    parts = (1 - share) * variances
    lower = float(parts.sum())
    if lower <= 0:
        return 0.0 if float(np.ptp(means)) > 0 else math.nan
    grand = float(share @ means)
    f = float(counts @ (means - grand) ** 2) / lower
    # A square of an estimated variance is too large by the factor 1 + 2 / df.
    squares = variances**2 * dfs / (dfs + 2)
    df_error = lower**2 / float((parts**2 / (dfs + 2)).sum())
    df_above = lower**2 / float((share @ variances) ** 2 + ((1 - 2 * share) * squares).sum())
    return float(special.fdtrc(max(df_above, 0.5), df_error, f))


def _centred(values: Floats, groups: Codes) -> Floats:
    sizes = np.bincount(groups)
    return np.asarray(values - (np.bincount(groups, weights=values) / sizes)[groups])
