"""The numbers behind a claim about nodes: the test over what was drawn anew, and the share between the nodes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sidus_lab.analysis.finding import Unit
from sidus_lab.analysis.findings.layout import Layout
from sidus_lab.analysis.numbers.between import Between, between
from sidus_lab.analysis.numbers.components import components
from sidus_lab.analysis.numbers.dependence import Dependence
from sidus_lab.analysis.numbers.modes import Modes, two_modes
from sidus_lab.analysis.values import Interval
from sidus_lab.errors import DataError

Floats = NDArray[np.float64]

CHAIN = 6  # units of a node from which on their own order is looked at
DECIDES = 0.05  # a test over boots that does not pass this stands as it is
OUTLYING, OUTLIERS = 6.0, 0.1  # robust standard deviations; a larger share than this are no outliers but a mode


@dataclass(frozen=True)
class NodeNumbers:
    """The numbers behind a claim about nodes: the test over `unit`, and the share of the variance between nodes."""

    unit: Unit
    units: int
    test: Between
    runs: Between
    p_value: float
    share: float
    interval: Interval | None
    sd_between: float
    sd_within: float
    mean: float
    means: tuple[tuple[str, float], ...]
    repeats: float
    without_outliers: float
    outliers: int
    step: float
    modes: Modes | None = None


def node_numbers(lay: Layout, *, level: float = 0.95, depends: Dependence | None = None) -> NodeNumbers:
    """Compare the nodes of `lay` (at least two, one of them with two values). Raises DataError as `one_way` does.

    `depends` is what more runs than these showed of neighbours in time.
    """
    unit = lay.unit
    runs = between(
        lay.y, lay.node, place=lay.place, clock=lay.clock, depends=depends, cautious=unit == "run", level=level
    )
    test, units = runs, float(runs.worth.sum())
    if unit != "run":
        test, units = _over_units(lay, unit, level)
    p_value, parts = test.p_value, runs.parts
    shown = runs.dependence is not None and runs.dependence.shown
    # What may be there by chance makes the interval wider; only what is shown moves the estimate.
    middle = parts if shown else runs.plain
    share, interval = middle.icc.value, parts.icc.interval
    sd_between, sd_within = middle.node.sd, middle.repeat.sd
    nested = _nested(lay, unit, runs, level) if unit != "run" else None
    if nested is not None:
        share, interval, sd_between, p_nested = nested
        p_value = max(p_value, p_nested)
    elif unit != "run":
        share, interval, sd_between = test.parts.icc.value, test.parts.icc.interval, test.parts.node.sd
    if interval is not None and not math.isnan(share):
        interval = interval.including(share)
    if math.isnan(p_value) or p_value < DECIDES:
        # Where runs that follow each other are alike over boots too, boots are not drawn anew.
        p_value = max(runs.p_value, p_value) if p_value == p_value else runs.p_value
    cleaned = _cleaned(lay)
    clean_p = between(cleaned.y, cleaned.node, level=level).rough if cleaned is not None else math.nan
    means = sorted(zip(lay.names, map(float, test.means), strict=True), key=lambda item: (-item[1], item[0]))
    return NodeNumbers(
        unit,
        round(units),
        test,
        runs,
        p_value,
        share,
        interval,
        sd_between,
        sd_within,
        parts.mean,
        tuple(means),
        len(lay.y) / len(lay.names),
        clean_p,
        len(lay.y) - len(cleaned.y) if cleaned is not None else 0,
        _step(lay.y),
        two_modes(lay.y, lay.node),
    )


def _over_units(lay: Layout, unit: Unit, level: float) -> tuple[Between, float]:
    """The nodes compared over the means of their boots (or sessions)."""
    codes = lay.boot if unit == "boot" else lay.session
    sizes = np.bincount(codes)
    first = np.unique(codes, return_index=True)[1]
    node = lay.node[first]
    values = np.bincount(codes, weights=lay.y - lay.y[0]) / sizes + lay.y[0]
    place = np.bincount(codes, weights=lay.place) / sizes
    clock = None if lay.clock is None else np.bincount(codes, weights=lay.clock) / sizes
    chain = place if np.bincount(node).mean() >= CHAIN else None
    return between(values, node, place=chain, clock=clock, level=level), float(len(values))


def _nested(lay: Layout, unit: Unit, runs: Between, level: float) -> tuple[float, Interval | None, float, float] | None:
    """Share between nodes, interval, standard deviation and p-value from nested components, where there are."""
    y = lay.y if not runs.slope[0] or lay.clock is None else lay.y - runs.slope[0] * (lay.clock - lay.clock.mean())
    codes = lay.boot if unit == "boot" else lay.session
    table = pd.DataFrame({"y": y, "node": lay.node, "unit": codes})
    if len(np.unique(codes)) == len(codes):
        return None
    try:
        found = components(table, "y", random=["node", "unit"], level=level)
    except DataError:
        return None
    share = found.shares["node"]
    return share.value, share.interval, found["node"].sd, found.p_values["node"]


def _cleaned(lay: Layout) -> Layout | None:
    """The rows without those that lie far from all others of their node; None where none does, or too many."""
    if len(lay.y) > 1_000_000:
        return None
    medians = pd.Series(lay.y).groupby(lay.node).transform("median").to_numpy(dtype=float)
    off = np.abs(lay.y - medians)
    spread = 1.4826 * float(np.median(off))
    kept = off <= OUTLYING * spread
    if spread <= 0 or kept.all() or (~kept).mean() > OUTLIERS:
        return None
    clean = lay.keep(kept)
    return clean if len(clean.names) == len(lay.names) and len(clean.y) > len(clean.names) else None


def _step(y: Floats) -> float:
    """The step of the clock, where values fall on few different numbers; else 0."""
    seen = np.unique(y)
    if not 2 < len(seen) <= len(y) / 4:
        return 0.0
    return float(np.diff(seen).min())


def by_node(main: pd.DataFrame, response: str, node: str) -> pd.DataFrame:
    """One row per node: repeats, mean, standard deviation."""
    values = pd.Series(main[response].to_numpy(), name="y")
    table = values.groupby(main[node].astype(str).to_numpy()).agg(["size", "mean", "std"]).reset_index()
    return table.set_axis(["node", "repeats", "mean", "sd"], axis=1)
