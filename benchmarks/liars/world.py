"""What a world is: tables made by chance, and what is true of each, said without asking the analysis."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd

Call = Literal["table", "records", "changes"]
Make = Callable[[np.random.Generator], "Case"]


EDITION = 2
"""One more whenever rules of the analysis were set by looking at the tables: then they are judged by others."""

POSITIVE = frozenset(
    {
        *("nodes", "nodes-here", "odd", "kind", "setting", "setting-some"),
        *("swap.node", "swap.image", "swap.code", "swap.some", "drift", "unlike"),
    }
)
"""Claims that something is there; each is false unless a world says that it is true of its tables."""


@dataclass(frozen=True)
class Truth:
    """What is true of a table.

    `true` are the positive claims that may have a tick, `lies` the claims of the other kind ("nothing is there") that
    may not, `causes` the causes that may be named, `right` the claims of which one should be made (empty: nothing has
    to be found), `odd` the nodes that may be called odd, `intervals` the true value behind an estimate, by claim.
    """

    true: frozenset[str] = frozenset()
    lies: frozenset[str] = frozenset()
    causes: frozenset[str] = frozenset()
    right: frozenset[str] = frozenset()
    odd: frozenset[str] = frozenset()
    intervals: Mapping[str, float] = field(default_factory=dict)

    def allows(self, claim: str, names: frozenset[str] = frozenset()) -> bool:
        """Whether a claim may have a tick."""
        if claim == "odd" and names and names <= self.odd:
            return True
        return claim not in self.lies and (claim not in POSITIVE or claim in self.true)


@dataclass(frozen=True)
class Case:
    """One table, how the analysis is asked about it, and the truth."""

    frame: pd.DataFrame
    ask: Mapping[str, Any]
    truth: Truth


@dataclass(frozen=True)
class World:
    """A kind of table. `honest`: the assumptions of the analysis hold, so power and coverage are counted."""

    name: str
    call: Call
    make: Make
    honest: bool = False

    def case(self, number: int) -> Case:
        """The table of that number; the same number gives the same table."""
        return self.make(np.random.default_rng([EDITION, number, *self.name.encode()]))


WORLDS: dict[str, World] = {}


def world(name: str, call: Call = "table", *, honest: bool = False) -> Callable[[Make], Make]:
    """Enter a function that makes one table as the world `name`."""

    def enter(make: Make) -> Make:
        if name in WORLDS:
            raise ValueError(f"There are two worlds called {name!r}.")
        WORLDS[name] = World(name, call, make, honest)
        return make

    return enter


def truth(
    true: str = "",
    *,
    lies: str = "",
    causes: str = "",
    right: str = "",
    odd: Sequence[str] = (),
    intervals: Mapping[str, float] | None = None,
) -> Truth:
    """A `Truth` from words with blanks between them."""
    words = (frozenset(text.split()) for text in (true, lies, causes, right))
    return Truth(*words, frozenset(odd), dict(intervals or {}))


def proof(frame: pd.DataFrame) -> dict[str, Any]:
    """A full proof that all nodes of a table run the same software."""
    levels = {"asked": True, "enforced": True, "scrubbed": True, "clean": True}
    return {"same": True, "nodes": sorted(set(frame["node"])), "levels": levels, "different": []}
