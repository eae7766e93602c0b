"""Planning curves: what more nodes or repetitions buy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sidus_lab import palette
from sidus_lab.figures import _base


def planning_curves(
    table: pd.DataFrame,
    *,
    x: str,
    y: str,
    curve: str | None = None,
    target: float | None = None,
    x_unit: str = "",
    y_unit: str = "",
    log: bool = False,
    title: str = "",
    subtitle: str = "",
    simulated: bool = False,
) -> go.Figure:
    """Draw one line for each `curve` of `y` (power, width of an interval) against `x` (nodes, repetitions, minutes).

    Parameters
    ----------
    table : one row per point, numbers in `x` and `y`. curve : column that names the line a point belongs to.
    target : a wanted value of `y`, drawn as a dashed line with its number.
    x_unit, y_unit : for the axes. log : logarithmic `x` axis. subtitle : what the curves assume, in a few words.

    Raises `DataError` as the other figures do.

    Examples
    --------
    >>> import pandas as pd
    >>> curve = pd.DataFrame({"nodes": [2, 4, 8], "power": [0.1, 0.4, 0.8]})
    >>> sl.figures.planning_curves(curve, x="nodes", y="power").data[0].y.tolist()
    [0.1, 0.4, 0.8]
    """
    _base.need(table, [x, y, curve])
    data = pd.DataFrame({"x": _base.numbers(table, x), "y": _base.numbers(table, y)})
    data["curve"] = table[curve].astype(str).to_numpy() if curve else y
    names = list(dict.fromkeys(data["curve"]))
    fig = _base.figure(
        title=title or _base.heading(f"{_base.label(y)[0]} by {_base.label(x)[0]}"),
        subtitle=subtitle,
        height=340,
        legend_rows=int(len(names) > 1),
        simulated=simulated or _base.is_simulated(table),
    )
    for index, name in enumerate(names):
        part = data[data["curve"] == name].sort_values("x")
        fig.add_scatter(
            x=part["x"].to_numpy(),
            y=part["y"].to_numpy(),
            mode="lines+markers" if len(part) <= 40 else "lines",
            name=_base.text(name),
            line={"color": palette.color(index), "width": 2},
            marker={"symbol": palette.symbol(index), "size": 6},
            hovertemplate=f"{_base.text(x)} %{{x:.4g}}<br>{_base.text(y)} %{{y:.4g}}<extra>{_base.text(name)}</extra>",
        )
    if target is not None:
        fig.add_hline(
            y=target,
            line={"dash": "dash", "color": palette.LIGHT.quiet, "width": 1.5},
            annotation={"text": f"wanted: {target:g}", "font": {"size": 12}},
            annotation_position="top left",
        )
    across = _base.log_axis(float(data["x"].min()), float(data["x"].max())) if log else {}
    low = min(0.0, float(np.nanmin(data["y"])))
    fig.update_layout(
        xaxis=_base.axis_of(x, x_unit, **across),
        yaxis=_base.axis_of(y, y_unit, range=[low, float(np.nanmax([data["y"].max(), target or 0])) * 1.08]),
    )
    ends = [data[data["curve"] == name].sort_values("x") for name in names]
    said = "; ".join(
        f"{name}: {p['y'].iloc[0]:.3g} at {p['x'].iloc[0]:g} to {p['y'].iloc[-1]:.3g} at {p['x'].iloc[-1]:g}"
        for name, p in zip(names, ends, strict=True)
    )
    return _base.told(fig, said + (f"; wanted: {target:g}" if target is not None else ""))
