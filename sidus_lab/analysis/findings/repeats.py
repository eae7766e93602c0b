"""Are the repeats of a node alike in the order of time: warm-up, and drift. The node is the unit of both tests."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from sidus_lab.analysis.finding import Claim
from sidus_lab.analysis.findings.claims import DriftFinding, RepeatsFinding
from sidus_lab.analysis.findings.family import ALPHA as ALL
from sidus_lab.analysis.findings.family import strictest
from sidus_lab.analysis.numbers.between import APART
from sidus_lab.analysis.values import Interval

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

ALPHA = ALL / 2  # where the nodes differ, all that is left of the level would else be spent on what was not asked
LEAST_NODES = 3
LEVELS = 60  # a repetition column with more levels than this is a counter, not a repetition
SUSPECT = 0.2  # a drift with a smaller p-value than this is not shown, and not to be excluded
ALIKE = 1.0  # repeats are called alike where a difference of this many of their standard deviations would be found


@dataclass(frozen=True)
class Contrast:
    """A mean over nodes with its standard error (response unit), degrees of freedom and two-sided p-value."""

    value: float
    error: float
    df: int
    p_value: float

    def interval(self, level: float) -> Interval:
        """Student's t interval."""
        half = float(special.stdtrit(self.df, (1 + level) / 2)) * self.error
        return Interval(self.value - half, self.value + half, level)


@dataclass(frozen=True)
class Trend:
    """The first repeat against the others, and the last ones against the first; `sd` is that of the repeats."""

    first: Contrast
    slope: Contrast
    first_level: str
    last_level: str
    sd: float

    @property
    def p_value(self) -> float:
        """Of the two tests together (Bonferroni)."""
        return min(2 * min(self.first.p_value, self.slope.p_value), 1.0)


@dataclass(frozen=True)
class Drifting:
    """The change over the time that a node was measured (median span, in hours or runs), with its test over nodes."""

    change: Contrast
    span: float


def trend(y: Floats, node: Codes, within: pd.Series[float]) -> Trend | None:
    """Compare the repeats by their number on each node (boots taken together); None with fewer than three nodes."""
    numbers = pd.to_numeric(within, errors="coerce").to_numpy(dtype=float)
    if not np.isfinite(numbers).all() or not 2 <= len(np.unique(numbers)) <= LEVELS:
        return None
    table = pd.DataFrame({"y": y, "n": node, "k": numbers}).groupby(["n", "k"])["y"].mean().unstack()
    table = table[table.notna().sum(axis=1) >= 2]
    if len(table) < LEAST_NODES:
        return None
    values, levels = table.to_numpy(dtype=float), table.columns.to_numpy(dtype=float)
    firsts = np.isfinite(values[:, 0])
    t = np.where(np.isfinite(values), levels, np.nan)
    t = t - np.nanmean(t, axis=1, keepdims=True)
    squares = np.nansum(t**2, axis=1)
    ok = squares > 0
    slopes = np.nansum(t * np.nan_to_num(values), axis=1)[ok] / squares[ok] * float(np.ptp(levels))
    left = values - np.nanmean(values, axis=1, keepdims=True)
    df = int(np.isfinite(values).sum() - len(values))
    sd = math.sqrt(float(np.nansum(left**2)) / df) if df > 0 else math.nan
    if firsts.sum() < LEAST_NODES or ok.sum() < LEAST_NODES:
        return None
    rest = np.nanmean(values[firsts, 1:], axis=1) if values.shape[1] > 1 else values[firsts, 0]
    return Trend(_over_nodes(values[firsts, 0] - rest), _over_nodes(slopes), f"{levels[0]:g}", f"{levels[-1]:g}", sd)


def drifting(y: Floats, groups: Codes, node: Codes, clock: Floats) -> Drifting | None:
    """One slope in time a node, levels of `groups` (node and setting) taken out; None with fewer than three nodes."""
    t, values = _inside(clock, groups), _inside(y, groups)
    squares = np.bincount(node, weights=t * t)
    ok = squares > 0
    if ok.sum() < LEAST_NODES:
        return None
    table = pd.DataFrame({"t": clock, "n": node}).groupby("n")["t"]
    spans = (table.max() - table.min()).to_numpy(dtype=float)[ok]
    span = float(np.median(spans))
    slopes = np.bincount(node, weights=t * values)[ok] / squares[ok]
    return Drifting(_over_nodes(slopes * span), span)


def is_steady(drifts: Drifting | None, apart: float) -> bool:
    """Whether nothing speaks for a drift, and one could be seen: nodes measured one after another hide it.

    `apart` is the share of the variance of time between the nodes (NaN without a clock).
    """
    return not apart >= APART and not (drifts is not None and drifts.change.p_value < SUSPECT)


def decide_repeats(
    base: RepeatsFinding, found: Trend, p_value: float, mean: float, *, steady: bool = True
) -> RepeatsFinding:
    """The finding about repeats; `p_value` is corrected for all tests, `mean` that of the response.

    Repeats are called alike only where the response is `steady`: see `is_steady`.
    """
    best, level = (
        (found.first, found.first_level)
        if found.first.p_value <= found.slope.p_value
        else (found.slope, found.last_level)
    )
    scale = abs(mean) if base.relative and mean else 1.0
    # Two tests on two sides, in the family of a verdict on nodes.
    side = strictest("repeats", {("nodes", ""): 0.0, ("repeats", ""): 0.0, ("drift", ""): 0.0}) * ALPHA / ALL / 4
    power = special.stdtrit(found.first.df, 1 - side) + special.stdtrit(found.first.df, 0.9)
    detectable = float(power) * found.first.error / found.sd if found.sd > 0 else 0.0
    shown, alike = p_value < ALPHA, steady and detectable <= ALIKE
    return replace(
        base,
        claim=Claim.REPEATS_DIFFER if shown else Claim.REPEATS_NOT_SHOWN,
        cause="unknown" if shown else "none",
        held=shown or alike,
        estimate=best.value / scale,
        unit="relative difference" if base.relative else base.response_unit,
        level=level,
        p_value=p_value,
        detectable=detectable,
        alike=alike,
    )


def decide_drift(base: DriftFinding, found: Drifting, p_value: float, mean: float, level: float) -> DriftFinding:
    """The finding about drift; `p_value` is corrected for all tests."""
    scale = abs(mean) if base.relative and mean else 1.0
    ends = found.change.interval(level)
    shown = p_value < ALPHA
    return replace(
        base,
        claim=Claim.DRIFT if shown else Claim.DRIFT_NOT_SHOWN,
        cause="unknown" if shown else "none",
        held=shown,
        estimate=found.change.value / scale,
        interval=Interval(ends.low / scale, ends.high / scale, level),
        unit="relative change" if base.relative else base.response_unit,
        over_nodes=found.change.df + 1,
        p_value=p_value,
    )


def _over_nodes(values: Floats) -> Contrast:
    count = len(values)
    centre, error = float(values.mean()), float(values.std(ddof=1)) / math.sqrt(count)
    p_value = 2 * float(special.stdtr(count - 1, -abs(centre) / error)) if error > 0 else float(centre == 0)
    return Contrast(centre, error, count - 1, p_value)


def _inside(values: Floats, groups: Codes) -> Floats:
    sizes = np.bincount(groups)
    return np.asarray(values - (np.bincount(groups, weights=values) / np.maximum(sizes, 1))[groups])
