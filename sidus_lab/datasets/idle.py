"""A C-state-like setting with known truth: workloads that wait, and what each wake-up costs at each limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class CState:
    """A power-saving state of a CPU: time to leave it, and idle time from which on it is chosen (microseconds).

    >>> sl.datasets.CState("C6", exit_us=133, residency_us=400).name
    'C6'
    """

    name: str
    exit_us: float
    residency_us: float


#: C-states of the Haswell generation as Linux' ``intel_idle`` driver lists them.
HASWELL = (CState("C1", 2, 2), CState("C1E", 10, 20), CState("C3", 33, 100), CState("C6", 133, 400))


@dataclass(frozen=True)
class Idle:
    """Workloads that wait, under a governor that picks the deepest state that fits.

    Each run of a workload falls idle `workloads[name]` times; the idle times are exponential with mean `idle_us`
    (microseconds). The deepest state is taken whose residency is not longer than the idle time and whose exit
    latency is not above the limit (as ``/dev/cpu_dma_latency`` sets it); leaving it costs its exit latency. `limits`
    are the doses, in microseconds; ``None`` is the level ``default``: no limit.

    >>> idle = sl.datasets.Idle({"messages": 10_000})
    >>> idle.cost(None) > idle.cost(0)
    True
    """

    workloads: Mapping[str, int]
    limits: Sequence[float | None] = (None, 200, 50, 20, 5, 0)
    idle_us: float = 300.0
    states: Sequence[CState] = HASWELL

    def chances(self, limit: float | None) -> tuple[Floats, Floats]:
        """Return, for each state and last for none, the chance that it is taken and its exit latency (microseconds)."""
        allowed = sorted(
            (s for s in self.states if limit is None or s.exit_us <= limit), key=lambda s: s.residency_us, reverse=True
        )
        reach = np.array([np.exp(-s.residency_us / self.idle_us) for s in allowed] + [1.0])
        return np.diff(reach, prepend=0.0), np.array([s.exit_us for s in allowed] + [0.0])

    def cost(self, limit: float | None) -> float:
        """Return the expected cost of one wake-up at a limit, in microseconds."""
        chance, exits = self.chances(limit)
        return float(chance @ exits)


def level_of(limit: float | None) -> str:
    """The name of a limit as the frame has it."""
    return "default" if limit is None else f"{limit:g}"


def wake_costs(rng: np.random.Generator, frame: pd.DataFrame, idle: Idle) -> Floats:
    """Return the mean cost of a wake-up in each run (microseconds): what a latency test on the node would show."""
    cost = np.zeros(len(frame))
    for limit in idle.limits:
        chance, exits = idle.chances(limit)
        rows = np.flatnonzero((frame["cpu_dma_latency"] == level_of(limit)) & (frame["_wakeups"] > 0))
        counts = rng.multinomial(frame["_wakeups"].to_numpy()[rows], chance / chance.sum())
        cost[rows] = counts @ exits / counts.sum(axis=1)
    return cost
