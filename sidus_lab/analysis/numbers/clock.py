"""Time stamps as they come (mixed zones, out of order, unreadable), and drift of the response with time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from sidus_lab.analysis.values import Interval

_OFFSET = r"(Z|[+-]\d{2}:?\d{2})\s*$"


@dataclass(frozen=True)
class Stamps:
    """Time stamps read: `hours` since the first (NaN where unreadable), and what was odd about them.

    `zones` is how many different offsets they were written with, `naive` how many rows had none (read as UTC),
    `unreadable` how many could not be read, `disordered` how many rows are earlier than the row before them on the
    same node.
    """

    hours: pd.Series[float]
    zones: int
    naive: int
    unreadable: int
    disordered: int


@dataclass(frozen=True)
class Drift:
    """The mean slope over nodes, relative to the mean per hour; NaN where it cannot be told."""

    relative: float
    interval: Interval | None
    p_value: float
    nodes: int


def read_stamps(frame: pd.DataFrame, column: str, node: str) -> Stamps:
    """Read a column of time stamps: ISO 8601 text, pandas times, or Unix seconds; everything is brought to UTC."""
    raw = frame[column]
    zones, naive = 0, 0
    if pd.api.types.is_numeric_dtype(raw):
        times = pd.to_datetime(raw, unit="s", utc=True, errors="coerce")
        zones = 1
    elif isinstance(raw.dtype, pd.DatetimeTZDtype):
        times, zones = raw.dt.tz_convert("UTC"), 1
    elif pd.api.types.is_datetime64_any_dtype(raw):
        times, naive = raw.dt.tz_localize("UTC"), int(raw.notna().sum())
    else:
        text = raw.astype("string")
        offsets = text.str.extract(_OFFSET)[0].replace({"Z": "+00:00"}).str.replace(":", "", regex=False)
        times = pd.to_datetime(text, utc=True, errors="coerce", format="ISO8601")
        readable = times.notna()
        zones = int(offsets[readable].nunique())
        naive = int((readable & offsets.isna()).sum())
    hours = (times - times.min()).dt.total_seconds() / 3600
    before = hours.groupby(frame[node].to_numpy()).diff()
    return Stamps(hours, zones, naive, int(times.isna().sum()), int((before < 0).sum()))


def drift(values: pd.Series[float], hours: pd.Series[float], nodes: pd.Series[str], *, level: float = 0.95) -> Drift:
    """Whether values rise or fall with time on all nodes: one slope a node, Student's t over nodes (at least three)."""
    table = pd.DataFrame({"y": values, "t": hours, "node": nodes.astype(str)}).dropna()
    groups = table.groupby("node")
    y, t = table["y"] - groups["y"].transform("mean"), table["t"] - groups["t"].transform("mean")
    sums = pd.DataFrame({"ty": t * y, "tt": t * t, "node": table["node"]}).groupby("node").sum()
    sums = sums[sums["tt"] > 0]
    mean = float(table["y"].mean()) if len(table) else math.nan
    count = len(sums)
    if count < 3 or not mean:
        return Drift(math.nan, None, math.nan, count)
    slopes = (sums["ty"] / sums["tt"]).to_numpy() / mean
    centre, error = float(slopes.mean()), float(slopes.std(ddof=1)) / math.sqrt(count)
    half = float(special.stdtrit(count - 1, (1 + level) / 2)) * error
    p_value = (
        2 * float(special.stdtr(count - 1, -abs(centre) / error)) if error > 0 else float(np.where(centre, 0.0, 1.0))
    )
    return Drift(centre, Interval(centre - half, centre + half, level), p_value, count)
