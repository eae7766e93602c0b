"""What is behind a figure: what it shows in words, and as a table that is read from its marks."""

from __future__ import annotations

import base64
import re
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import plotly.graph_objects as go

Shown = TypeVar("Shown", bound=go.Figure)


def told(fig: Shown, words: str) -> Shown:
    """Keep with a figure what it shows, in words, for those who do not see it (`alternative` reads it)."""
    fig.update_layout(meta={"alternative": words})
    return fig


def alternative(fig: go.Figure) -> str:
    """Return a figure's text alternative, for ``aria-label``: its title, what it shows in words, and its axes.

    >>> sl.figures.alternative(sl.figures.strips(sl.datasets.simulate(nodes=2), title="Runs")).startswith("Runs")
    True
    """
    layout = fig.layout
    parts = [str(layout.title.text or ""), _words(fig)]
    for side, found in (("across", layout.xaxis), ("upwards", layout.yaxis)):
        if found.title.text:
            parts.append(f"{side}: {found.title.text}")
    plain = (_plain(part).rstrip(".") for part in parts)
    return ". ".join(part for part in plain if part) + "."


def _words(fig: go.Figure) -> str:
    meta = fig.layout.meta if isinstance(fig.layout.meta, dict) else {}
    return str(meta.get("alternative", ""))


def table(fig: go.Figure) -> pd.DataFrame:
    """Return what a figure shows as a table: one row for each mark that answers to the mouse.

    The columns are its axes, with their units, what a mark says beside that (its group, the ends of its interval), and
    the names of things that stand side by side. Marks that only help the eye (the bar of a mean) are left out.

    >>> runs = sl.datasets.simulate(nodes=2, repeats=1)
    >>> list(sl.figures.table(sl.figures.strips(runs)).columns)
    ['name', 'duration (s)']
    """
    parts = [part for trace in fig.data if (part := _rows(fig, trace)) is not None]
    if not parts:
        return pd.DataFrame()
    several = len({part.attrs["group"] for part in parts}) > 1
    if several:
        parts = [part.assign(group=part.attrs["group"]) for part in parts]
    whole = pd.concat(parts, ignore_index=True)
    numbers = [name for name in whole.columns if pd.api.types.is_numeric_dtype(whole[name])]
    return whole[[*(name for name in whole.columns if name not in numbers), *numbers]]


def _rows(fig: go.Figure, trace: Any) -> pd.DataFrame | None:
    """Return the rows of one trace; None where it has none to tell."""
    if trace.hoverinfo == "skip" or trace.x is None or trace.y is None:
        return None
    if trace.type == "heatmap":
        return _cells(fig, trace)
    meta = trace.meta if isinstance(trace.meta, dict) else {}
    text = None if trace.text is None or isinstance(trace.text, str) else np.array(list(map(_plain, trace.text)), "O")
    found: dict[str, Any] = {}
    for values, side, own in ((trace.x, "xaxis", trace.xaxis), (trace.y, "yaxis", trace.yaxis)):
        axis = fig.layout[side + (own or "x")[1:]]
        read = _read(_array(values), axis)
        title = _plain(axis.title.text).partition(";")[0]
        if read.dtype == object:  # names, in places beside each other
            name = title if title and axis.showticklabels is not False else "name"
            found[name] = read
            if text is not None and _one_to_one(read, text):  # its own name is whole, that at the axis may be cut
                found[name], text = text, None
        elif axis.showticklabels is not False and not _named(axis) and axis.ticktext != ():
            found[meta.get("x", title) if side == "xaxis" else title] = read
    if text is not None:
        found["name" if "name" not in found else "mark"] = text
    if trace.customdata is not None and "columns" in meta:
        more = _array(trace.customdata).astype(object)
        more = more.reshape(len(more), -1)
        found |= {name: _typed(more[:, number]) for number, name in enumerate(meta["columns"])}
    if trace.error_y is not None and trace.error_y.array is not None:
        found["interval, ±"] = _array(trace.error_y.array)
    rows = pd.DataFrame(found)
    if getattr(trace, "mode", "") == "lines":  # both ends of each line, and the gaps between them
        rows = rows.dropna().drop_duplicates()
    rows.attrs["group"] = _plain(trace.name)
    return rows


def _array(values: Any) -> Any:
    """Return values as an array: also those of a figure that was read from JSON, where plotly packs numbers."""
    if isinstance(values, dict):
        unpacked = np.frombuffer(base64.b64decode(values["bdata"]), dtype=values["dtype"])
        shape = [int(size) for size in str(values.get("shape", "-1")).split(",")]
        return unpacked.reshape(shape)
    return np.asarray(values)


def _read(values: Any, axis: Any) -> Any:
    """Return the values of one axis: numbers and times as they are, places as the names that stand at them."""
    labels = axis.ticktext
    if axis.type == "category" or (values.dtype.kind == "O" and axis.type != "date"):
        return np.array([_plain(str(value)) for value in values], dtype=object)
    if axis.type in ("log", "date") or not labels or not _named(axis):
        return values
    places = np.asarray(axis.tickvals, dtype=float)
    away = np.abs(np.asarray(values, dtype=float)[:, None] - places[None, :])
    nearest = away.argmin(axis=1)
    if (away.min(axis=1) > 0.5).any():
        return values  # only some of the places have a name
    return np.array([_plain(str(labels[place])) for place in nearest], dtype=object)


def _named(axis: Any) -> bool:
    """Whether what stands at the ticks are names and no numbers; also where only some places have one, or none."""
    return axis.ticktext is not None and not all(re.fullmatch(r"[\d.,e+-]+", str(each)) for each in axis.ticktext)


def _one_to_one(some: Any, others: Any) -> bool:
    """Whether two columns name the same things."""
    return len(set(zip(some, others, strict=True))) == len(set(some)) == len(set(others))


def _cells(fig: go.Figure, trace: Any) -> pd.DataFrame:
    """Return the cells of a matrix: its row, its column, what stands in it."""
    rows = [_plain(str(name)) for name in fig.layout.yaxis.ticktext]
    found = [
        (row, _plain(str(name)), cell)
        for row, names, cells in zip(rows, trace.text, _array(trace.customdata), strict=True)
        for name, cell in zip(names, cells, strict=True)
    ]
    made = pd.DataFrame(found, columns=["row", "node", "bits"], dtype=object)
    made.attrs["group"] = ""
    return made


def _typed(values: Any) -> Any:
    try:
        return values.astype(float)
    except (TypeError, ValueError):
        return values


def _plain(text: str | None) -> str:
    """Return a label as it is read: without plotly's tags."""
    plain = re.sub(r"<[^>]*>", "", text or "")
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()
