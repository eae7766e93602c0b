"""What all figures share: paper and ink, axes with labels and units, words for those who do not see it, checks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import plotly.io as pio

from sidus_lab import palette
from sidus_lab.errors import DataError
from sidus_lab.figures.behind import told as told
from sidus_lab.figures.drawing import Drawing
from sidus_lab.nodeset import natural as natural
from sidus_lab.palette import LIGHT

NONE = "rgba(0,0,0,0)"

_AXIS = {"gridcolor": LIGHT.grid, "zeroline": False, "linecolor": LIGHT.frame, "automargin": True}

#: Columns that people know by another name, with their units.
_LABELS = {
    "duration": ("duration", "s"),
    "seconds": ("time", "s"),
    "when": ("time", "UTC"),
    "order": ("order of execution", ""),
    "repetition": ("repetition", ""),
    "provider_vm_id": ("machine", ""),
    "cpu_dma_latency": ("allowed wake-up latency", ""),
}

Floats = np.ndarray[Any, np.dtype[np.float64]]


def figure(
    *, title: str, subtitle: str = "", height: int = 360, legend_rows: int = 0, simulated: bool = False
) -> go.Figure:
    """Return an empty figure in the house style: dark ink on white paper, which reads on any page and in print.

    Without plotly's 6 kB template. `height` in pixels is that of the drawing; title and `legend_rows` (between title
    and drawing) come on top. `simulated` puts the word into the title: nobody should take such a figure for a
    measurement.
    """
    shown = f"{title} (simulated data)" if simulated else title
    heading: dict[str, Any] = {"text": shown, "x": 0, "xref": "container", "xanchor": "left", "font": {"size": 16}}
    heading |= {"y": 1, "yref": "container", "yanchor": "top", "pad": {"l": 12, "t": 12}}
    if subtitle:
        heading["subtitle"] = {"text": subtitle, "font": {"size": 13, "color": LIGHT.quiet}}
    top = 40 + 22 * bool(subtitle) + 26 * legend_rows
    return Drawing(
        layout={
            "template": "none",
            "title": heading,
            "height": height + top,
            "margin": {"l": 12, "r": 20, "t": top, "b": 12},
            "paper_bgcolor": LIGHT.ground,
            "plot_bgcolor": LIGHT.ground,
            "font": {"color": LIGHT.ink, "family": "system-ui, sans-serif", "size": 13},
            "hoverlabel": {"align": "left"},
            "showlegend": legend_rows > 0,
            "legend": {"orientation": "h", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom"},
            "hovermode": "closest",
            # Few tools, without the slab behind them: they stand above the title's line.
            "modebar": {
                "bgcolor": NONE,
                "color": LIGHT.frame,
                "activecolor": LIGHT.ink,
                "remove": ["select", "lasso", "autoScale", "zoomIn", "zoomOut", "pan"],
            },
        }
    )


def label(column: str) -> tuple[str, str]:
    """Return what an axis says for a column, and its unit where that is known: words, not the name of a column.

    Names in capitals are those of settings and stay as they are.
    """
    if column in _LABELS:
        return _LABELS[column]
    return (column if column != column.lower() else column.replace("_", " ")), ""


def heading(words: str) -> str:
    """Return a title made from labels with a capital first letter."""
    return words[:1].upper() + words[1:]


def axis(name: str, unit: str = "", **more: object) -> dict[str, object]:
    """Return an axis of the house style with its name and unit."""
    title = {"text": f"{name} ({unit})" if unit else name, "standoff": 8}
    return {**_AXIS, "title": title, **more}


def axis_of(column: str, unit: str = "", **more: object) -> dict[str, object]:
    """Return an axis for a column, with its label and its unit; a unit that is given counts more than a known one."""
    name, known = label(column)
    return axis(text(name), unit or known, **more)


def log_axis(low: float, high: float) -> dict[str, object]:
    """Return what makes an axis logarithmic with ticks that are whole numbers: no ``2, 5, 10k, 5, 2``.

    `low` and `high` (above zero) are the ends of the data. Up to two decades have 1, 2 and 5 of each, more have 1.
    """
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    steps = (1, 2, 5) if math.log10(high / low) <= 2.2 else (1,)
    ticks = [step * 10.0**power for power in range(first, last + 1) for step in steps]
    span = max(math.log10(high / low), 0.05)
    ends = [math.log10(low) - 0.04 * span, math.log10(high) + 0.04 * span]
    shown = [tick for tick in ticks if ends[0] <= math.log10(tick) <= ends[1]]
    if len(shown) < 2:  # the data span less than the ticks: plotly's own are closer
        return {"type": "log", "range": ends, "nticks": 5, "exponentformat": "none"}
    return {"type": "log", "range": ends, "tickvals": shown, "ticktext": [f"{tick:,.6g}" for tick in shown]}


def dark(fig: go.Figure) -> go.Figure:
    """Return a copy of a figure on dark paper, for a dark projector or page.

    The data keep their colours, but for the dark blue, which becomes a lighter one.

    >>> figure = sl.figures.strips(sl.datasets.simulate(nodes=2))
    >>> sl.figures.dark(figure).layout.paper_bgcolor != figure.layout.paper_bgcolor
    True
    """
    found = fig.to_json()
    for light, dark_one in palette.DARKER:  # none of the new colours is one of the old
        found = found.replace(light, dark_one)
    return Drawing(pio.from_json(found, skip_invalid=False))


def need(frame: pd.DataFrame, columns: Iterable[str | None]) -> None:
    """Raise `DataError` when `frame` has no rows or lacks one of `columns`."""
    missing = [name for name in columns if name is not None and name not in frame.columns]
    if missing:
        raise DataError(
            f"The data has no column {', '.join(map(repr, missing))}.",
            hint="choose from "
            + ", ".join(map(str, list(frame.columns)[:12]))
            + ("..." if len(frame.columns) > 12 else ""),
        )
    if frame.empty:
        raise DataError("The data has no rows, so there is nothing to draw.")


def numbers(frame: pd.DataFrame, column: str) -> Floats:
    """Return `column` as floats; text where numbers belong raises `DataError`; missing stays NaN."""
    try:
        return np.asarray(pd.to_numeric(frame[column]), dtype=float)
    except (TypeError, ValueError) as error:
        raise DataError(f"The column {column!r} does not hold numbers: {error}.") from error


def is_simulated(frame: pd.DataFrame) -> bool:
    """Return whether the simulator made this frame (it says so in ``frame.attrs``)."""
    marked = "simulated" in frame.columns and bool(frame["simulated"].astype(str).str.lower().eq("true").any())
    return marked or bool(frame.attrs.get("simulated", False))


def spread(count: int) -> Floats:
    """Return `count` positions in -0.5..0.5: scattered to the eye, even, the same each time (golden ratio)."""
    return np.asarray((np.arange(count) * 0.6180339887498949) % 1.0 - 0.5, dtype=float)


def text(value: object) -> str:
    """Return a label safe for plotly, which reads a few HTML tags in text."""
    return str(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
