"""Order strips: every value in the order of time, node beside node and boot by boot, with the odd nodes marked.

The claim "this node is slower than the others, by more than any node differs from itself" can be seen in it: how far
the nodes lie apart, how far the boots of one node do, whether something drifts or jumps in time.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sidus_lab import palette
from sidus_lab.errors import DataError
from sidus_lab.figures import _base

#: Beyond this number of values a boot is drawn as its quartiles and median instead of single values.
POINTS = 3_000
#: Beyond this number of nodes their names do not fit below one another's.
NAMES = 60
#: Up to this number of nodes a line shows where a new boot begins.
EDGES = 24


def order_strips(
    frame: pd.DataFrame,
    *,
    value: str = "duration",
    node: str = "node",
    boot: str = "boot",
    order: str = "",
    color: str | None = None,
    odd: Collection[str] = (),
    unit: str = "",
    title: str = "",
    log: bool = False,
) -> go.Figure:
    """Draw `value` in the order of time within each node's strip, its boots one after another, on one scale for all.

    Parameters
    ----------
    frame : one row per measurement; rows without a value are left out.
    value, node : column of the measured number, and of the node.
    boot : column of the boot's id; a frame without it is taken for one boot a node.
    order : column of the time or of the order; by default ``when``, else ``order``, else the order of the rows.
    color : column of a setting; the level ``default`` comes first, each has a colour and a shape of its own.
    odd : names of nodes to mark: their strips are tinted and their names are bold, with a sign.
    unit : of `value`; log : logarithmic axis.

    The short lines are the means of the boots, and a dashed line is the median of the nodes' means (those that are
    marked left out), one for each level. Good for 2 to 60 nodes; beyond, names are left out. From 3,000 values on, a
    boot is drawn as its quartiles. Raises `DataError` for missing columns, no rows, text where numbers belong, a marked
    node that is not there.

    Examples
    --------
    >>> runs = sl.datasets.simulate(nodes=2, repeats=5)
    >>> len(sl.figures.order_strips(runs, unit="s").data) > 0
    True
    """
    _base.need(frame, [value, node, color, order or None])
    data = _arranged(frame, value, node, boot, order, color)
    names = sorted(data["node"].unique(), key=_base.natural)
    missing = sorted(set(map(str, odd)) - set(names))
    if missing:
        raise DataError(f"There is no node {missing[0]!r} to mark.", hint="choose from " + ", ".join(names[:12]))
    levels = sorted(data["color"].unique(), key=lambda level: (level != "default", _base.natural(level)))
    many = len(data) > POINTS
    boots = data.groupby("node")["boot"].nunique()
    several = bool((boots > 1).any())
    fig = _base.figure(
        title=title or _base.heading(f"{_base.label(value)[0]}, run after run"),
        subtitle=_subtitle(several, many, bool(odd)),
        height=340,
        legend_rows=int(color is not None and len(levels) > 1),
        simulated=_base.is_simulated(frame),
    )
    data["x"] = _places(data, {name: i for i, name in enumerate(names)})
    for index, level in enumerate(levels):
        part = data[data["color"] == level]
        (_quartiles if many else _values)(fig, part, index, level if color else _base.label(value)[0])
    for index, level in enumerate(levels):
        _means(fig, data[data["color"] == level], index, level if color else _base.label(value)[0], alone=many)
    _strips(fig, data, names, set(map(str, odd)))
    others = data[~data["node"].isin(list(map(str, odd)))]
    middles = others.groupby(["color", "node"])["value"].mean().groupby("color").median()
    for index, level in enumerate(levels):
        if level in middles.index:
            fig.add_hline(y=middles[level], line={"dash": "dash", "color": palette.color(index), "width": 1.5})
    fig.update_layout(xaxis=_across(names, set(map(str, odd)), node, several), yaxis=_upwards(data, value, unit, log))
    return _base.told(fig, _in_words(data, names, list(map(str, odd)), levels, middles))


def _arranged(frame: pd.DataFrame, value: str, node: str, boot: str, order: str, color: str | None) -> pd.DataFrame:
    """Return node, boot, color, value and rank of time, sorted: boots in the order of their first value."""
    data = pd.DataFrame({"value": _base.numbers(frame, value), "node": frame[node].astype(str).to_numpy()})
    data["boot"] = frame[boot].astype(str).to_numpy() if boot in frame.columns else ""
    data["color"] = frame[color].astype(str).to_numpy() if color else ""
    by = order or next((name for name in ("when", "order") if name in frame.columns), "")
    data["rank"] = frame[by].rank(method="first").to_numpy() if by else np.arange(len(frame), dtype=float)
    data = data[np.isfinite(data["value"]) & data["rank"].notna()]
    if data.empty:
        raise DataError(f"The column {value!r} has no finite values.")
    data["first"] = data.groupby(["node", "boot"])["rank"].transform("min")
    done: pd.DataFrame = data.sort_values(["node", "first", "rank"], kind="stable").reset_index(drop=True)
    return done


def _places(data: pd.DataFrame, position: dict[str, int]) -> Any:
    """Return where each value stands: the node's strip is one wide, its values even in the order of time."""
    rank = data.groupby("node").cumcount()
    count = data.groupby("node")["node"].transform("size")
    return data["node"].map(position) - 0.5 + 0.08 + 0.84 * (rank + 0.5) / count


def _values(fig: go.Figure, part: pd.DataFrame, index: int, label: str) -> None:
    small = len(part) > 600
    fig.add_scatter(
        x=part["x"].round(4).to_numpy(),
        y=part["value"].to_numpy(),
        mode="markers",
        name=_base.text(label),
        legendgroup=label,
        text=[_base.text(name) for name in part["node"]],
        marker={
            "color": palette.color(index),
            "symbol": palette.symbol(index),
            "size": 4 if small else 6.5,
            "opacity": 0.75,
        },
        hovertemplate="%{text}<br>%{y:.5g}<extra>" + _base.text(label) + "</extra>",
    )


