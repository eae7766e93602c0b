"""Changes over time: when the level of a series moved, how sure that is, and how a series warms up.

Change points are proposed by penalised least squares (PELT; Killick, Fearnhead and Eckley 2012, in `ruptures`) and kept
only when permutation tests confirm them: first that the series changes at all, then each change with its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict, Unpack

import numpy as np
import ruptures
from numpy.typing import ArrayLike, NDArray

from sidus_lab.errors import DataError

Floats = NDArray[np.float64]

#: Above this length a series is first reduced to medians of equal runs of values.
LONGEST = 5_000
#: The permutation test looks at most this far to either side of a change.
REACH = 400


class Search(TypedDict, total=False):
    """The settings of `change_points`, to hand on."""

    log: bool | None
    min_size: int
    alpha: float
    permutations: int
    seed: int


class WarmUpSearch(Search, total=False):
    """The settings of `warm_up`, to hand on."""

    tolerance: float


@dataclass(frozen=True)
class Change:
    """One change of level.

    `index` is that of the first value after the change; `before` and `after` are the medians of the segments on either
    side (unit of the values) with their `sizes`; `p_value` is that of the permutation test on these segments, before
    correction for the number of changes.
    """

    index: int
    before: float
    after: float
    sizes: tuple[int, int]
    p_value: float

    @property
    def ratio(self) -> float:
        """The level after the change divided by that before; NaN where that means nothing."""
        return self.after / self.before if self.before > 0 and self.after > 0 else float("nan")


def change_points(
    values: ArrayLike,
    *,
    log: bool | None = None,
    min_size: int = 5,
    alpha: float = 0.05,
    permutations: int = 999,
    seed: int = 0,
) -> tuple[Change, ...]:
    """Return the changes of level in a series, in order.

    Parameters
    ----------
    values : n finite numbers in order of time.
    log : look for changes of the logarithm (the default when all values are above 0).
    min_size : shortest segment; a change closer to an end cannot be seen.
    alpha : chance that a series without changes shows one; Holm's correction over the changes found.
    permutations, seed : of the permutation test. It moves values in blocks that grow with the autocorrelation at lag 1,
        so that short wandering is seldom taken for steps; wandering over a tenth of the series and more still can be.

    Fewer than 2 * `min_size` values give no change. Raises `DataError` for values that are not finite, or not above 0
    when `log` is asked for.

    Examples
    --------
    >>> level = [1.0, 1.01, 0.99, 1.02, 0.98] * 3
    >>> [change.index for change in sl.analysis.change_points(level + [2 * x for x in level])]
    [15]
    """
    numbers = _finite(values)
    if log and not (numbers > 0).all():
        raise DataError("Logarithms need values above 0.", hint="use log=False, or leave those rows out and say so")
    data = np.log(numbers) if (log or (log is None and (numbers > 0).all())) else numbers
    step = -(-len(data) // LONGEST) if len(data) else 1
    if step > 1:
        whole = len(data) // step * step
        data = np.median(data[:whole].reshape(-1, step), axis=1)
    if len(data) < 2 * min_size:
        return ()
    noise, rho = _noise(data)
    if noise == 0:
        return ()
    scaled, block = data / noise, _block(rho, len(data))
    ends = _propose(scaled, min_size)
    rng = np.random.default_rng(seed)
    if not ends or _chance_of_any(scaled, ends, min_size, block, rng) > alpha:
        return ()
    count = max(permutations, int(np.ceil(2 * len(ends) / alpha)))  # so that the smallest p-value can pass Holm's bound
    kept = _confirm(scaled, ends, alpha, count, min_size, block, rng)
    borders = [0, *(end for end, _ in kept), len(data)]
    changes = []
    for (end, p_value), left, right in zip(kept, borders[:-2], borders[2:], strict=True):
        first, middle, last = left * step, end * step, min(right * step, len(numbers))
        changes.append(
            Change(
                index=middle,
                before=float(np.median(numbers[first:middle])),
                after=float(np.median(numbers[middle:last])),
                sizes=(middle - first, last - middle),
                p_value=p_value,
            )
        )
    return tuple(changes)


def _finite(values: ArrayLike) -> Floats:
    try:
        numbers = np.asarray(values, dtype=float).ravel()
    except (TypeError, ValueError) as error:
        raise DataError("The values are not all numbers.", hint="convert the column with pandas.to_numeric") from error
    bad = int((~np.isfinite(numbers)).sum())
    if bad:
        raise DataError(f"{bad} of {len(numbers)} values are missing or infinite.", hint="drop those rows, and say so")
    return numbers


def _noise(data: Floats) -> tuple[float, float]:
    """Return the standard deviation that means of many values see, for one value, and the autocorrelation at lag 1.

    Both come from the differences over one and two steps, which changes of level hardly touch: for values with
    autocorrelation r at lag 1 their variances are as 1 to 1 + r. The largest tenth of the differences is left out.
    """
    steps = {lag: np.abs(data[lag:] - data[:-lag]) for lag in (1, 2)}
    one = 1.4826 * float(np.median(steps[1])) / float(np.sqrt(2))
    middle = {lag: float(np.square(np.sort(d)[: int(np.ceil(0.9 * len(d)))]).mean()) for lag, d in steps.items()}
    if one == 0:
        return float(np.std(data)), 0.0
    rho = middle[2] / middle[1] - 1
    rho = 0.0 if rho < 2.5 / np.sqrt(len(data)) else min(rho, 0.9)  # within what independent values give by chance
    return one * float(np.sqrt(1 + rho)) / (1 - rho), rho


def _block(rho: float, size: int) -> int:
    """Return the length of the blocks that are shuffled, so that neighbours keep their dependence."""
    return 1 if rho == 0 else int(np.clip(np.ceil(3 * (1 + rho) / (1 - rho)), 2, max(2, size // 8)))


def _propose(data: Floats, min_size: int) -> list[int]:
    """Return where new segments begin, by PELT with a penalty of 3 log n for each change (noise scaled to 1)."""
    signal = np.ascontiguousarray(data.reshape(-1, 1))
    search = ruptures.KernelCPD(kernel="linear", min_size=min_size).fit(signal)
    return [int(end) for end in search.predict(pen=3 * np.log(len(data)))[:-1]]


def _gain(data: Floats, ends: list[int]) -> float:
    """Return by how much these segments beat one segment for all, the penalty for each change taken off."""
    parts = np.split(data, ends)
    within = sum(float(np.square(part - part.mean()).sum()) for part in parts)
    return float(np.square(data - data.mean()).sum() - within - 3 * np.log(len(data)) * len(ends))


def _chance_of_any(data: Floats, ends: list[int], min_size: int, block: int, rng: np.random.Generator) -> float:
    """Return how often a shuffled series offers as much to the same search: the p-value of "nothing changed at all"."""
    count = 199
    seen = _gain(data, ends)
    beaten = 0
    for row in _shuffled(data, count, block, rng):
        found = _propose(row, min_size)
        beaten += int(bool(found) and _gain(row, found) >= seen)
    return float((1 + beaten) / (1 + count))


def _confirm(
    data: Floats, ends: list[int], alpha: float, count: int, min_size: int, block: int, rng: np.random.Generator
) -> list[tuple[int, float]]:
    """Drop the least certain change until all that are left pass Holm's correction; return them with p-values."""
    p_values: dict[tuple[int, int, int], float] = {}
    ends = list(ends)
    while ends:
        borders = [0, *ends, len(data)]
        keys = list(zip(borders[:-2], ends, borders[2:], strict=True))
        for key in keys:
            if key not in p_values:
                p_values[key] = _p_value(data, *key, count, min_size, block, rng)
        order = sorted(keys, key=lambda key: p_values[key])
        # Holm: the i-th smallest of k p-values must not exceed alpha / (k - i).
        if all(p_values[key] <= alpha / (len(order) - i) for i, key in enumerate(order)):
            return [(key[1], p_values[key]) for key in keys]
        ends.remove(order[-1][1])
    return []


