"""Estimates with their intervals, one line each: a forest plot."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sidus_lab import palette
from sidus_lab.figures import _base

#: Beyond this number of lines the names do not fit.
NAMES = 80


def intervals(
    table: pd.DataFrame,
    *,
    name: str = "name",
    value: str = "value",
    low: str = "low",
    high: str = "high",
    color: str | None = None,
    reference: float | None = None,
    label: str = "",
    unit: str = "",
    title: str = "",
    subtitle: str = "points: estimates; lines: 95 % intervals",
    simulated: bool = False,
) -> go.Figure:
    """Draw one estimate with its interval for each row of `table`, in the order of the rows from top to bottom.

    Parameters
    ----------
    table : columns `name`, `value`, `low`, `high` (NaN where there is no interval), and `color` (a group) where wanted.
    reference : a value to compare with, drawn as a dashed line (no difference, say).
    label, unit : what is estimated, for the axis.

    Raises `DataError` for missing columns, no rows, text where numbers belong.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"name": ["a"], "value": [0.2], "low": [0.1], "high": [0.3]})
    >>> len(sl.figures.intervals(table).data) > 0
    True
    """
    _base.need(table, [name, value, low, high, color])
    data = pd.DataFrame({key: _base.numbers(table, column) for key, column in (("v", value), ("l", low), ("h", high))})
    data["name"] = table[name].astype(str).to_numpy()
    data["group"] = table[color].astype(str).to_numpy() if color else ""
    count = len(data)
    data["at"] = np.arange(count, dtype=float)[::-1]
    groups = sorted(data["group"].unique(), key=_base.natural)
    fig = _base.figure(
        title=title or _base.heading(label or _base.label(value)[0]),
        subtitle=subtitle,
        height=60 + (17 * count if count <= NAMES else 700),
        legend_rows=int(len(groups) > 1),
        simulated=simulated or _base.is_simulated(table),
    )
    for index, group in enumerate(groups):
        part = data[data["group"] == group]
        gap = np.full(len(part), np.nan)
        fig.add_scatter(
            x=np.column_stack([part["l"], part["h"], gap]).ravel(),
            y=np.repeat(part["at"].to_numpy(), 3),
            mode="lines",
            legendgroup=group,
            showlegend=False,
            hoverinfo="skip",
            opacity=0.6,
            line={"color": palette.color(index), "width": 3},
        )
        fig.add_scatter(
            x=part["v"].to_numpy(),
            y=part["at"].to_numpy(),
            mode="markers",
            name=_base.text(group),
            legendgroup=group,
            marker={"color": palette.color(index), "symbol": palette.symbol(index), "size": 8},
            text=[_base.text(n) for n in part["name"]],
            customdata=part[["l", "h"]].to_numpy(),
            meta={"columns": ["from", "to"]},
            hovertemplate="%{text}: %{x:.4g}<br>%{customdata[0]:.3g} to %{customdata[1]:.3g}<extra></extra>",
        )
    if reference is not None:
        fig.add_vline(x=reference, line={"dash": "dash", "color": palette.LIGHT.quiet, "width": 1.5})
    vertical = _base.axis("", range=[-0.7, count - 0.3], gridcolor=_base.NONE)
    if count <= NAMES:
        vertical |= {"tickvals": data["at"].tolist(), "ticktext": [_base.text(n) for n in data["name"]]}
        vertical["tickfont"] = {"size": 11 if count > 20 else 13}
    else:
        vertical |= {"showticklabels": False, "title": {"text": f"{count} estimates"}}
    fig.update_layout(xaxis=_base.axis(label, unit) if label else _base.axis_of(value, unit), yaxis=vertical)
    first = data.head(20)
    said = "; ".join(
        f"{n} {v:.3g}" + (f" ({lo:.3g} to {hi:.3g})" if np.isfinite(lo) and np.isfinite(hi) else "")
        for n, v, lo, hi in zip(first["name"], first["v"], first["l"], first["h"], strict=True)
    )
    return _base.told(fig, said + (f"; and {count - 20} more" if count > 20 else ""))
