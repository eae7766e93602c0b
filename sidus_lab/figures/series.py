"""Time series with change points: every run, the level between changes, and the window in which each change lies."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sidus_lab import palette
from sidus_lab.analysis.findings.common_cause import CommonChange
from sidus_lab.errors import DataError
from sidus_lab.figures import _base

#: Beyond this number of points a series is drawn as medians with the 10 to 90 % range in equal stretches of time.
POINTS = 2_000
_STRETCHES = 120


def time_series(
    frame: pd.DataFrame,
    *,
    value: str,
    time: str,
    by: str | None = None,
    changes: Iterable[CommonChange] = (),
    unit: str = "",
    log: bool = False,
    title: str = "",
) -> go.Figure:
    """Draw `value` over `time`, one colour and shape for each `by`, and a shaded window for each change.

    Parameters
    ----------
    frame : one row per run, in any order. value : column of a number. time : column of time stamps, compared in UTC.
    by : column of the file system, node or application. changes : as `common_changes` returns them; the band is the
        time between the last run before and the first run after.
    unit : of `value`; log : logarithmic axis.

    From 2,000 rows on, medians with the 10 to 90 % range are drawn for 120 stretches of time.
    Raises `DataError` for missing columns, no rows, text where numbers belong, unreadable times.

    Examples
    --------
    >>> runs = sl.datasets.simulate(nodes=1, repeats=5)
    >>> len(sl.figures.time_series(runs, value="duration", time="when").data) > 0
    True
    """
    _base.need(frame, [value, time, by])
    data = pd.DataFrame({"value": _base.numbers(frame, value), "by": frame[by].astype(str).to_numpy() if by else value})
    try:
        data["time"] = pd.to_datetime(frame[time], utc=True).array
    except (TypeError, ValueError) as error:
        raise DataError(f"The column {time!r} does not hold times: {error}.") from error
    data = data[np.isfinite(data["value"]) & data["time"].notna()].sort_values("time", kind="stable")
    if data.empty:
        raise DataError(f"No row has both {value!r} and {time!r}.")
    many = len(data) > POINTS
    names = sorted(data["by"].unique(), key=_base.natural)
    shown = list(changes)
    fig = _base.figure(
        title=title or _base.heading(f"{_base.label(value)[0]} over time"),
        subtitle=("medians, 10 to 90 %" if many else "points: single values")
        + ("; bands: windows in which a change lies" if shown else ""),
        height=340,
        legend_rows=int(len(names) > 1),
        simulated=_base.is_simulated(frame),
    )
    for index, name in enumerate(names):
        (_stretches if many else _runs)(fig, data[data["by"] == name], index, name)
    for number, change in enumerate(shown, start=1):
        fig.add_shape(
            {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "layer": "below", "line": {"width": 0}},
            x0=change.after.isoformat(),
            x1=change.before.isoformat(),
            fillcolor=palette.YELLOW,
            opacity=0.35,
        )
        middle = change.after + (change.before - change.after) / 2
        fig.add_annotation(
            {"x": middle.isoformat(), "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False},
            text=f"<b>{number}</b>",
            hovertext=f"{number}: between {change.after:%Y-%m-%d} and {change.before:%Y-%m-%d}",
        )
    positive = data.loc[data["value"] > 0, "value"]
    upwards = _base.log_axis(positive.min(), positive.max()) if log and len(positive) else {"nticks": 6}
    fig.update_layout(
        xaxis=_base.axis("time", "UTC", type="date"),
        yaxis=_base.axis_of(value, unit, **upwards),
    )
    if shown:
        fig.update_layout(margin={"t": fig.layout.margin.t + 18}, legend={"y": 1.06})
    when = "; ".join(f"a change between {c.after:%Y-%m-%d} and {c.before:%Y-%m-%d}" for c in shown)
    span = f"{len(data)} values from {data['time'].iloc[0]:%Y-%m-%d} to {data['time'].iloc[-1]:%Y-%m-%d}"
    return _base.told(fig, f"{span}, of {', '.join(names[:8])}{'; ' if when else ''}{when}")


def _runs(fig: go.Figure, part: pd.DataFrame, index: int, name: str) -> None:
    """Add one series as single points."""
    fig.add_scatter(
        x=part["time"].dt.strftime("%Y-%m-%dT%H:%M:%S").to_numpy(),
        y=part["value"].to_numpy(),
        mode="markers",
        name=_base.text(name),
        marker={
            "color": palette.color(index),
            "symbol": palette.symbol(index),
            "size": 7 if len(part) < 200 else 4.5,
            "opacity": 0.8,
        },
        hovertemplate="%{x}<br>%{y:.5g}<extra>" + _base.text(name) + "</extra>",
    )


def _stretches(fig: go.Figure, part: pd.DataFrame, index: int, name: str) -> None:
    """Add one series as medians and the 10 to 90 % range in equal stretches of time."""
    start, end = part["time"].iloc[0], part["time"].iloc[-1]
    width = (end - start) / _STRETCHES
    cut = ((part["time"] - start) / width).astype(int).clip(upper=_STRETCHES - 1) if width > pd.Timedelta(0) else 0
    table = part.groupby(cut)["value"].quantile(np.array([0.1, 0.5, 0.9])).unstack()
    table = table.reindex(range(_STRETCHES))  # a stretch without runs breaks the line
    places = pd.DatetimeIndex(start + (table.index.to_numpy() + 0.5) * width)
    middle = places.strftime("%Y-%m-%dT%H:%M:%S").to_numpy()
    full = table[0.5].notna().to_numpy()
    color = palette.color(index)
    fig.add_scatter(
        x=np.concatenate([middle[full], middle[full][::-1]]),
        y=np.concatenate([table[0.9].to_numpy()[full], table[0.1].to_numpy()[full][::-1]]),
        fill="toself",
        fillcolor=color,
        opacity=0.2,
        mode="none",
        hoverinfo="skip",
        showlegend=False,
        legendgroup=name,
    )
    fig.add_scatter(
        x=middle,
        y=table[0.5].to_numpy(),
        mode="lines+markers",
        name=_base.text(name),
        legendgroup=name,
        line={"color": color, "width": 1.5},
        marker={"color": color, "symbol": palette.symbol(index), "size": 5},
        hovertemplate="%{x}<br>median %{y:.5g}<extra>" + _base.text(name) + "</extra>",
    )
