"""A node that gave several results: do they follow the code, the image, the boot, the repetition, or time?

Only where none of these tells its runs apart, and they ran under equal recorded conditions, may chance be named.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sidus_lab.analysis.findings.following import ALPHA, by_chance
from sidus_lab.analysis.findings.results import Cell, Execution

LABELS = ("code", "image", "boot", "repetition", "moment")
"""What runs of one node can differ in. ``moment``: one change in the course of time."""


@dataclass(frozen=True)
class Within:
    """Nodes with several results at one setting, and what these follow.

    `follows` names what every result goes with exactly (several where they changed together, "" where nothing does);
    `fits` names what would explain all but for too few runs; `chance` is how often shuffled results would follow as
    exactly; `restless` names the nodes that gave several results in one boot, with one code and image.
    """

    nodes: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    fits: tuple[str, ...] = ()
    chance: float = 1.0
    restless: tuple[str, ...] = ()


def within(found: Sequence[Cell]) -> Within:
    """What the results of the nodes that gave several follow; `found` are all cells at one setting."""
    several = [cell for cell in found if len(cell.results) > 1]
    restless = tuple(cell.node for cell in several if cell.restless)
    nodes = tuple(cell.node for cell in several)
    tried = {name: _chance(found, several, name) for name in LABELS}
    exact = {name: chance for name, chance in tried.items() if chance is not None}
    # A boot has one image: where runs of one boot agree, the boots are what was repeated, and are counted.
    shown = [name for name, chance in exact.items() if chance <= ALPHA]
    if not shown:
        return Within(nodes, (), tuple(exact), min(exact.values(), default=1.0), restless)
    first = shown[0]
    # What cuts the runs in the same way changed together with the first; what cuts finer says no more.
    together = tuple(name for name in shown if _parts(several, name) == _parts(several, first))
    return Within(nodes, together, tuple(exact), exact[first], restless)


Key = Callable[[Execution], Hashable]

_KEYS: Mapping[str, Key] = {
    "code": lambda run: run.code,
    "image": lambda run: run.image,
    "boot": lambda run: run.boot,
    "repetition": lambda run: run.repetition,
}


def _chance(found: Sequence[Cell], several: Sequence[Cell], name: str) -> float | None:
    """How often shuffled results would follow the label as exactly; None where these do not follow it."""
    if not several:
        return None
    if name == "moment":
        return _one_change(several)
    key = _KEYS[name]
    if not any(len({key(run) for run in cell.runs}) > 1 for cell in several):
        return None
    if name == "repetition":  # each number comes once on a node: only the other nodes can confirm it
        return _orderly([run for cell in found for run in cell.runs], key)
    if not all(key(run) for cell in several for run in cell.runs):
        return None
    # Each node for itself: what a code does may differ between machines.
    chance = 1.0
    for cell in several:
        runs = _boots(cell) if name != "boot" else list(cell.runs)
        one = _orderly(runs, key)
        if one is None:
            return None
        chance *= one
    return chance


def _boots(cell: Cell) -> list[Execution]:
    """One run for each boot where the runs of every boot agree and there are several boots; else all runs."""
    boots = {run.boot: run for run in cell.runs}
    return list(boots.values()) if len(boots) > 1 and not _several_in_a_boot(cell) else list(cell.runs)


def _several_in_a_boot(cell: Cell) -> bool:
    seen: dict[str, set[str]] = {}
    for run in cell.runs:
        seen.setdefault(run.boot, set()).add(run.result)
    return any(len(results) > 1 for results in seen.values())


def _orderly(runs: Sequence[Execution], key: Key) -> float | None:
    parts: dict[Hashable, list[str]] = {}
    for run in runs:
        parts.setdefault(key(run), []).append(run.result)
    if any(len(set(part)) > 1 for part in parts.values()):
        return None
    return by_chance(list(parts.values()))


def _one_change(several: Sequence[Cell]) -> float | None:
    """How often shuffled results would change but once in the course of time, on each node."""
    chance = 1.0
    for cell in several:
        if len(cell.results) != 2 or any(run.place is None for run in cell.runs):
            return None
        order = [run.result for run in cell.runs]
        if sum(a != b for a, b in pairwise(order)) != 1:
            return None
        # Two of all orders with these counts have one change.
        first = order.count(order[0])
        chance *= min(2 * by_chance([order[:first], order[first:]]) / (2 if 2 * first == len(order) else 1), 1.0)
    return chance


def _parts(several: Sequence[Cell], name: str) -> frozenset[frozenset[tuple[str, int]]]:
    """How a label divides the runs of each node."""
    parts: dict[Hashable, set[tuple[str, int]]] = {}
    for cell in several:
        first = cell.runs[0].result
        for index, run in enumerate(cell.runs):
            value = run.result == first if name == "moment" else _KEYS[name](run)
            parts.setdefault((cell.node, value), set()).add((cell.node, index))
    return frozenset(map(frozenset, parts.values()))
