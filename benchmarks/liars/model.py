"""A structural model of measuring: who ran what, in which boot, in which order, at what time, and what acted on it.

Not the simulator that the package ships: the analysis is judged by data that it was not written for. Everything is an
array with one value a run; an effect is an array too, and a response is a sum of effects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Order = Literal["node by node", "in rounds", "side by side", "level by level"]

START = 1_700_000_000.0
"""When the first run starts (Unix seconds); any will do."""


@dataclass
class Runs:
    """The runs of one experiment in the order they were made, one value a run.

    `boot` numbers the boots over all nodes, `repeat` the runs in a boot, `time` is in seconds since the first run,
    `levels` has one array of codes for each crossed factor.
    """

    node: Codes
    boot: Codes
    repeat: Codes
    time: Floats
    levels: Mapping[str, Codes] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.node)

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return int(self.node.max()) + 1

    @property
    def clock(self) -> Floats:
        """The time from 0 (first run) to 1 (last run)."""
        return self.time / max(float(self.time.max()), 1e-9)

    def of(self, codes: Codes, sd: float, random: np.random.Generator) -> Floats:
        """A normal effect for each level of `codes`."""
        return np.asarray(random.normal(0, sd, int(codes.max()) + 1)[codes])

    def keep(self, kept: NDArray[np.bool_]) -> Runs:
        """Only some of the runs."""
        levels = {name: codes[kept] for name, codes in self.levels.items()}
        return Runs(self.node[kept], self.boot[kept], self.repeat[kept], self.time[kept], levels)

    def frame(self, y: Floats, columns: Sequence[str], names: Mapping[str, Sequence[str]] | None = None) -> Any:
        """A table with the response ``y`` and the columns asked for: node, boot, repeat, order, when, or a factor."""
        width = len(str(self.nodes))
        made: dict[str, Any] = {
            "node": np.array([f"node{i + 1:0{width}d}" for i in range(self.nodes)], dtype=object)[self.node]
        }
        for column in columns:
            if column == "boot":
                made[column] = np.array([f"b{i}" for i in range(int(self.boot.max()) + 1)], dtype=object)[self.boot]
            elif column == "repeat":
                made[column] = self.repeat + 1
            elif column == "order":
                made[column] = np.arange(1, len(self) + 1)
            elif column == "when":
                made[column] = START + self.time
            else:
                labels = (names or {}).get(column, ("a", "b", "c", "d"))
                made[column] = np.array(labels, dtype=object)[self.levels[column]]
        return pd.DataFrame(made | {"y": y})


def runs(
    random: np.random.Generator,
    *,
    nodes: int,
    repeats: int,
    boots: int = 1,
    per_boot: Mapping[str, int] | None = None,
    within: Mapping[str, int] | None = None,
    order: Order = "in rounds",
    seconds: float = 60.0,
) -> Runs:
    """The runs of a design in the order they are made.

    Each node boots every combination of the `per_boot` factors `boots` times; a boot runs every combination of the
    `within` factors `repeats` times, in random order. "node by node" finishes a node before the next, "in rounds" lets
    all nodes have their first boot (in random order) before the second, "side by side" gives each node its own
    clock, "level by level" finishes one level of the first `per_boot` factor (else of the first `within` factor) before
    the next begins.
    """
    outer, inner = dict(per_boot or {}), dict(within or {})
    grid = np.indices((nodes, *outer.values(), boots, *inner.values(), repeats)).reshape(
        -1, _cells(nodes, outer, boots, inner, repeats)
    )
    node, block = grid[0], grid[1 + len(outer)]
    levels = {name: grid[1 + i] for i, name in enumerate(outer)}
    levels |= {name: grid[2 + len(outer) + i] for i, name in enumerate(inner)}
    boot = np.ravel_multi_index(tuple(grid[: 2 + len(outer)]), (nodes, *outer.values(), boots))
    count = len(node)
    when_boot = random.permutation(int(boot.max()) + 1)[boot]  # a random order of the boots, where nothing else decides
    shuffle = random.random(count) if inner else np.arange(count)
    if order == "node by node":
        keys: tuple[Any, ...] = (shuffle, when_boot, node)
    elif order == "level by level":
        first = next(iter(levels.values()))
        keys = (shuffle, node, first) if not outer else (shuffle, when_boot, first)
    elif order == "in rounds" and boots == 1 and not outer:
        # One boot a node: the nodes take turns run by run.
        turn = np.zeros(count)
        for index in range(nodes):
            mine = np.flatnonzero(node == index)
            turn[mine[np.argsort(shuffle[mine])]] = np.arange(len(mine))
        keys = (random.random(count), turn)
    elif order == "in rounds":
        keys = (shuffle, when_boot, block)
    else:
        keys = (node, shuffle, when_boot)
    by = np.lexsort(keys)
    node, boot = node[by], boot[by]
    levels = {name: codes[by] for name, codes in levels.items()}
    time = np.arange(count) * seconds
    if order == "side by side":
        time = _running(node) * seconds
    return Runs(node, boot, _running(boot), time.astype(float), levels)


def _cells(nodes: int, outer: Mapping[str, int], boots: int, inner: Mapping[str, int], repeats: int) -> int:
    return int(nodes * np.prod([*outer.values(), 1]) * boots * np.prod([*inner.values(), 1]) * repeats)


def _running(codes: Codes) -> Codes:
    """The running number of each value among its equals."""
    place = np.argsort(codes, kind="stable")
    starts = np.r_[0, np.flatnonzero(np.diff(codes[place])) + 1]
    sizes = np.diff(np.r_[starts, len(codes)])
    result = np.empty(len(codes), dtype=np.intp)
    result[place] = np.arange(len(codes)) - np.repeat(starts, sizes)
    return result


def ar1(groups: Codes, rho: float, random: np.random.Generator) -> Floats:
    """Noise of variance 1 whose neighbours within a group, in the order given, are correlated by `rho`."""
    fresh = random.normal(size=len(groups))
    result = np.empty(len(groups))
    for group in np.unique(groups):
        here = np.flatnonzero(groups == group)
        value = fresh[here[0]]
        result[here[0]] = value
        for index in here[1:]:
            value = rho * value + np.sqrt(1 - rho**2) * fresh[index]
            result[index] = value
    return result


def states(groups: Codes, stay: float, random: np.random.Generator) -> Floats:
    """A state (0 or 1) of each group that lasts `stay` runs on average before it switches (turbo, a busy neighbour)."""
    switch = random.random(len(groups)) < 1 / stay
    result = np.empty(len(groups))
    for group in np.unique(groups):
        here = np.flatnonzero(groups == group)
        result[here] = (int(random.integers(2)) + np.cumsum(switch[here])) % 2
    return result