def _p_value(
    data: Floats,
    left: int,
    middle: int,
    right: int,
    count: int,
    min_size: int,
    block: int,
    rng: np.random.Generator,
) -> float:
    """Return how often shuffled values of both segments allow as clear a split, wherever it falls."""
    left, right = max(left, middle - REACH), min(right, middle + REACH)
    window = data[left:right]
    seen = _best_split(window[None, :], min_size)[0]
    beaten = 0
    per_batch = max(1, 2_000_000 // len(window))
    for start in range(0, count, per_batch):
        shuffled = _shuffled(window, min(per_batch, count - start), block, rng)
        beaten += int((_best_split(shuffled, min_size) >= seen * (1 - 1e-12)).sum())
    return (1 + beaten) / (1 + count)


def _shuffled(window: Floats, count: int, block: int, rng: np.random.Generator) -> Floats:
    """Return `count` rows with the values of `window` in random order of blocks, each row cut at a place of its own."""
    size = len(window)
    if block == 1:
        return rng.permuted(np.broadcast_to(window, (count, size)).copy(), axis=1)
    blocks = -(-size // block)
    order = np.argsort(rng.random((count, blocks)), axis=1)
    places = (order[:, :, None] * block + np.arange(block)).reshape(count, -1)
    places = places[places < size].reshape(count, size)  # the last block may be short; every row drops equally many
    return np.asarray(window[(places + rng.integers(0, size, (count, 1))) % size])


def _best_split(rows: Floats, min_size: int) -> Floats:
    """Return, for each row, the largest drop in the sum of squares that one split gives."""
    size = rows.shape[1]
    at = np.arange(min_size, size - min_size + 1)
    sums = np.cumsum(rows - rows.mean(axis=1, keepdims=True), axis=1)[:, at - 1]
    return np.asarray((sums**2 * (size / (at * (size - at)))).max(axis=1))


WarmUpKind = Literal["flat", "warm-up", "slowdown", "no steady state"]


@dataclass(frozen=True)
class WarmUp:
    """How a series of durations settles: its class, the index from which on it is steady, and the steady level."""

    kind: WarmUpKind
    steady_from: int | None
    level: float
    changes: tuple[Change, ...]


def warm_up(durations: ArrayLike, *, tolerance: float = 0.01, **options: Unpack[Search]) -> WarmUp:
    """Return the warm-up class of one series of durations (any unit), in order of time.

    The classes follow Barrett et al., "Virtual machine warmup blows hot and cold", OOPSLA 2017. Segments between change
    points count as equal to the last one within `tolerance` (relative). ``flat``: all are; ``warm-up``: the last is the
    fastest; ``slowdown``: an earlier one was faster; ``no steady state``: the level still changed in the last quarter.
    `options` go to `change_points`.

    Raises `DataError` for values that are not finite.

    >>> sl.analysis.warm_up([2.0, 1.5] + [1.0, 1.01, 0.99, 1.0, 1.02] * 4)
    WarmUp(kind='flat', steady_from=0, level=1.0, changes=())
    """
    numbers = _finite(durations)
    changes = change_points(numbers, **options)
    if not changes:
        return WarmUp("flat", 0, float(np.median(numbers)) if len(numbers) else float("nan"), ())
    starts = [0, *(change.index for change in changes)]
    levels = [changes[0].before, *(change.after for change in changes)]
    last = levels[-1]
    same = [abs(level - last) <= tolerance * abs(last) for level in levels]
    steady = next(i for i in range(len(levels)) if all(same[i:]))
    if steady == 0:
        return WarmUp("flat", 0, last, changes)
    if starts[steady] > 0.75 * len(numbers):
        return WarmUp("no steady state", None, last, changes)
    faster = any(level < last for level, equal in zip(levels, same, strict=True) if not equal)
    return WarmUp("slowdown" if faster else "warm-up", starts[steady], last, changes)


def warm_ups(series: dict[str, Sequence[float]], **options: Unpack[WarmUpSearch]) -> dict[str, WarmUp]:
    """Return the warm-up class of each of several series (one for each node and boot, say) by name."""
    return {name: warm_up(values, **options) for name, values in series.items()}
