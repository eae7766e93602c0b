"""Strips: every measurement of every node on one line, so that nodes and repeats can be seen apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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
#: Beyond this number of nodes, neighbours in the order of means are drawn together.
LINES = 300


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
    """Draw `value` for each `by` (a node) as a strip of points with its mean as a short bar.

    Parameters
    ----------
    frame : one row per measurement; rows without a value are left out.
    value, by : column of the measured number, and of the node or other unit.
    color : column of a factor; its levels get colour, shape and a lane of their own in the strip.
    panel : column whose values get a panel each, side by side, with their own scale (at most 6).
    unit : unit of `value`, for the axis; log : logarithmic axis.
    sort : order of the nodes; height : of the drawing in pixels. Names that have no room are left out.

    Beyond 60 nodes the order is that of the means; beyond 300, neighbours in it are drawn together. From 2,000 points
    on, a node (and level) is drawn as its range (thin; up to 60 nodes), quartiles (thick) and median.
    Raises `DataError` for missing columns, no rows, text where numbers belong.

    Examples
    --------
    >>> runs = sl.datasets.simulate(nodes=2, repeats=5)
    >>> "simulated data" in sl.figures.strips(runs, unit="s").layout.title.text
    True
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
    count = len(names)
    if count > LINES:
        data["by"], names = _together(data["by"], names)
    levels = sorted(data["color"].unique(), key=lambda level: (level != "default", _base.natural(level)))
    many = len(data) > POINTS
    single = not data.duplicated(["by", "color", "panel"]).any()
    shown_names = len(names) <= NAMES and (height is None or height - 70 >= 12 * len(names))
    room = 22 * min(len(levels), 4) if len(names) <= 12 else 16
    height = height or 70 + (min(max(len(names) * room, 60), 900) if shown_names else 560)
    fig = _base.figure(
        title=title or _base.heading(f"{_base.label(value)[0]} by {_base.label(by)[0]}"),
        subtitle=("range, quartiles and median of each" if shown_names else "quartiles and median of each")
        if many
        else _said(single),
        height=height,
        legend_rows=int(color is not None and len(levels) > 1),
        simulated=_base.is_simulated(frame),
    )
    drawn = _summaries if many else _points
    mark = max(11.0, 0.7 * (height - 70) / len(names) / len(levels))
    position = {name: i for i, name in enumerate(names)}
    for number, name in enumerate(panels):
        for index, level in enumerate(levels):
            part = data[(data["panel"] == name) & (data["color"] == level)]
            if len(part):
                middle = ((index + 0.5) / len(levels) - 0.5) * 0.8
                lane = _Lane(position, middle, 0.8 / len(levels), index, level if color else value, number, mark)
                drawn(fig, part, lane)
    label = f"{count} of {_base.label(by)[0]}, sorted by mean" + (f", in {LINES} groups" if count > LINES else "")
    _axes(fig, panels, value, unit, names if shown_names else None, label, len(names))
    if log:
        for number, name in enumerate(panels):
            shown = data.loc[(data["panel"] == name) & (data["value"] > 0), "value"]
            if len(shown):
                fig.layout["xaxis" if number == 0 else f"xaxis{number + 1}"].update(
                    _base.log_axis(shown.min(), shown.max())
                )
    return _base.told(fig, _in_words(data, by, count))


def _said(single: bool) -> str:
    """Say what the marks are: a table with one value for each may hold means, and calling them runs would be wrong."""
    return "points: one value each" if single else "points: single values; bars: means"


def _in_words(data: pd.DataFrame, by: str, count: int) -> str:
    """Say where the means lie, and whose are lowest and highest."""
    said = []
    for (panel, level), part in data.groupby(["panel", "color"]):
        means = part.groupby("by")["value"].mean()
        name = " ".join(word for word in (str(panel), str(level)) if word)
        ends = f"{means.min():.4g} ({means.idxmin()}) to {means.max():.4g} ({means.idxmax()})"
        said.append(f"{name}: means {ends}" if name else f"means {ends}")
    more = f"; and {len(said) - 12} more" if len(said) > 12 else ""
    return f"{count} of {_base.label(by)[0]}; {'; '.join(said[:12])}{more}"


def _order(data: pd.DataFrame, sort: str) -> list[str]:
    means = data.groupby("by")["value"].mean()
    if len(means) > NAMES or sort == "mean":
        return list(means.sort_values().index)
    return sorted(means.index, key=_base.natural, reverse=True)  # plotly counts upwards: the first name goes to the top


def _together(nodes: pd.Series[str], names: list[str]) -> tuple[pd.Series[str], list[str]]:
    """Put nodes that are neighbours in `names` into `LINES` groups; return the group of each row, and all groups."""
    groups = np.arange(len(names)) * LINES // len(names)
    first = dict(zip(groups[::-1], names[::-1], strict=True))  # the last one set is the first of its group
    sizes = np.bincount(groups)
    label = {name: f"{first[g]} and {sizes[g] - 1} more" for g, name in zip(groups, names, strict=True)}
    return nodes.map(label), list(dict.fromkeys(label[name] for name in names))


