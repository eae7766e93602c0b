"""Which label the results follow: one rule, used for nodes, boots, images, codes and kinds of hardware alike.

A label (the image of a boot, the kind of hardware of a node) can be the reason for different results only where equal
labels always came with equal results. That alone proves little: with one unit for each label it cannot fail.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

Follow = Literal["follows", "single", "constant", "refuted", "unknown"]
"""``follows``: equal labels have equal results, and each result was seen on two units or more; ``single``: the same,
but some result was seen on one unit only; ``constant``: all labels are equal; ``refuted``: equal labels have different
results; ``unknown``: a label is missing."""

ALPHA = 0.02
"""How often shuffled results may look as orderly as these before a cause is named."""

STATES = 20_000  # an exact count beyond this many states is replaced by a bound that is never too small


def follow(results: Sequence[Hashable], labels: Sequence[str]) -> Follow:
    """Whether the results of the units (one each) follow their labels; an empty label is unknown."""
    if not all(labels):
        return "unknown"
    if len(set(labels)) < 2:
        return "constant"
    seen: dict[str, set[Hashable]] = {}
    for result, label in zip(results, labels, strict=True):
        seen.setdefault(label, set()).add(result)
    if any(len(found) > 1 for found in seen.values()):
        return "refuted"
    return "follows" if min(Counter(results).values()) > 1 else "single"


@dataclass(frozen=True)
class Attribution:
    """How each label stands to the results of the units; `states` keeps the order of the labels."""

    states: Mapping[str, Follow] = field(default_factory=dict)

    @property
    def explaining(self) -> tuple[str, ...]:
        """The labels that the results follow; more than one cannot be told apart."""
        return tuple(name for name, state in self.states.items() if state in ("follows", "single"))

    @property
    def unknown(self) -> tuple[str, ...]:
        """The labels that were not recorded for every unit: none of them is excluded."""
        return tuple(name for name, state in self.states.items() if state == "unknown")

    @property
    def alone(self) -> str:
        """The one label that the results follow while every other is known and excluded; "" where there is none."""
        if len(self.explaining) != 1 or self.unknown:
            return ""
        return self.explaining[0] if self.states[self.explaining[0]] == "follows" else ""

    @property
    def single(self) -> str:
        """The one label that would be the reason, had each result been seen on more than one unit; else ""."""
        if len(self.explaining) != 1 or self.unknown or self.alone:
            return ""
        return self.explaining[0]


def attribute(results: Mapping[str, Hashable], labels: Mapping[str, Mapping[str, str]]) -> Attribution:
    """How the labels (name -> unit -> label) stand to the results (unit -> result); a missing label is unknown."""
    units = sorted(results)
    found = [results[unit] for unit in units]
    return Attribution({name: follow(found, [of.get(unit, "") for unit in units]) for name, of in labels.items()})


def by_chance(uniform: Sequence[Sequence[Hashable]], free: Sequence[Hashable] = ()) -> float:
    """How often results shuffled over all runs would be equal within each group of `uniform`: 0 to 1.

    Each group holds the results of the runs that agreed among themselves, `free` those of runs that need not. The
    count is exact (permutations of the results, those seen being given), or a bound from above for very large tables.
    """
    sizes = tuple(sorted((len(group) for group in uniform if group), reverse=True))
    counts = Counter(result for group in uniform for result in group) + Counter(free)
    total = _log_ways(tuple(counts.values()))
    left = tuple(sorted(counts.values()))
    states = math.prod(count + 1 for count in left)
    if states * len(sizes) <= STATES:
        return min(float(_orderly(sizes, left)) / math.exp(total), 1.0) if total < 700 else 0.0
    # Each group takes one of the results; what is left may stand in any order.
    bound = len(sizes) * math.log(max(len(left), 1)) + _log_ways((1,) * len(free)) - total
    return math.exp(min(bound, 0.0))


def _log_ways(counts: tuple[int, ...]) -> float:
    """The logarithm of the number of orders of so many results of each kind."""
    return math.lgamma(sum(counts) + 1) - sum(math.lgamma(count + 1) for count in counts)


@lru_cache(maxsize=256)
def _orderly(sizes: tuple[int, ...], left: tuple[int, ...]) -> float:
    """The number of orders in which each group has one result, `left` being how many of each result there are."""
    ways = {left: 1.0}
    for size in sizes:
        after: dict[tuple[int, ...], float] = {}
        for state, number in ways.items():
            for index, there in enumerate(state):
                if there >= size:
                    rest = (*state[:index], there - size, *state[index + 1 :])
                    after[rest] = after.get(rest, 0.0) + number
        ways = after
    return sum(number * math.exp(_log_ways(state)) for state, number in ways.items())
