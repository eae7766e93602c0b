"""Bars for variance components: how large each source of scatter is in the response's own unit, and how well known."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sidus_lab import palette
from sidus_lab.analysis.values import Component
from sidus_lab.errors import DataError
from sidus_lab.figures import _base

#: An interval that reaches beyond this many times the longest bar ends in an arrow, so that it does not hide the bars.
REACH = 2.5


def variance_bars(
    components: Iterable[Component] | pd.DataFrame, *, unit: str = "", title: str = "", simulated: bool = False
) -> go.Figure:
    """Draw each variance component as a bar: its standard deviation, with the 95 % interval as a line.

    Parameters
    ----------
    components : the analysis' variance components, or a data frame with the columns ``source``, ``variance``, ``low``,
        ``high`` (ends of the interval of the variance, NaN where it is not known).
    unit : unit of the response, and so of the standard deviations.

    Standard deviations and not shares: their intervals are in the unit of what was measured, where the interval of a
    share of the *estimated* total can run to several hundred percent. The share is written beside the name, without an
    interval. An interval that leaves the picture ends in an arrow; its numbers are written out. Raises `DataError` for
    missing columns, no rows, or a total of zero.

    Examples
    --------
    >>> found = sl.analysis.one_way([1.0, 1.1, 2.0, 2.2], ["a", "a", "b", "b"])
    >>> len(sl.figures.variance_bars([found.node, found.repeat], unit="s").data) > 0
    True
    """
    frame = components if isinstance(components, pd.DataFrame) else _frame(components)
    _base.need(frame, ["source", "variance", "low", "high"])
    variance, low, high = (_base.numbers(frame, name) for name in ("variance", "low", "high"))
    total = float(np.nansum(variance))
    if not total > 0:
        raise DataError("All variance components are zero, so there are no shares to draw.")
    names = [str(name) for name in frame["source"]]
    size, low, high = (np.sqrt(np.maximum(part, 0)) for part in (variance, low, high))
    ends = high[np.isfinite(high)]
    limit = min(float(max([np.nanmax(size), *ends])), REACH * float(np.nanmax(size))) * 1.04
    fig = _base.figure(
        title=title or "How much each source scatters",
        subtitle="bars: standard deviation; lines: its 95 % interval",
        height=70 + 46 * len(names),
        simulated=simulated or _base.is_simulated(frame),
    )
    at = np.arange(len(names), dtype=float)[::-1]
    colors = [palette.color(i) for i in range(len(names))]
    fig.add_bar(
        x=size,
        y=at,
        orientation="h",
        width=0.42,
        marker={"color": colors, "opacity": 0.5},
        customdata=np.array([names, low, high, 100 * variance / total], dtype=object).T,
        meta={"columns": ["source", "from", "to", "share of the variance (%)"]},
        hovertemplate="%{customdata[0]}: %{x:.4g}<br>%{customdata[3]:.3g} % of the variance<extra></extra>",
    )
    said = []
    for y, color, name, s, lo, hi, share in zip(at, colors, names, size, low, high, variance / total, strict=True):
        known = bool(np.isfinite(lo) and np.isfinite(hi))
        if known:
            beyond = hi > limit
            fig.add_scatter(
                x=[lo, min(hi, limit)],
                y=[y, y],
                mode="lines+markers",
                hoverinfo="skip",
                line={"color": color, "width": 2},
                marker={"size": 11, "symbol": ["line-ns-open", "triangle-right" if beyond else "line-ns-open"]},
            )
        after = f" {unit}" if unit else ""
        interval = f"{lo:.3g} to {hi:.3g}{after}" if known else "interval not known"
        said.append(f"{name}: {s:.3g}{after} ({interval}), {100 * share:.3g} % of the variance")
        fig.add_annotation(
            {"x": 0, "y": y + 0.38, "xanchor": "left", "yanchor": "middle", "showarrow": False, "xshift": -2},
            text=f"<b>{_base.text(name)}</b>  {s:.3g}{_base.text(after)} "
            f"<span style='font-size:12px'>({_base.text(interval)}; {100 * share:.3g} % of the variance)</span>",
        )
    fig.update_layout(
        xaxis=_base.axis("standard deviation", _base.text(unit) or "unit of the response", range=[0, 1.02 * limit]),
        yaxis=_base.axis("", range=[-0.45, len(names) - 0.3], showticklabels=False, gridcolor=_base.NONE),
    )
    return _base.told(fig, "; ".join(said))


def _frame(components: Iterable[Component]) -> pd.DataFrame:
    """Return components as the data frame that the drawing reads."""
    rows = [
        (c.name, c.value, *((c.interval.low, c.interval.high) if c.interval else (np.nan, np.nan))) for c in components
    ]
    return pd.DataFrame(rows, columns=["source", "variance", "low", "high"])
