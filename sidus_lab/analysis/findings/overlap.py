"""Runs of one machine that overlap in time: they shared its processors, so their durations are not those of one run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sidus_lab.analysis.finding import Doubt, Doubted
from sidus_lab.analysis.numbers.clock import read_stamps

Floats = NDArray[np.float64]

HOSTS = ("host", "hypervisor")  # columns that say which nodes share a machine
STEPS = (60.0, 1.0, 1e-3)  # seconds: time stamps may be written no finer than this
SHARE = 0.05  # of the runs of a node: fewer may be slips of the clock


def overlaps(rows: pd.DataFrame, *, node: str, when: str, seconds: str) -> list[Doubted]:
    """The doubt on nodes of which runs overlap with others on the node, or on another node of the same host.

    `when` names the column of time stamps, `seconds` that of durations in seconds. A stamp may be the start or the end
    of its run: only what overlaps by either reading counts, and only beyond the step in which the stamps are written.
    """
    start = read_stamps(rows, when, node).hours.to_numpy(dtype=float) * 3600
    lasted = pd.to_numeric(rows[seconds], errors="coerce").to_numpy(dtype=float)
    good = np.isfinite(start) & np.isfinite(lasted) & (lasted > 0)
    if good.sum() < 2:
        return []
    names = rows[node].astype(str).to_numpy()[good]
    start, lasted = start[good], lasted[good]
    step = _step(start)
    hit = _hit(names, start, lasted, step)
    for host in HOSTS:
        if host in rows.columns and rows[host].notna().all():
            hit |= _hit(rows[host].astype(str).to_numpy()[good], start, lasted, step)
    share = pd.Series(hit).groupby(names).mean()
    there = share[share > SHARE]
    if not len(there):
        return []
    return [Doubted(Doubt.OVERLAP, "failed", float(there.max()), limit=SHARE, nodes=tuple(sorted(there.index)))]


def _hit(groups: Sequence[str] | NDArray[np.object_], start: Floats, lasted: Floats, step: float) -> NDArray[np.bool_]:
    """Which runs overlap with another of their group, by both readings of the stamps."""
    return _either(groups, start, lasted, step) & _either(groups, start - lasted, lasted, step)


def _either(
    groups: Sequence[str] | NDArray[np.object_], start: Floats, lasted: Floats, step: float
) -> NDArray[np.bool_]:
    table = pd.DataFrame({"group": groups, "start": start + step, "end": start + lasted})
    table = table.sort_values(["group", "start"], kind="stable")
    # A run overlaps with an earlier one that has not ended, or with a later one that starts before its own end.
    before = table.groupby("group")["end"].cummax().groupby(table["group"]).shift()
    after = table.groupby("group")["start"].shift(-1)
    hit = (before > table["start"]) | (after < table["end"])
    return np.asarray(hit.sort_index().to_numpy(), dtype=np.bool_)


def _step(seconds: Floats) -> float:
    """The step in which the stamps are written, in seconds."""
    for step in STEPS:
        if np.allclose(seconds / step, np.round(seconds / step), rtol=0, atol=1e-6):
            return step
    return 0.0
