"""How alike neighbours in time are, and how many independent repeats a series is worth.

Repeats on one node that follow each other share what lasts longer than a run: a state of the processor, a temperature,
a busy neighbour. With autocorrelation r at lag 1 the mean of n of them is known only as well as that of about
``n (1 - r) / (1 + r)`` independent ones (Bayley and Hammersley 1946), which the usual tests do not see.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import special

from sidus_lab.analysis.values import Interval

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

_GRID = np.linspace(-0.6, 0.98, 80)
MOST = 0.95  # beyond this no series of the lengths met here tells a state that lasts from a level of the node
_EXACT = 40  # series up to this length have their moments from matrices, longer ones from the usual approximations
# From `_FULL` standard errors above what independent values show on, the upper limit of 95 % is counted, and a part of
# it from `_RISE` below that on. Chosen by simulation: `benchmarks/liars` says what it reaches.
_FULL, _RISE, _LIMIT = 2.5, 1.8, 1.645
_STRONG, _SURE = 0.7, 1.2  # what caution must not miss, and by how many standard errors of what few neighbours show


@dataclass(frozen=True)
class Dependence:
    """Lag-1 autocorrelation within series, pooled over them.

    `rho` is corrected for the bias that subtracting each series' own mean brings, `interval` holds it, `counted` is
    what tests and intervals are to count with (0 where nothing speaks against independence), `distance` how far the
    estimate lies above what independent values show (standard errors), `pairs` the neighbours it rests on.
    """

    rho: float
    interval: Interval
    counted: float
    distance: float
    pairs: int

    @property
    def shown(self) -> bool:
        """Whether neighbours are shown to be alike (one-sided, 2.5 %)."""
        return self.distance > 1.96

    @property
    def blunt(self) -> bool:
        """Whether so few pairs were seen that even a strong dependence could be missed."""
        return self.interval.high > 0.5 and not self.shown


def dependence(
    values: Floats, series: Codes, place: Floats, *, level: float = 0.95, cautious: bool = False
) -> Dependence | None:
    """The dependence of neighbours within several `series`, in the order of `place`; None where it cannot be told.

    `values`, `series` (codes from 0) and `place` have one entry a run. Series shorter than three say nothing. The
    expected value of the pooled ratio for a first-order autoregressive process is inverted, with its variance.
    `cautious`: where so few neighbours were seen that a strong dependence would often not show, it is counted all the
    same.
    """
    by = np.lexsort((place, series))
    codes, y = series[by], values[by]
    sizes = np.bincount(codes)
    means = np.bincount(codes, weights=y) / np.maximum(sizes, 1)
    left = y - means[codes]
    left[sizes[codes] < 3] = 0.0
    total = float(left @ left)
    same = (codes[1:] == codes[:-1]) & (sizes[codes[1:]] >= 3)
    pairs = int(same.sum())
    if pairs < 2 or total <= 0:
        return None
    seen = float((left[1:] * left[:-1])[same].sum()) / total
    lengths, counts = np.unique(sizes[sizes >= 3], return_counts=True)
    expected, error = _curve(tuple(map(int, lengths)), tuple(map(int, counts)))
    at_zero = float(np.interp(0.0, _GRID, expected)), float(np.interp(0.0, _GRID, error))
    distance = (seen - at_zero[0]) / at_zero[1]
    z = float(special.ndtri((1 + level) / 2))
    low, high = _inverse(seen, expected + z * error), _inverse(seen, expected - z * error)
    counted = 0.0
    strong = (float(np.interp(_STRONG, _GRID, expected)) - at_zero[0]) / at_zero[1]
    full = min(_FULL, strong - _SURE) if cautious else _FULL
    part = min((distance - full) / _RISE + 1, 1.0)
    if part > 0:
        counted = min(max(_inverse(seen, expected - part * _LIMIT * error), 0.0), MOST)
    return Dependence(_inverse(seen, expected), Interval(low, high, level), counted, distance, pairs)


def worth(sizes: Floats, rho: float) -> Floats:
    """How many independent repeats the mean of each series of `sizes` values is worth, at autocorrelation `rho`."""
    return np.asarray(sizes / _inflation(np.asarray(sizes, dtype=float), rho))


def spread(sizes: Floats, rho: float) -> tuple[float, float]:
    """By what the squares within all series are to be divided for their variance, and its degrees of freedom."""
    if not rho:
        return float((sizes - 1).sum()), float((sizes - 1).sum())
    lengths, counts = np.unique(sizes, return_counts=True)
    trace = lengths - _inflation(lengths.astype(float), rho)
    squares = np.array([_squares(int(n), round(rho, 3)) for n in lengths])
    return float(counts @ trace), float(counts @ trace) ** 2 / float(counts @ squares)


def _inflation(sizes: Floats, rho: float) -> Floats:
    """The variance of a mean of so many neighbours, in units of that of independent values."""
    if rho == 0:
        return np.ones_like(sizes)
    return np.asarray((1 + rho) / (1 - rho) - 2 * rho * (1 - rho**sizes) / (sizes * (1 - rho) ** 2))


@lru_cache(maxsize=4096)
def _squares(size: int, rho: float) -> float:
    """The trace of the square of the centred correlation matrix: half the variance of the squares within a series."""
    if size > _EXACT:
        trace = float(size - _inflation(np.array([float(size)]), rho)[0])
        return trace**2 / max((size - 1) * (1 - rho**2) / (1 + rho**2), 1.0)
    centred = _centred(size) @ _correlation(size, rho)
    return float((centred * centred.T).sum())


@lru_cache(maxsize=256)
def _curve(lengths: tuple[int, ...], counts: tuple[int, ...]) -> tuple[Floats, Floats]:
    """The expected pooled autocorrelation and its standard error, at each value of the grid."""
    upper, lower, variance = (np.zeros(len(_GRID)) for _ in range(3))
    for length, count in zip(lengths, counts, strict=True):
        above, below = _moments(length)
        upper += count * above
        lower += count * below
    ratio = np.maximum.accumulate(upper / lower)
    for length, count in zip(lengths, counts, strict=True):
        variance += count * np.array([_variance(length, rho, at) for rho, at in zip(_GRID, ratio, strict=True)])
    return ratio, np.sqrt(variance) / lower


def _moments(size: int) -> tuple[Floats, Floats]:
    """What the products of neighbours and the squares of a centred series of variance 1 sum up to, over the grid."""
    inflation = np.array([_inflation(np.array([float(size)]), rho)[0] for rho in _GRID])
    first = (1 - _GRID**size) / (size * (1 - _GRID))  # the mean correlation of the first value with all
    products = (size - 1) * _GRID - 2 * inflation + 2 * first + (size - 1) * inflation / size
    return products, size - inflation


def _variance(size: int, rho: float, ratio: float) -> float:
    """The variance of products less `ratio` times squares, for one series."""
    if size > _EXACT:
        return (size - 1) * (1 - rho**2)
    shift = np.zeros((size, size))
    at = np.arange(size - 1)
    shift[at, at + 1] = shift[at + 1, at] = 0.5
    centre = _centred(size)
    form = centre @ (shift - ratio * np.eye(size)) @ centre @ _correlation(size, rho)
    return 2 * float((form * form.T).sum())


def _centred(size: int) -> Floats:
    return np.asarray(np.eye(size) - 1 / size)


def _correlation(size: int, rho: float) -> Floats:
    at = np.arange(size)
    return np.asarray(float(rho) ** np.abs(at[:, None] - at))


def _inverse(seen: float, curve: Floats) -> float:
    """The autocorrelation at which the curve passes `seen`; the ends of the grid where it does not."""
    rising = np.maximum.accumulate(curve)
    return float(np.interp(seen, rising + 1e-12 * np.arange(len(rising)), _GRID)) if math.isfinite(seen) else math.nan