def _quartiles(fig: go.Figure, part: pd.DataFrame, index: int, label: str) -> None:
    groups = part.groupby(["node", "boot"], sort=False)
    found = groups["value"].quantile(np.array([0.25, 0.75])).unstack()
    at, gap = groups["x"].mean().round(4).to_numpy(), np.full(len(found), np.nan)
    fig.add_scatter(
        x=np.column_stack([at, at, gap]).ravel(),
        y=np.column_stack([found[0.25], found[0.75], gap]).ravel(),
        mode="lines",
        name=_base.text(label),
        legendgroup=label,
        hoverinfo="skip",
        line={"color": palette.color(index), "width": 5},
        opacity=0.6,
    )


def _means(fig: go.Figure, part: pd.DataFrame, index: int, label: str, *, alone: bool) -> None:
    """Add the mean of each boot as a line over the boot's width; it answers to the mouse where no values do."""
    groups = part.groupby(["node", "boot"], sort=False)
    mean, gap = groups["value"].mean().to_numpy(), np.full(groups.ngroups, np.nan)
    low, high = groups["x"].min().to_numpy() - 0.02, groups["x"].max().to_numpy() + 0.02
    fig.add_scatter(
        x=np.column_stack([low, high, gap]).ravel().round(4),
        y=np.column_stack([mean, mean, gap]).ravel(),
        mode="lines",
        legendgroup=label,
        showlegend=False,
        name=_base.text(label),
        text=[_base.text(name) for name in groups["node"].first() for _ in range(3)] if alone else None,
        hoverinfo=None if alone else "skip",
        hovertemplate="%{text}<br>mean %{y:.5g}<extra>" + _base.text(label) + "</extra>" if alone else None,
        line={"color": palette.color(index), "width": 3},
    )


def _strips(fig: go.Figure, data: pd.DataFrame, names: list[str], odd: set[str]) -> None:
    """Add the ground of each strip, the tint of those that are marked, and a line between two boots."""
    sky = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "line": {"width": 0}, "layer": "below"}
    for number, name in enumerate(names):
        if name in odd:
            fig.add_shape({**sky, "fillcolor": palette.YELLOW, "opacity": 0.35}, x0=number - 0.5, x1=number + 0.5)
        elif number % 2:
            fig.add_shape({**sky, "fillcolor": palette.LIGHT.grid, "opacity": 0.45}, x0=number - 0.5, x1=number + 0.5)
    same = (data["node"] == data["node"].shift()) & (data["boot"] != data["boot"].shift())
    edges = ((data["x"] + data["x"].shift()) / 2)[same].round(4).to_numpy()
    gap = np.full(len(edges), np.nan)
    if len(edges) and len(names) <= EDGES:
        low, high = data["value"].min(), data["value"].max()
        fig.add_scatter(
            x=np.column_stack([edges, edges, gap]).ravel(),
            y=np.column_stack([np.full(len(edges), low), np.full(len(edges), high), gap]).ravel(),
            mode="lines",
            name="a new boot",
            showlegend=False,
            hoverinfo="skip",
            line={"color": palette.LIGHT.frame, "width": 1, "dash": "dot"},
        )


def _across(names: list[str], odd: set[str], node: str, several: bool) -> dict[str, Any]:
    title = f"{_base.label(node)[0]}; in each, {'boot after boot, ' if several else ''}the values in the order of time"
    axis = _base.axis(_base.text(title), range=[-0.5, len(names) - 0.5], gridcolor=_base.NONE)
    marked = {name: f"<b>◆ {_base.text(name)}</b>" for name in odd}
    if len(names) > NAMES:
        axis |= {"tickvals": [i for i, name in enumerate(names) if name in odd]}
        return axis | {"ticktext": [marked[name] for name in names if name in odd]}
    axis |= {"tickvals": list(range(len(names))), "ticktext": [marked.get(n, _base.text(n)) for n in names]}
    return axis | {"tickangle": -90 if len(names) > 12 else 0, "tickfont": {"size": 13 if len(names) <= 30 else 11}}


def _upwards(data: pd.DataFrame, value: str, unit: str, log: bool) -> dict[str, Any]:
    positive = data.loc[data["value"] > 0, "value"]
    if log and len(positive):
        return _base.axis_of(value, unit, **_base.log_axis(positive.min(), positive.max()))
    return _base.axis_of(value, unit, nticks=7)


def _subtitle(several: bool, many: bool, marked: bool) -> str:
    parts = ["bars: quartiles of a boot" if many else "points: single values"]
    parts.append("lines: mean of each boot" if several else "lines: means")
    parts.append("dashed: the middle node")
    return "; ".join(parts) + ("; ◆: odd" if marked else "")


def _in_words(
    data: pd.DataFrame, names: list[str], odd: list[str], levels: list[str], middles: pd.Series[float]
) -> str:
    """Say how far the marked nodes are from the middle of the others, and how far the means of all nodes reach."""
    means = data.groupby(["color", "node"])["value"].mean()
    said = [f"{len(names)} nodes, {data.groupby(['node', 'boot']).ngroups} boots, {len(data)} values"]
    for level in levels:
        at = f" at {level}" if level else ""
        for name in odd[:8]:
            if level in middles.index and middles[level] and (level, name) in means.index:
                away = 100 * (means[level, name] / middles[level] - 1)
                said.append(f"{name} is marked: {away:+.3g} % from the middle of the others{at}")
        said.append(f"means of the nodes{at} {means[level].min():.4g} to {means[level].max():.4g}")
    return "; ".join(said)
