"""Time stamps as they come: mixed zones, out of order, unreadable."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

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
