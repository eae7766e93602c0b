"""Strips: every measurement of every node on one line, so that nodes and repeats can be seen apart."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sidus_lab import palette
from sidus_lab.errors import DataError
from sidus_lab.figures import _base

#: Beyond this number of points a node is drawn as range, quartiles and median instead of single points.
POINTS = 2_000
#: Beyond this number of nodes the names do not fit.
NAMES = 60


def strips(
    frame: pd.DataFrame,
    *,
    value: str = "duration",
    by: str = "node",
    color: str | None = None,
    panel: str | None = None,
    unit: str = "",
    title: str = "",
    log: bool = False,
    sort: Literal["name", "mean"] = "name",
    height: int | None = None,
) -> go.Figure:
    """Draw `value` for each `by` (a node) as a strip of points with its mean as a short line.

    Parameters
    ----------
    frame : one row per measurement; rows without a value are left out.
    value, by : column of the measured number, and of the node or other unit.
    color : column of a factor; its levels get colour, shape and a lane of their own in the strip.
    panel : column whose values get a panel each, side by side, with their own scale (at most 6).
    unit : unit of `value`, for the axis; log : logarithmic axis.
    sort : order of the nodes; height : of the drawing in pixels. Names that have no room are left out.

    Nodes are sorted by name, or by mean where there are more than 60. From 2,000 points on, a node (and level)
    is drawn as its range (thin; up to 60 nodes), quartiles (thick) and median: small and still readable.
    Raises `DataError` for missing columns, no rows, text where numbers belong.
    """
    _base.need(frame, [value, by, color, panel])
    data = pd.DataFrame({"value": _base.numbers(frame, value), "by": frame[by].astype(str).to_numpy()})
    data["color"] = frame[color].astype(str).to_numpy() if color else ""
    data["panel"] = frame[panel].astype(str).to_numpy() if panel else ""
    data = data[np.isfinite(data["value"])]
    if data.empty:
        raise DataError(f"The column {value!r} has no finite values.")
    panels = list(data["panel"].unique())
    if len(panels) > 6:
        raise DataError(f"{len(panels)} panels do not fit side by side.", hint="choose at most 6 values first")
    names = _order(data, sort)
    levels = sorted(data["color"].unique(), key=lambda level: (level != "default", _base.natural(level)))
    many = len(data) > POINTS
    shown_names = len(names) <= NAMES and (height is None or height - 70 >= 12 * len(names))
    lane = 22 * min(len(levels), 4) if len(names) <= 12 else 16
    height = height or 70 + (min(max(len(names) * lane, 60), 900) if shown_names else 560)
    fig = _base.figure(
        title=title or f"{value} by {by}",
        subtitle=("range, quartiles and median of each" if shown_names else "quartiles and median of each")
        if many
        else "points: single runs; lines: means",
        height=height,
        legend_rows=int(color is not None and len(levels) > 1),
        simulated=_base.is_simulated(frame),
    )
    position = {name: i for i, name in enumerate(names)}
    for number, name in enumerate(panels):
        for index, level in enumerate(levels):
            part = data[(data["panel"] == name) & (data["color"] == level)]
            if len(part):
                lane_middle = ((index + 0.5) / len(levels) - 0.5) * 0.8
                add = _summaries if many else _points
                add(fig, part, position, lane_middle, 0.8 / len(levels), index, level if color else value, number)
    _axes(fig, panels, value, unit, log, names if shown_names else None, by, len(names))
    return fig


def _order(data: pd.DataFrame, sort: str) -> list[str]:
    means = data.groupby("by")["value"].mean()
    if len(means) > NAMES or sort == "mean":
        return list(means.sort_values().index)
    return sorted(means.index, key=_base.natural, reverse=True)  # plotly counts upwards: the first name goes to the top


def _points(
    fig: go.Figure,
    part: pd.DataFrame,
    position: dict[str, int],
    middle: float,
    width: float,
    index: int,
    label: str,
    panel: int,
) -> None:
    """Add one level in one panel: a trace of points, a trace of mean lines."""
    middles = part["by"].map(position).to_numpy(float) - middle
    jitter = np.zeros(len(part))
    for rows in part.groupby("by", sort=False).indices.values():
        jitter[rows] = _base.spread(len(rows)) * width * (0.7 if len(rows) > 3 else 0.25)
    axes = _axes_of(panel)
    fig.add_scatter(
        x=part["value"].to_numpy(),
        y=middles + jitter,
        mode="markers",
        name=_base.text(label),
        legendgroup=label,
        showlegend=panel == 0,
        marker={
            "color": palette.color(index),
            "symbol": palette.symbol(index),
            "size": 7 if len(part) < 300 else 5,
            "opacity": 0.85,
        },
        text=[_base.text(name) for name in part["by"]],
        hovertemplate="%{text}<br>%{x:.5g}<extra>" + _base.text(label) + "</extra>",
        **axes,
    )
    means = part.groupby("by")["value"].mean()
    at = np.array([position[name] for name in means.index], dtype=float) - middle
    fig.add_scatter(
        **_segments(means.to_numpy(), means.to_numpy(), at - width * 0.46, at + width * 0.46),
        mode="lines",
        legendgroup=label,
        showlegend=False,
        hoverinfo="skip",
        line={"color": palette.color(index), "width": 3},
        **axes,
    )


def _summaries(
    fig: go.Figure,
    part: pd.DataFrame,
    position: dict[str, int],
    middle: float,
    width: float,
    index: int,
    label: str,
    panel: int,
) -> None:
    """Add one level in one panel as range, quartiles and median of each node."""
    q = part.groupby("by")["value"].quantile(np.array([0.0, 0.25, 0.5, 0.75, 1.0])).unstack()
    at = np.array([position[name] for name in q.index], dtype=float) - middle
    axes = _axes_of(panel)
    thick = max(2.0, min(12.0, 400 * width / len(position)))
    # Beyond the number of names that fit, the ranges only hide one another.
    lines = ((0.0, 1.0, 1.0), (0.25, 0.75, thick)) if len(position) <= NAMES else ((0.25, 0.75, thick),)
    for low, high, line in lines:
        fig.add_scatter(
            **_segments(q[low].to_numpy(), q[high].to_numpy(), at, at),
            mode="lines",
            name=_base.text(label),
            legendgroup=label,
            showlegend=panel == 0 and line == thick,
            opacity=0.9 if line == thick else 0.6,
            hoverinfo="skip",
            line={"color": palette.color(index), "width": line},
            **axes,
        )
    fig.add_scatter(
        x=q[0.5].to_numpy(),
        y=at,
        mode="markers",
        legendgroup=label,
        showlegend=False,
        text=[_base.text(name) for name in q.index],
        hovertemplate="%{text}<br>median %{x:.5g}<extra>" + _base.text(label) + "</extra>",
        marker={
            "color": palette.GREY if len(position) <= NAMES else palette.color(index),
            "symbol": "line-ns-open" if len(position) <= NAMES else palette.symbol(index),
            "size": max(4, thick * 1.3),
            "line": {"width": 2 if len(position) <= NAMES else 0},
        },
        **axes,
    )


def _segments(x0: Any, x1: Any, y0: Any, y1: Any) -> dict[str, Any]:
    """Return many separate lines as one trace: NaN between them breaks the line."""
    gap = np.full(len(x0), np.nan)
    return {"x": np.column_stack([x0, x1, gap]).ravel(), "y": np.column_stack([y0, y1, gap]).ravel()}


def _axes_of(panel: int) -> dict[str, str]:
    return {"xaxis": "x" if panel == 0 else f"x{panel + 1}", "yaxis": "y"}


def _axes(
    fig: go.Figure,
    panels: list[str],
    value: str,
    unit: str,
    log: bool,
    names: list[str] | None,
    by: str,
    count: int,
) -> None:
    """Set one shared vertical axis of names and one horizontal axis for each panel."""
    vertical = _base.axis(by if names is None else "", range=[-0.6, count - 0.4], gridcolor="rgba(0,0,0,0)")
    if names is None:
        vertical |= {"title": {"text": f"{count} of {by}, sorted by mean"}, "showticklabels": False}
    else:
        vertical |= {"tickvals": list(range(count)), "ticktext": [_base.text(_short(name)) for name in names]}
    gap = 0.06
    width = (1 - gap * (len(panels) - 1)) / len(panels)
    layout: dict[str, Any] = {"yaxis": vertical}
    for number, name in enumerate(panels):
        left = number * (width + gap)
        heading = f"{name}: {value}" if len(panels) > 1 else value
        horizontal = _base.axis(
            _base.text(heading), unit, domain=[left, left + width], anchor="y", nticks=max(4, 9 // len(panels))
        )
        if log:
            horizontal["type"] = "log"
        layout["xaxis" if number == 0 else f"xaxis{number + 1}"] = horizontal
    fig.update_layout(**layout)


def _short(name: str) -> str:
    return name if len(name) <= 24 else name[:10] + "…" + name[-12:]
