"""The boot waterfall: where the seconds between power-on and a usable node went."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sidus_lab import palette
from sidus_lab.figures import _base

#: From this number of nodes on, the median node is drawn with the spread of each stage instead of every node.
NODES = 40


def boot_waterfall(stages: pd.DataFrame, *, title: str = "") -> go.Figure:
    """Draw each node's boot as one bar: a segment ends where the node reported the stage that it is named after.

    Parameters
    ----------
    stages : one row per report, with the columns ``node``, ``stage`` and ``seconds`` (since power-on of that node).
        Stages keep the order in which they come in the frame. A stage ``refused`` is marked: the node did not come up.

    From 40 nodes on, one bar shows the medians over all nodes and a line for each stage the 5 to 95 % range of the
    time at which it was reached. Raises `DataError` for missing columns, no rows, or text where numbers belong.

    Examples
    --------
    >>> import pandas as pd
    >>> stages = pd.DataFrame({"node": "node1", "stage": ["ipxe", "ready"], "seconds": [4.0, 40.0]})
    >>> [trace.name for trace in sl.figures.boot_waterfall(stages).data]
    ['ipxe', 'ready']
    """
    _base.need(stages, ["node", "stage", "seconds"])
    data = pd.DataFrame({"node": stages["node"].astype(str), "stage": stages["stage"].astype(str)})
    data["seconds"] = _base.numbers(stages, "seconds")
    data = data[np.isfinite(data["seconds"])]
    order = [s for s in dict.fromkeys(data.sort_values("seconds", kind="stable")["stage"]) if s != "refused"]
    at = data.groupby(["node", "stage"])["seconds"].min().unstack()
    refused = at["refused"].dropna() if "refused" in at.columns else pd.Series(dtype=float)
    at = at.reindex(columns=order)
    order = list(at.median().sort_values(kind="stable").index)
    names = list(at.index)
    many = len(names) > NODES
    bars = at[order].median().to_frame(f"median of {len(names)} nodes").T if many else at[order]
    fig = _base.figure(
        title=title or "From power-on to a usable node",
        subtitle=_summary(at, order, refused),
        height=(60 + 42 * len(bars)) if not many else 110 + 24 * len(order),
        legend_rows=1 + len(order) // 8,
        simulated=_base.is_simulated(stages),
    )
    # A stage that a node never reported takes no time of its own: the next one starts where the last one known ended.
    ends = bars.ffill(axis=1).fillna(0.0)
    lengths = ends.diff(axis=1).fillna({order[0]: ends[order[0]]} if order else {}).clip(lower=0)
    for index, stage in enumerate(order):
        fig.add_bar(
            x=lengths[stage].to_numpy(),
            y=[_base.text(name) for name in bars.index],
            orientation="h",
            name=_base.text(stage),
            width=0.6,
            marker={
                "color": palette.color(index),
                "line": {"width": 1, "color": palette.LIGHT.ground},
                # A second channel beside colour when the colours start again.
                "pattern": {"shape": "/" if index >= len(palette.SERIES) else ""},
            },
            customdata=ends[stage].to_numpy(),
            meta={"x": "took (s)", "columns": ["reached after (s)"]},
            hovertemplate="%{y}, " + _base.text(stage) + " after %{customdata:.1f} s (took %{x:.1f} s)<extra></extra>",
        )
    if many:
        _ranges(fig, at, order)
    elif len(refused):
        fig.add_scatter(
            x=refused.to_numpy(),
            y=[_base.text(name) for name in refused.index],
            mode="markers+text",
            name="refused",
            text=["refused"] * len(refused),
            textposition="middle right",
            cliponaxis=False,
            marker={"symbol": "square", "size": 13, "color": palette.VERMILLION},
        )
    fig.update_layout(
        barmode="stack",
        xaxis=_base.axis("time since power-on", "s", rangemode="tozero"),
        yaxis=_base.axis("", autorange="reversed", gridcolor=_base.NONE, type="category"),
        legend={"traceorder": "normal"},
    )
    times = ", ".join(f"{stage} {at[stage].median():.0f} s" for stage in order)
    return _base.told(fig, f"{_summary(at, order, refused)}; medians: {times}")


def _summary(at: pd.DataFrame, order: list[str], refused: pd.Series[float]) -> str:
    """Say in words how many nodes came how far."""
    up = at[order[-1]].dropna() if order else pd.Series(dtype=float)
    text = f"{len(up)} of {len(at)} nodes reached '{_base.text(order[-1])}'" if order else f"{len(at)} nodes"
    if len(up):
        text += f", after {up.min():.0f} to {up.max():.0f} s" if len(up) > 1 else f", after {up.iloc[0]:.0f} s"
    return text + (f"; {len(refused)} refused to boot" if len(refused) else "")


def _ranges(fig: go.Figure, at: pd.DataFrame, order: list[str]) -> None:
    """Add, below the median bar, the range over the nodes of the time at which each stage was reached."""
    for index, stage in enumerate(order):
        low, high = np.nanquantile(at[stage].to_numpy(float), [0.05, 0.95])
        fig.add_scatter(
            x=[low, high],
            y=[f"{_base.text(stage)}, 5 to 95 %"] * 2,
            mode="lines+markers",
            showlegend=False,
            line={"color": palette.color(index), "width": 3},
            marker={"symbol": "line-ns-open", "size": 9, "line": {"width": 2}},
            hovertemplate="%{x:.1f} s<extra>" + _base.text(stage) + "</extra>",
        )
