"""What a plan may promise: the chance that the very interval and test that will be reported come out as wanted.

An experiment of so many nodes and repeats is drawn as its mean squares (for normal data they are chi squares), with the
degrees of freedom that the adaptive intervals would count, and its interval is worked out as `variance.one_way` does.
The share of variance between nodes is either given, or spread over what a first experiment leaves open: then the
chance is an average over both (an assurance: O'Hagan, Stevens and Campbell 2005, Pharmaceutical Statistics 4).
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import special
from scipy.stats import qmc

from sidus_lab.analysis.numbers.intervals import BETWEEN_TRUST, within_trust
from sidus_lab.analysis.numbers.search import smallest

Floats = NDArray[np.float64]
Goal = Literal["width", "factor", "claim"]
"""An interval of the share no wider than a size; one of the standard deviation between nodes with ends no further apart
than a factor; the claim that nodes differ, with its tick."""

DRAWS = 512
_EXACT = 120  # the kurtosis of samples beyond this size is as good as normal


@dataclass(frozen=True)
class Pilot:
    """What is known of the share before: the F ratio of `nodes` nodes with `repeats` each; or the share itself."""

    f: float
    nodes: int
    repeats: float

    @property
    def share(self) -> float:
        """The share of variance between nodes that the F ratio points to, 0 to 1."""
        ratio = max((self.f - 1) / self.repeats, 0.0)
        return ratio / (1 + ratio)


def chance(
    goal: Goal,
    share: float | Pilot,
    nodes: int,
    repeats: float,
    *,
    size: float = math.nan,
    level: float = 0.95,
    alpha: float = 0.05,
) -> float:
    """The chance (0 to 1) that `nodes` nodes with `repeats` each reach `goal`.

    `share` is the share of variance between nodes (0 to 1), or a `Pilot` whose uncertainty is averaged over (its exact
    pivot, as in Wald's interval). A width can be reached whatever the share is: then the least favourable share of the
    pilot's interval is taken instead. `size` is the wanted width of the interval of the share (0 to 1), or the factor
    between the ends of that of the standard deviation; a claim needs F's p-value below `alpha` and a share above 0.
    The number is found by 512 quasi-random draws: right to about 1 %.
    """
    if goal == "width" and isinstance(share, Pilot):
        share = _widest(share, nodes, repeats, level)
    square = _draws()
    df1, df2 = nodes - 1.0, nodes * (repeats - 1.0)
    between = np.asarray(special.chdtri(df1, square[:, 0]) / df1, dtype=np.float64)
    within = np.asarray(special.chdtri(df2, square[:, 1]) / df2, dtype=np.float64)
    ratio = _ratios(share, square[:, 2])
    seen = (1 + repeats * ratio) * between / within
    counted = _counted(nodes, repeats)
    tail = (1 - level) / 2
    upper, lower = special.fdtri(*counted, 1 - tail), special.fdtri(*counted, tail)
    low, high = (np.maximum((seen / point - 1) / repeats, 0.0) for point in (upper, lower))
    if goal == "claim":
        met = (special.fdtrc(df1, df2, seen) < alpha) & (low > 0)
    elif goal == "width":
        met = high / (1 + high) - low / (1 + low) <= size
    else:
        met = _sd_factor(np.multiply(1 + repeats * ratio, between, dtype=np.float64), within, counted, tail) <= size
    return float(met.mean())


def fewest(
    goal: Goal,
    share: float | Pilot,
    repeats: float,
    *,
    size: float = math.nan,
    least: float = 0.9,
    level: float = 0.95,
    alpha: float = 0.05,
    most: int = 1000,
) -> int | None:
    """The fewest nodes that reach `goal` with a chance of at least `least`; None where `most` nodes do not.

    Other parameters as for `chance`.
    """

    # The draws are right to a percent: that much is asked beyond, so that the promise is kept and not nearly kept.
    wanted = min(least + 0.01, (1 + least) / 2)

    def enough(nodes: int) -> bool:
        return chance(goal, share, nodes, repeats, size=size, level=level, alpha=alpha) >= wanted

    return smallest(enough, 2, most)


@functools.lru_cache(maxsize=1)
def _draws() -> Floats:
    """Points of the unit cube, spread evenly (Sobol), the same every time and never at its edge."""
    points = qmc.Sobol(3, scramble=True, rng=7).random(DRAWS)
    return np.clip(points, 1e-9, 1 - 1e-9)


def _ratios(share: float | Pilot, uniform: Floats) -> Floats:
    """Node variance over repeat variance in each draw."""
    if not isinstance(share, Pilot):
        return np.full(len(uniform), share / (1 - share) if share < 1 else math.inf)
    points = special.fdtri(share.nodes - 1, share.nodes * (share.repeats - 1), uniform)
    return np.maximum((share.f / points - 1) / share.repeats, 0.0)


def _widest(pilot: Pilot, nodes: int, repeats: float, level: float) -> float:
    """Of the shares in the pilot's interval the one whose own interval would be the widest."""
    ends = np.array([1 - level, 1 + level]) / 2
    low, high = sorted(_ratios(pilot, ends) / (1 + _ratios(pilot, ends)))
    shares = np.linspace(low, min(high, 0.999), 15)
    expected = 1 + repeats * shares / (1 - shares)
    points = special.fdtri(nodes - 1.0, nodes * (repeats - 1.0), ends[::-1])
    first, last = (np.maximum((expected / point - 1) / repeats, 0.0) for point in points)
    return float(shares[int(np.argmax(last / (1 + last) - first / (1 + first)))])


@functools.lru_cache(maxsize=1024)
def _counted(nodes: int, repeats: float) -> tuple[Floats, Floats]:
    """The degrees of freedom that adaptive intervals count in each draw, where everything is normal.

    A sample of normal values shows some kurtosis by chance, and then the intervals are wider: a plan that forgot this
    would not be kept.
    """
    random = np.random.default_rng(nodes)
    count = round(nodes * repeats)
    df1, df2 = nodes - 1.0, nodes * (repeats - 1.0)
    part = ((1 - 1 / repeats) ** 4 + (repeats - 1) / repeats**4) / (1 - 1 / repeats) ** 2
    excess = _excess(random, nodes, df1), _excess(random, count, df2) / part
    return _fewer(df1, excess[0], nodes, BETWEEN_TRUST), _fewer(df2, excess[1], count, within_trust(df2))


def _excess(random: np.random.Generator, count: int, df: float) -> Floats:
    if count > _EXACT:
        return np.asarray(random.normal(0, math.sqrt(24 / count), DRAWS))
    values = random.normal(size=(DRAWS, count))
    squares = np.square(values - values.mean(axis=1, keepdims=True))
    total = squares.sum(axis=1)
    return np.asarray(count * np.square(squares).sum(axis=1) / total**2 * (df + 2) / df - 3)


def _fewer(df: float, excess: Floats, count: int, trust: float) -> Floats:
    """As `intervals.effective_df`, for many at once."""
    fewer = np.maximum(2 / (2 / df + trust * np.maximum(excess, 0.0) / count), min(df, 3.0))
    return np.where(excess <= 0, df, fewer)


def _sd_factor(between: Floats, within: Floats, counted: tuple[Floats, Floats], tail: float) -> Floats:
    """Upper over lower end of the interval of the standard deviation between nodes; infinite where the lower is 0.

    As `intervals.combination_interval` for ``between - within``, for many at once.
    """
    upper, lower = ([special.chdtri(df, t) for df in counted] for t in (tail, 1 - tail))
    g = [1 - df / point for df, point in zip(counted, upper, strict=True)]
    h = [df / point - 1 for df, point in zip(counted, lower, strict=True)]
    high, low = special.fdtri(*counted, 1 - tail), special.fdtri(*counted, tail)
    size = between * within
    below = (g[0] * between) ** 2 + (h[1] * within) ** 2
    below = below + ((high - 1) ** 2 - (g[0] * high) ** 2 - h[1] ** 2) / high * size
    above = (h[0] * between) ** 2 + (g[1] * within) ** 2
    above = above + ((1 - low) ** 2 - (h[0] * low) ** 2 - g[1] ** 2) / low * size
    ends = between - within
    first, last = ends - np.sqrt(np.maximum(below, 0.0)), ends + np.sqrt(np.maximum(above, 0.0))
    return np.asarray(np.sqrt(np.divide(last, first, out=np.full(len(first), math.inf), where=first > 0)))


def setting_chance(effect: float, spread: float, nodes: int, *, alpha: float = 0.05, floor: float = 0.0) -> float:
    """The chance that a setting with this effect is claimed: Student's t over nodes, and a size above the A/A floor.

    `effect`, `floor` and `spread` (the standard deviation of one node's difference) are on one scale, such as
    logarithms; `nodes` >= 2. An average over the chi square of the estimated spread, in 400 steps.
    """
    if spread <= 0:
        return float(abs(effect) > floor)
    steps = (np.arange(400) + 0.5) / 400
    error = spread / math.sqrt(nodes)
    seen = error * np.sqrt(special.chdtri(nodes - 1, steps) / (nodes - 1))
    needed = np.maximum(float(special.stdtrit(nodes - 1, 1 - alpha / 2)) * seen, floor)
    return float(special.ndtr((abs(effect) - needed) / error).mean())
