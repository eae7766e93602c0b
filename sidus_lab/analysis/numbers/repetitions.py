"""How many repetitions: CONFIRM for one series, Kalibera and Jones for runs within boots within nodes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

from sidus_lab.analysis.numbers.search import smallest
from sidus_lab.errors import DataError
from sidus_lab.words import count, number, percent

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Confirm:
    """How many repetitions CONFIRM asks for.

    `repetitions` is None when all `available` values do not suffice; `curve` (columns repetitions, low, high) has the
    mean ends of the interval of the median at each number of repetitions, relative to the median (0.01 is 1 % above).
    """

    repetitions: int | None
    available: int
    error: float
    level: float
    median: float
    curve: pd.DataFrame

    def __str__(self) -> str:
        goal = f"the median to within {percent(self.error)} at {100 * self.level:g} %"
        if self.repetitions is None:
            return f"More than the {self.available} repetitions measured are needed for {goal}."
        return f"{self.repetitions} repetitions give {goal}."


def confirm(
    values: ArrayLike, *, error: float = 0.01, level: float = 0.95, draws: int = 200, least: int = 10, seed: int = 0
) -> Confirm:
    """The number of repetitions for which the interval of the median lies within `error` (relative) of the median.

    CONFIRM of Maricq, Duplyakin, Jimenez, Maltzahn, Stutsman and Ricci, "Taming performance variability", OSDI 2018:
    for each number of repetitions from `least` on, draw random subsets of the `values` (`draws` of them, without
    replacement), average the ends of their rank-based intervals of the median, and take the first number where both
    lie within. `values` are independent repetitions in one unit, above 0.

    Raises DataError for fewer values than `least`, values that are not finite, or a median that is not above 0.

    >>> runs = sl.datasets.simulate(nodes=1, repeats=60, repeat_sd=0.02, seed=1)
    >>> sl.analysis.confirm(runs["duration"]).repetitions
    29
    """
    sample = np.asarray(values, dtype=float).ravel()
    if not np.isfinite(sample).all():
        raise DataError("Some values are missing or infinite.", hint="Drop them, and say so.")
    if len(sample) < least:
        raise DataError(
            f"CONFIRM needs at least {least} repetitions; there are {len(sample)}.", hint="Measure more often."
        )
    median = float(np.median(sample))
    if median <= 0:
        raise DataError("CONFIRM gives a relative error, so the median must be above 0.")
    random = np.random.default_rng(seed)
    # One random order per draw; its first n values are a random subset of size n.
    orders = sample[np.argsort(random.random((draws, len(sample))), axis=1)]
    sizes = _sizes(least, len(sample))
    ends = np.array([_median_interval(orders[:, :size], level) for size in sizes]) / median - 1
    curve = pd.DataFrame({"repetitions": sizes, "low": ends[:, 0], "high": ends[:, 1]})
    inside = (curve["low"] >= -error) & (curve["high"] <= error)
    enough = int(sizes[int(np.argmax(inside.to_numpy()))]) if inside.any() else None
    return Confirm(enough, len(sample), error, level, median, curve)


def _sizes(least: int, most: int) -> NDArray[np.intp]:
    """Every number up to 200, then steps of 2 %: beyond that one repetition more or less says nothing."""
    sizes = list(range(least, min(most, 200) + 1))
    while sizes[-1] < most:
        sizes.append(min(max(sizes[-1] + 1, math.ceil(sizes[-1] * 1.02)), most))
    return np.array(sizes, dtype=np.intp)


def _median_interval(samples: Floats, level: float) -> tuple[float, float]:
    """The mean over rows of the rank-based interval of the median (Le Boudec 2011, section 2.2)."""
    n = samples.shape[1]
    half = float(stats.norm.ppf((1 + level) / 2)) * math.sqrt(n)
    low = max(math.floor((n - half) / 2) - 1, 0)
    high = min(math.ceil((n + half) / 2), n - 1)
    ordered = np.partition(samples, (low, high), axis=1)
    return float(ordered[:, low].mean()), float(ordered[:, high].mean())


@dataclass(frozen=True)
class Split:
    """A plan: how many units at each level, from the top (nodes) down to repeats, and what it costs and gives.

    `half_width` is that of the interval of the mean, in the unit of the response; `cost` the time of everything, in
    the unit of the costs given.
    """

    levels: tuple[str, ...]
    counts: tuple[int, ...]
    half_width: float
    cost: float

    def __str__(self) -> str:
        parts = [
            f"{count(n, name)}{'' if i == 0 else f' in each {self.levels[i - 1]}'}"
            for i, (n, name) in enumerate(zip(self.counts, self.levels, strict=True))
        ]
        return f"{', '.join(parts)}: the mean to within {number(self.half_width)}, {number(self.cost)} in all."


def best_split(
    variances: Sequence[float],
    costs: Sequence[float],
    *,
    half_width: float,
    levels: Sequence[str] = ("node", "boot", "repeat"),
    level: float = 0.95,
    most: int = 100_000,
) -> Split:
    """The cheapest number of nodes, boots in a node and repeats in a boot for a mean known to within `half_width`.

    `variances` are the components from the top level down (nodes, boots, repeats; squared unit of the response),
    `costs` the time of one more unit at each level beyond what is in it (booting a node costs the boot, a repeat its
    run). Within a unit the counts are those of Kalibera and Jones, "Rigorous benchmarking in reasonable time", ISMM
    2013: ``sqrt(cost above / cost * variance / variance above)``, rounded to whichever neighbour makes the plan
    cheapest; the top count follows from the interval (Student's t).

    Raises DataError for negative variances, costs that are not positive, or a width that `most` units do not reach.

    >>> sl.analysis.best_split([4.0, 1.0], [60.0, 5.0], half_width=2.0, levels=("node", "repeat"))
    Split(levels=('node', 'repeat'), counts=(7, 2), half_width=1.961894100561709, cost=490.0)
    """
    names = tuple(levels[-len(variances) :]) if len(levels) >= len(variances) else tuple(map(str, levels))
    if len(variances) != len(costs) or len(names) != len(variances):
        raise DataError("Variances, costs and levels must have the same length.")
    if min(variances) < 0 or min(costs) <= 0 or half_width <= 0:
        raise DataError("Variances cannot be negative; costs and the half-width must be above 0.")
    best: Split | None = None
    for inner in _candidates(variances, costs):
        spread = sum(variance / math.prod(inner[:i]) for i, variance in enumerate(variances))
        top = _fewest_for(spread, half_width, level, most)
        if top is None:
            continue
        counts = (top, *inner)
        cost = sum(price * math.prod(counts[: i + 1]) for i, price in enumerate(costs))
        if best is None or cost < best.cost:
            width = float(special.stdtrit(top - 1, (1 + level) / 2)) * math.sqrt(spread / top)
            best = Split(names, counts, width, cost)
    if best is None:
        raise DataError(f"More than {most} of the top level would be needed.", hint="Ask for a wider interval.")
    return best


def _candidates(variances: Sequence[float], costs: Sequence[float]) -> list[tuple[int, ...]]:
    """Whole numbers around the optimum at each level below the top: the count above them is a whole number too."""
    found: list[tuple[int, ...]] = [()]
    for i in range(1, len(variances)):
        above = variances[i - 1]
        # A level above that does not vary asks for as many as possible below; a thousand is enough of that.
        ideal = math.sqrt(costs[i - 1] / costs[i] * variances[i] / above) if above > 0 else 1000.0
        low, high = (max(1.0, ideal / 4), max(4.0, min(ideal * 4, 1000.0))) if above > 0 else (1.0, 1000.0)
        options = sorted({max(1, round(low * (high / low) ** (step / 60))) for step in range(61)})
        found = [(*inner, option) for inner in found for option in options]
    return found


def _fewest_for(spread: float, half_width: float, level: float, most: int) -> int | None:
    """The fewest top units, at least 2, whose t interval is narrow enough."""
    if spread == 0:
        return 2

    def narrow(top: int) -> bool:
        return float(special.stdtrit(top - 1, (1 + level) / 2)) * math.sqrt(spread / top) <= half_width

    return smallest(narrow, 2, most)
