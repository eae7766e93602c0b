"""What all figures share: a layout that reads on light and on dark, axes with units, checks of the input."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from sidus_lab import palette
from sidus_lab.errors import DataError

# Lines of the grid: the middle grey again, thin enough for either background.
_GRID = "rgba(128,128,128,0.22)"
_AXIS = {"gridcolor": _GRID, "zeroline": False, "linecolor": "rgba(128,128,128,0.6)", "automargin": True}


Floats = np.ndarray[Any, np.dtype[np.float64]]


def figure(
    *, title: str, subtitle: str = "", height: int = 360, legend_rows: int = 0, simulated: bool = False
) -> go.Figure:
    """Return an empty figure in the house style: transparent, without plotly's 6 kB template, left-aligned title.

    `height` in pixels is that of the drawing; title and `legend_rows` (between title and drawing) come on top.
    `simulated` puts the word into the title: nobody should take such a figure for a measurement.
    """
    shown = f"{title} (simulated data)" if simulated else title
    heading: dict[str, Any] = {"text": shown, "x": 0, "xref": "container", "xanchor": "left", "font": {"size": 16}}
    heading |= {"y": 1, "yref": "container", "yanchor": "top", "pad": {"l": 8, "t": 10}}
    if subtitle:
        heading["subtitle"] = {"text": subtitle, "font": {"size": 12, "color": palette.GREY}}
    top = 34 + 22 * bool(subtitle) + 24 * legend_rows
    return go.Figure(
        layout={
            "template": "none",
            "title": heading,
            "height": height + top,
            "margin": {"l": 8, "r": 16, "t": top, "b": 8},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"color": palette.GREY, "family": "system-ui, sans-serif", "size": 13},
            "hoverlabel": {"align": "left"},
            "showlegend": legend_rows > 0,
            "legend": {"orientation": "h", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom"},
            "hovermode": "closest",
        }
    )


def axis(name: str, unit: str = "", **more: Any) -> dict[str, Any]:
    """Return an axis of the house style with its name and unit."""
    return {**_AXIS, "title": {"text": f"{name} ({unit})" if unit else name, "standoff": 8}, **more}


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


def natural(name: str) -> list[tuple[int, int, str]]:
    """Return a sort key that puts ``node2`` before ``node10``."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", name) if part]


def text(value: object) -> str:
    """Return a label safe for plotly, which reads a few HTML tags in text."""
    return str(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
