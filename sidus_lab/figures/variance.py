"""Bars for variance components: what share of the variance lies where, and how well that is known."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sidus_lab import palette
from sidus_lab.analysis.values import Component
from sidus_lab.errors import DataError
from sidus_lab.figures import _base


def variance_bars(
    components: Iterable[Component] | pd.DataFrame, *, unit: str = "", title: str = "", simulated: bool = False
) -> go.Figure:
    """Draw each variance component as a bar: its share of the total in percent, with its interval as a line.

    Parameters
    ----------
    components : the analysis' variance components, or a data frame with the columns ``source``, ``variance``, ``low``,
        ``high`` (ends of the interval of the variance, NaN where it is not known).
    unit : unit of the response; the standard deviation of each component is written in it.

    Interval ends are in the same percent of the estimated total; one that leaves the picture ends in an arrow and is
    written out. Raises `DataError` for missing columns, no rows, or a total of zero.
    """
    frame = components if isinstance(components, pd.DataFrame) else _frame(components)
    _base.need(frame, ["source", "variance", "low", "high"])
    variance, low, high = (_base.numbers(frame, name) for name in ("variance", "low", "high"))
    total = float(np.nansum(variance))
    if not total > 0:
        raise DataError("All variance components are zero, so there are no shares to draw.")
    names = [str(name) for name in frame["source"]]
    share, low, high = (100 * part / total for part in (variance, low, high))
    limit = 100.0 if np.nanmax([share.max(), *high[np.isfinite(high)]]) > 55 else 60.0
    fig = _base.figure(
        title=title or "Where the variance lies",
        subtitle="bars: share of the total; lines: 95 % interval",
        height=70 + 46 * len(names),
        simulated=simulated or _base.is_simulated(frame),
    )
    at = np.arange(len(names), dtype=float)[::-1]
    colors = [palette.color(i) for i in range(len(names))]
    fig.add_bar(
        x=share,
        y=at,
        orientation="h",
        width=0.42,
        marker={"color": colors, "opacity": 0.5},
        hovertext=[f"{_base.text(name)}: variance {v:.5g}" for name, v in zip(names, variance, strict=True)],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    for y, color, name, s, v, lo, hi in zip(at, colors, names, share, variance, low, high, strict=True):
        known = bool(np.isfinite(lo) and np.isfinite(hi))
        if known:
            fig.add_scatter(
                x=[lo, min(hi, limit)],
                y=[y, y],
                mode="lines+markers",
                hoverinfo="skip",
                line={"color": color, "width": 2},
                marker={"size": 11, "symbol": ["line-ns-open", "triangle-right" if hi > limit else "line-ns-open"]},
            )
        interval = f"{lo:.3g} to {hi:.3g} %" if known else "interval not known"
        deviation = f"; standard deviation {np.sqrt(v):.3g} {_base.text(unit)}" if unit else ""
        fig.add_annotation(
            {"x": 0, "y": y + 0.38, "xanchor": "left", "yanchor": "middle", "showarrow": False, "xshift": -2},
            text=f"<b>{_base.text(name)}</b>  {s:.3g} %  <span style='font-size:11px'>({interval}{deviation})</span>",
        )
    fig.update_layout(
        xaxis=_base.axis("share of the variance", "%", range=[0, limit * 1.02]),
        yaxis=_base.axis("", range=[-0.45, len(names) - 0.3], showticklabels=False, gridcolor="rgba(0,0,0,0)"),
    )
    return fig


def _frame(components: Iterable[Component]) -> pd.DataFrame:
    """Return components as the data frame that the drawing reads."""
    rows = [
        (c.name, c.value, *((c.interval.low, c.interval.high) if c.interval else (np.nan, np.nan))) for c in components
    ]
    return pd.DataFrame(rows, columns=["source", "variance", "low", "high"])