@dataclass(frozen=True)
class _Lane:
    """Where one level is drawn: `position` of each node, `middle` of the lane in it, and what marks the level.

    `mark` is the length of a mean's bar in pixels.
    """

    position: dict[str, int]
    middle: float
    width: float
    index: int
    label: str
    panel: int
    mark: float

    @property
    def color(self) -> str:
        return palette.color(self.index)

    @property
    def symbol(self) -> str:
        return palette.symbol(self.index)

    @property
    def axes(self) -> dict[str, str]:
        return {"xaxis": "x" if self.panel == 0 else f"x{self.panel + 1}", "yaxis": "y"}

    def at(self, names: Iterable[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Return the height at which each of these nodes has this lane."""
        return np.array([self.position[name] for name in names], dtype=float) - self.middle


def _points(fig: go.Figure, part: pd.DataFrame, lane: _Lane) -> None:
    """Add one level in one panel: a trace of points, and a trace of means where a node has more than one value."""
    middles = lane.at(part["by"])
    jitter = np.zeros(len(part))
    for rows in part.groupby("by", sort=False).indices.values():
        jitter[rows] = _base.spread(len(rows)) * lane.width * (0.7 if len(rows) > 3 else 0.25)
    axes = lane.axes
    fig.add_scatter(
        x=part["value"].to_numpy(),
        y=middles + jitter,
        mode="markers",
        name=_base.text(lane.label),
        legendgroup=lane.label,
        showlegend=lane.panel == 0,
        marker={
            "color": lane.color,
            "symbol": lane.symbol,
            "size": 7 if len(part) < 300 else 5,
            "opacity": 0.8 if len(part) < 300 else 0.55,
        },
        text=[_base.text(name) for name in part["by"]],
        hovertemplate="%{text}<br>%{x:.5g}<extra>" + _base.text(lane.label) + "</extra>",
        **axes,
    )
    if not part["by"].duplicated().any():
        return
    means = part.groupby("by")["value"].mean()
    # As markers, so that they keep their length in pixels however many nodes share the height; on paper, so that they
    # stand out from the points under them.
    for color, size, width in ((palette.LIGHT.ground, lane.mark + 4, 7), (lane.color, lane.mark, 4)):
        fig.add_scatter(
            x=means.to_numpy(),
            y=lane.at(means.index),
            mode="markers",
            name=f"means of {_base.text(lane.label)}",
            legendgroup=lane.label,
            showlegend=False,
            hoverinfo="skip",
            marker={"symbol": "line-ns-open", "size": size, "color": color, "line": {"width": width}},
            **axes,
        )


def _summaries(fig: go.Figure, part: pd.DataFrame, lane: _Lane) -> None:
    """Add one level in one panel as range, quartiles and median of each node."""
    q = part.groupby("by")["value"].quantile(np.array([0.0, 0.25, 0.5, 0.75, 1.0])).unstack()
    at = lane.at(q.index)
    axes = lane.axes
    thick = max(2.0, min(12.0, 400 * lane.width / len(lane.position)))
    # Beyond the number of names that fit, the ranges only hide one another.
    lines = ((0.0, 1.0, 1.0), (0.25, 0.75, thick)) if len(lane.position) <= NAMES else ((0.25, 0.75, thick),)
    for low, high, line in lines:
        fig.add_scatter(
            **_segments(q[low].to_numpy(), q[high].to_numpy(), at, at),
            mode="lines",
            name=_base.text(lane.label),
            legendgroup=lane.label,
            showlegend=lane.panel == 0 and line == thick,
            opacity=0.9 if line == thick else 0.6,
            hoverinfo="skip",
            line={"color": lane.color, "width": line},
            **axes,
        )
    fig.add_scatter(
        x=q[0.5].to_numpy(),
        y=at,
        mode="markers",
        legendgroup=lane.label,
        showlegend=False,
        text=[_base.text(name) for name in q.index],
        hovertemplate="%{text}<br>median %{x:.5g}<extra>" + _base.text(lane.label) + "</extra>",
        marker={
            "color": palette.LIGHT.ink if len(lane.position) <= NAMES else lane.color,
            "symbol": "line-ns-open" if len(lane.position) <= NAMES else lane.symbol,
            "size": max(4, thick * 1.3),
            "line": {"width": 2 if len(lane.position) <= NAMES else 0},
        },
        **axes,
    )


def _segments(x0: Any, x1: Any, y0: Any, y1: Any) -> dict[str, Any]:
    """Return many separate lines as one trace: NaN between them breaks the line."""
    gap = np.full(len(x0), np.nan)
    return {"x": np.column_stack([x0, x1, gap]).ravel(), "y": np.column_stack([y0, y1, gap]).ravel()}


def _axes(
    fig: go.Figure,
    panels: list[str],
    value: str,
    unit: str,
    names: list[str] | None,
    label: str,
    count: int,
) -> None:
    """Set one shared vertical axis of names and one horizontal axis for each panel."""
    vertical = _base.axis("", range=[-0.6, count - 0.4], gridcolor=_base.NONE)
    if names is None:
        vertical |= {"title": {"text": _base.text(label)}, "showticklabels": False}
    else:
        vertical |= {"tickvals": list(range(count)), "ticktext": [_base.text(_short(name)) for name in names]}
    gap = 0.06
    width = (1 - gap * (len(panels) - 1)) / len(panels)
    layout: dict[str, Any] = {"yaxis": vertical}
    for number, name in enumerate(panels):
        left = number * (width + gap)
        words, known = _base.label(value)
        heading = f"{name}: {words}" if len(panels) > 1 else words
        horizontal = _base.axis(
            _base.text(heading), unit or known, domain=[left, left + width], anchor="y", nticks=max(4, 9 // len(panels))
        )
        layout["xaxis" if number == 0 else f"xaxis{number + 1}"] = horizontal
    fig.update_layout(**layout)


def _short(name: str) -> str:
    return name if len(name) <= 24 else name[:10] + "…" + name[-12:]
