"""How a table was measured: which node, boot and session each row belongs to, and in which order the rows were made.

Read from columns that were named, or that carry the names of a record (``boot``, ``session``, ``when``, ``order``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sidus_lab.analysis.finding import Doubt, Doubted, Unit

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

#: Boots (or sessions) are the unit where at least this share of the nodes has two, with this many comparisons in all.
SHARE_REPLICATED, LEAST_COMPARISONS = 0.5, 2


@dataclass(frozen=True)
class Layout:
    """One value a row, in the order of the rows: `y`, codes of `node`, `boot` and `session`, and when it was made.

    `place` is the order of the rows of a node. `clock` is one clock over all nodes (hours, or running numbers), None
    where there is none. `ordered` says whether `place` was recorded, or is the order of the rows in the table.
    `boots` and `sessions` say whether these were recorded.
    """

    y: Floats
    node: Codes
    boot: Codes
    session: Codes
    place: Floats
    clock: Floats | None
    names: tuple[str, ...]
    ordered: bool
    boots: bool
    sessions: bool

    def keep(self, rows: NDArray[np.bool_]) -> Layout:
        """Some of the rows, codes made anew."""
        node, names = pd.factorize(self.node[rows], sort=True)
        return Layout(
            self.y[rows],
            node.astype(np.intp),
            _again(self.boot[rows]),
            _again(self.session[rows]),
            self.place[rows],
            None if self.clock is None else self.clock[rows],
            tuple(self.names[i] for i in names),
            self.ordered,
            self.boots,
            self.sessions,
        )

    def with_values(self, y: Floats) -> Layout:
        """The same rows with other values."""
        return replace(self, y=y)

    @property
    def unit(self) -> Unit:
        """The level that varies below the node and was drawn more than once: boots, else sessions, else single runs."""
        if self.boots and _replicated(self.node, self.boot):
            return "boot"
        return "session" if self.sessions and _replicated(self.node, self.session) else "run"

    def assumptions(self) -> tuple[Doubted, ...]:
        """What a claim about nodes has to take for granted here, since nothing recorded tells."""
        found = []
        if not self.boots:
            found.append(Doubted(Doubt.BOOTS_UNKNOWN, "unknown"))
        elif self.unit != "boot":
            found.append(Doubted(Doubt.ONE_BOOT, "unknown"))
        if not self.ordered or self.clock is None:
            found.append(Doubted(Doubt.ORDER_UNKNOWN, "unknown", about="rows" if not self.ordered else "nodes"))
        return tuple(found)


def layout(
    rows: pd.DataFrame,
    response: str,
    node: str,
    *,
    boot: str | None = None,
    session: str | None = None,
    hours: pd.Series[float] | None = None,
    order: str | None = None,
    within: str | None = None,
) -> Layout:
    """Read how `rows` were measured. `hours` are times since the first row, `order` and `within` columns of numbers.

    Running numbers that start anew on each node say nothing about the time between nodes.
    """
    codes, names = pd.factorize(rows[node].astype(str), sort=True)
    nodes = codes.astype(np.intp)
    boots = _inside(nodes, rows[boot]) if boot else nodes
    sessions = _inside(boots, rows[session]) if session else boots
    clock: Floats | None = None
    place: Floats = np.arange(len(rows), dtype=np.float64)
    ordered = False
    running = _numbers(rows[order]) if order else None
    counted = _numbers(rows[within]) if within else None
    if hours is not None and np.isfinite(hours).all():
        clock = np.asarray(hours, dtype=np.float64)
        place, ordered = clock, True
    elif running is not None:
        place, ordered = running, True
        clock = running if len(np.unique(running)) == len(running) else None
    elif counted is not None and not _ties(boots, counted):
        # Numbers count the repeats of a boot: earlier boots first as they come in the table.
        place, ordered = counted + boots * (float(np.ptp(counted)) + 1), True
    return Layout(
        rows[response].to_numpy(dtype=float),
        nodes,
        boots,
        sessions,
        place,
        clock,
        tuple(map(str, names)),
        ordered,
        boot is not None,
        session is not None,
    )


def named(frame: pd.DataFrame, given: str | None, name: str) -> str | None:
    """The column that was named, else the one that carries the name it has in a record, where that is filled."""
    if given is not None:
        return given
    return name if name in frame.columns and bool(frame[name].notna().all()) else None


def _inside(outer: Codes, labels: pd.Series[Any]) -> Codes:
    """Labels that may be used again in another outer group, as codes of their own."""
    inner = pd.factorize(labels.astype(str), sort=True)[0]
    return _again(outer * (int(inner.max()) + 1) + inner)


def _again(codes: NDArray[np.int64] | Codes) -> Codes:
    return np.unique(codes, return_inverse=True)[1].astype(np.intp)


def _numbers(column: pd.Series[Any]) -> Floats | None:
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    return values if len(values) and bool(np.isfinite(values).all()) else None


def _ties(groups: Codes, values: Floats) -> bool:
    return bool(pd.DataFrame({"g": groups, "v": values}).duplicated().any())


def _replicated(node: Codes, unit: Codes) -> bool:
    pairs = np.unique(np.stack([node, unit], axis=1), axis=0)
    sizes = np.bincount(pairs[:, 0])
    enough = len(pairs) - len(sizes) >= LEAST_COMPARISONS
    return enough and float((sizes > 1).mean()) >= SHARE_REPLICATED
