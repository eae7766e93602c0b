"""Data frames and figures that the tests of the figures share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sidus_lab import datasets, figures
from sidus_lab.analysis.numbers.variance import one_way


def runs(nodes: int = 2, repeats: int = 5) -> pd.DataFrame:
    """Two operations at two settings; on every second node `default` gives other bits, but for `exp` always."""
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_product(
        [[f"node{i + 1}" for i in range(nodes)], ["solve", "exp"], ["default", "Nehalem"], range(repeats)],
        names=["node", "operation", "OPENBLAS_CORETYPE", "repetition"],
    )
    frame = index.to_frame(index=False)
    frame["duration"] = rng.normal(1, 0.1, len(frame))
    kind = np.where(frame["node"].str[4:].astype(int) % 2 == 1, "new", "old")
    forced = (frame["OPENBLAS_CORETYPE"] == "Nehalem") & (frame["operation"] == "solve")
    frame["result_hash"] = frame["operation"] + np.where(forced, "old", kind)
    return frame.sample(frac=1, random_state=1).reset_index(drop=True)


def stages(nodes: int) -> pd.DataFrame:
    rows = [(f"node{n + 1}", s, t + n) for n in range(nodes) for s, t in (("ipxe", 4), ("initrd", 15), ("ready", 40))]
    return pd.DataFrame(rows, columns=["node", "stage", "seconds"])


def nights(count: int) -> pd.DataFrame:
    """Return runs of two nodes, one night apart; both are twice as slow in the second half."""
    when = pd.date_range("2024-01-01", periods=count, freq="D", tz="UTC")
    rng = np.random.default_rng(0)
    slow = np.where(np.arange(count) < count // 2, 1.0, 2.0)
    parts = [pd.DataFrame({"when": when, "node": n, "speed": slow * rng.normal(1, 0.03, count)}) for n in ("a", "b")]
    return pd.concat(parts, ignore_index=True)


def doses() -> pd.DataFrame:
    return datasets.simulate(nodes=4, repeats=3, idle=datasets.Idle({"messages": 10_000, "busy": 0}))


CURVES = pd.DataFrame({"nodes": [2, 4, 8] * 2, "power": [0.1, 0.4, 0.8, 0.2, 0.7, 0.99], "repeats": [3] * 3 + [9] * 3})

ESTIMATES = pd.DataFrame({"name": ["a", "<b>"], "value": [0.2, 0.9], "low": [0.1, np.nan], "high": [0.3, np.nan]})

SMALL: dict[str, Callable[[], go.Figure]] = {
    "strips": lambda: figures.strips(runs().head(10), unit="s"),
    "order_strips": lambda: figures.order_strips(runs().head(10), odd=["node2"]),
    "variance_bars": lambda: figures.variance_bars(
        [(w := one_way([1.0, 1.1, 2.0, 2.2], "aabb")).node, w.repeat], unit="s"
    ),
    "bit_agreement": lambda: figures.bit_agreement(runs(), setting="OPENBLAS_CORETYPE"),
    "boot_waterfall": lambda: figures.boot_waterfall(stages(2)),
    "time_series": lambda: figures.time_series(nights(5), value="speed", time="when", by="node", unit="1/s"),
    "dose_response": lambda: figures.dose_response(doses(), dose="cpu_dma_latency", unit="s", dose_unit="µs"),
    "intervals": lambda: figures.intervals(ESTIMATES, label="share", unit="%", reference=0.5),
    "planning_curves": lambda: figures.planning_curves(CURVES, x="nodes", y="power", x_unit="count", target=0.9),
}
LARGE: dict[str, Callable[[], go.Figure]] = {
    "strips": lambda: figures.strips(runs(100, 25), color="OPENBLAS_CORETYPE", unit="s"),
    "strips of many nodes": lambda: figures.strips(runs(2_500, 1)),
    "order_strips": lambda: figures.order_strips(runs(60, 8), color="OPENBLAS_CORETYPE"),
    "order_strips of many": lambda: figures.order_strips(runs(200, 13), color="OPENBLAS_CORETYPE"),
    "bit_agreement": lambda: figures.bit_agreement(runs(200, 13), setting="OPENBLAS_CORETYPE"),
    "boot_waterfall": lambda: figures.boot_waterfall(stages(3_400)),
    "time_series": lambda: figures.time_series(nights(5_000), value="speed", time="when", by="node"),
}


def points(figure: go.Figure, mode: str) -> list[Any]:
    """The traces of a figure that are drawn in this mode."""
    return [trace for trace in figure.data if getattr(trace, "mode", None) == mode]
