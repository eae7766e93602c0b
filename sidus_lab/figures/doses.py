"""Dose and response: how the measured value follows the level of a setting, node by node."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from scipy import stats

from sidus_lab import palette
from sidus_lab.figures import _base


def dose_response(
    frame: pd.DataFrame,
    *,
    dose: str,
    value: str = "duration",
    node: str = "node",
    by: str | None = None,
    unit: str = "",
    dose_unit: str = "",
    title: str = "",
) -> go.Figure:
    """Draw the mean of `value` at each level of a setting, its 95 % interval over node means, and each node's mean.

    Parameters
    ----------
    frame : one row per run. dose : column of the level; numbers are put in order, and the level ``default`` comes last.
    value : column of the response.
    node : the unit of replication: repeats are averaged in it before the interval is taken (Student's t).
    by : column of the workload; controls then have colours and shapes of their own.
    unit, dose_unit : for the axes.

    Levels stand at equal distances. With one node there is no interval. Raises `DataError` as the other figures do.

    Examples
    --------
    >>> idle = sl.datasets.Idle({"messages": 10_000})
    >>> runs = sl.datasets.simulate(nodes=3, repeats=2, idle=idle)
    >>> len(sl.figures.dose_response(runs, dose="cpu_dma_latency").data) > 0
    True
    """
    _base.need(frame, [dose, value, node, by])
    data = pd.DataFrame({"value": _base.numbers(frame, value), "dose": frame[dose].astype(str), "node": frame[node]})
    data["by"] = frame[by].astype(str) if by else value
    means = data[np.isfinite(data["value"])].groupby(["by", "dose", "node"])["value"].mean().reset_index()
    levels = sorted(means["dose"].unique(), key=_rank)
    names = sorted(means["by"].unique(), key=_base.natural)
    fig = _base.figure(
        title=title or _base.heading(f"{_base.label(value)[0]} at each {_base.label(dose)[0]}"),
        subtitle="points: node means; lines: mean of the nodes, 95 % interval",
        height=340,
        legend_rows=int(len(names) > 1),
        simulated=_base.is_simulated(frame),
    )
    place = {level: i for i, level in enumerate(levels)}
    for index, name in enumerate(names):
        part = means[means["by"] == name]
        at = part["dose"].map(place).to_numpy(float)
        shift = (index - (len(names) - 1) / 2) * 0.12
        color, symbol = palette.color(index), palette.symbol(index)
        fig.add_scatter(
            x=at + shift + _base.spread(len(part)) * 0.08,
            y=part["value"].to_numpy(),
            mode="markers",
            legendgroup=name,
            showlegend=False,
            text=[_base.text(n) for n in part["node"]],
            marker={"color": color, "symbol": symbol, "size": 5, "opacity": 0.55},
            hovertemplate="%{text}<br>%{y:.5g}<extra>" + _base.text(name) + "</extra>",
        )
        groups = (
            part.groupby("dose")["value"]
            .agg(["mean", "std", "count"])
            .reindex([v for v in levels if v in set(part["dose"])])
        )
        half = stats.t.ppf(0.975, groups["count"] - 1) * groups["std"] / np.sqrt(groups["count"])
        fig.add_scatter(
            x=groups.index.map(place).to_numpy(float) + shift,
            y=groups["mean"].to_numpy(),
            mode="lines+markers",
            name=_base.text(name),
            legendgroup=name,
            line={"color": color, "width": 2},
            marker={"color": color, "symbol": symbol, "size": 9},
            error_y={"type": "data", "array": half.fillna(0).to_numpy(), "color": color, "thickness": 1.5, "width": 5},
            hovertemplate="mean %{y:.5g}<extra>" + _base.text(name) + "</extra>",
        )
    ticks = {"tickvals": list(range(len(levels))), "ticktext": [_base.text(level) for level in levels]}
    fig.update_layout(
        xaxis=_base.axis_of(dose, dose_unit, range=[-0.5, len(levels) - 0.5], **ticks), yaxis=_base.axis_of(value, unit)
    )
    overall = means.groupby(["by", "dose"])["value"].mean()
    ends = "; ".join(
        f"{name}: {overall[name, shown[0]]:.4g} at {shown[0]}, {overall[name, shown[-1]]:.4g} at {shown[-1]}"
        for name in names
        if (shown := [level for level in levels if (name, level) in overall.index])
    )
    return _base.told(fig, f"means of the nodes: {ends}")


def _rank(level: str) -> tuple[int, float, str]:
    """Put numbers in order, then words, then ``default`` (nothing set)."""
    try:
        return (0, float(level), "")
    except ValueError:
        return (2 if level == "default" else 1, 0.0, level)
