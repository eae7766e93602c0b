"""The bit-agreement matrix: which nodes computed the same bits, for each operation and setting."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from sidus_lab import palette
from sidus_lab.errors import DataError
from sidus_lab.figures import _base

#: From this number of nodes on, letters and names do not fit and only the colours are drawn.
LETTERS = 40
_MIXED = "mixed"


def agreement(
    frame: pd.DataFrame,
    *,
    result: str = "result_hash",
    node: str = "node",
    operation: str = "operation",
    setting: str | Sequence[str] = (),
) -> pd.DataFrame:
    """Return letters: one row for each operation and setting, one column for each node.

    Within an operation the same letter stands for the same result in every row, so a forced setting that gives another
    node's bits shows that node's letter. Several results in one cell (the node does not repeat itself) give all their
    letters joined by ``/``; no result gives an empty text. Letters are given in the order of the rows (the level
    ``default`` first) and of the node names, so they do not depend on the order of the runs.

    >>> runs = sl.datasets.simulate(nodes=2, repeats=1, kinds=2, bits="hardware")
    >>> sl.figures.agreement(runs)
         node1 node2
    work     A     B
    """
    settings = [setting] if isinstance(setting, str) else list(setting)
    _base.need(frame, [result, node, operation, *settings])
    data = frame[frame[result].notna() & (frame[result].astype(str) != "")]
    nodes = sorted(frame[node].astype(str).unique(), key=_base.natural)
    rows: dict[str, dict[str, str]] = {}
    for name, part in data.groupby(operation):
        cells = {
            levels: {str(n): sorted(map(str, r)) for n, r in cell.groupby(node)[result].unique().items()}
            for levels, cell in (part.groupby(settings) if settings else [((), part)])
        }
        letter: dict[str, str] = {}
        for levels in sorted(cells, key=lambda values: [(str(v) != "default", _base.natural(str(v))) for v in values]):
            label = ", ".join(f"{s} {v}" for s, v in zip(settings, levels, strict=True))
            row = rows[f"{name}, {label}" if label else str(name)] = {}
            for n in (n for n in nodes if n in cells[levels]):
                row[n] = "/".join(sorted(letter.setdefault(h, _letter(len(letter))) for h in cells[levels][n]))
    return pd.DataFrame.from_dict(rows, orient="index").reindex(columns=nodes).fillna("")


def bit_agreement(
    frame: pd.DataFrame,
    *,
    result: str = "result_hash",
    node: str = "node",
    operation: str = "operation",
    setting: str | Sequence[str] = (),
    title: str = "",
) -> go.Figure:
    """Draw which nodes share bits: operation and setting downwards, nodes across, a letter and colour for each result.

    Parameters
    ----------
    frame : one row per run, with the hash of its result; runs without one are left out.
    result, node, operation : columns; setting : column or columns of the factors that were set.

    Letters compare within an operation, over all its settings. Raises `DataError` for missing columns or no results.

    Examples
    --------
    >>> runs = sl.datasets.simulate(nodes=2, repeats=1, kinds=2, bits="hardware")
    >>> sl.figures.bit_agreement(runs).layout.title.text.partition("<")[0]
    'Which nodes computed the same bits (simulated data)'
    """
    letters = agreement(frame, result=result, node=node, operation=operation, setting=setting)
    if letters.empty:
        raise DataError(f"No row has a result in the column {result!r}, so there is nothing to compare.")
    if letters.shape[1] > LETTERS:  # no room for names: nodes with the same pattern stand together
        letters = letters.loc[:, sorted(letters.columns, key=lambda n: list(letters[n]))]
    nodes, rows = [str(c) for c in letters.columns], [str(r) for r in letters.index]
    singles = sorted({v for v in letters.to_numpy().ravel() if v and "/" not in v}, key=lambda v: (len(v), v))
    code = {"": 0, _MIXED: 1, **{v: i + 2 for i, v in enumerate(singles)}}
    colors = ["rgba(128,128,128,0.12)", palette.GREY, *(palette.color(i) for i in range(len(singles)))]
    values = [[code[_MIXED] if "/" in v else code[v] for v in row] for row in letters.to_numpy()]
    show = len(nodes) <= LETTERS
    fig = _base.figure(
        title=title or "Which nodes computed the same bits",
        subtitle="same letter and colour for one operation: identical bits; grey: a node that does not repeat itself",
        height=44 + 34 * len(rows),
        simulated=_base.is_simulated(frame),
    )
    steps = len(colors)
    fig.add_heatmap(
        z=values,
        x=list(range(len(nodes))),
        y=list(range(len(rows))),
        zmin=-0.5,
        zmax=steps - 0.5,
        colorscale=[[(i + side) / steps, c] for i, c in enumerate(colors) for side in (0, 1)],
        showscale=False,
        xgap=2 if show else 0,
        ygap=2,
        customdata=letters.to_numpy(),
        text=[[_base.text(n) for n in nodes]] * len(rows),
        hovertemplate="%{text}: %{customdata}<extra></extra>",
    )
    if show:
        for r, row in enumerate(letters.to_numpy()):
            for c, v in enumerate(row):
                background = colors[values[r][c]]
                color = palette.ink(background) if background.startswith("#") else palette.LIGHT.quiet
                fig.add_annotation(
                    x=c, y=r, text=f"<b>{v or '·'}</b>", showarrow=False, font={"color": color, "size": 15}
                )
    across = _base.axis("", gridcolor=_base.NONE, side="top" if show else "bottom", range=[-0.5, len(nodes) - 0.5])
    across |= (
        {"tickvals": list(range(len(nodes))), "ticktext": [_base.text(n) for n in nodes]}
        if show
        else {"title": {"text": f"{len(nodes)} nodes"}, "showticklabels": False}
    )
    down = _base.axis("", gridcolor=_base.NONE, range=[len(rows) - 0.5, -0.5], tickvals=list(range(len(rows))))
    down["ticktext"] = [_base.text(r) for r in rows]
    fig.update_layout(xaxis=across, yaxis=down, margin={"t": 96 if show else 64}, height=116 + 34 * len(rows))
    return _base.told(fig, _in_words(letters))


def _in_words(letters: pd.DataFrame) -> str:
    """Say for each row how many different results there are, and where nodes do not repeat themselves."""
    said = []
    for name, row in letters.head(20).iterrows():
        kinds = sorted({part for value in row for part in value.split("/") if part})
        nodes = [f"{node} {value}" for node, value in row.items() if value]
        text = f"{name}: " + ("all nodes have the same bits" if len(kinds) == 1 else f"{len(kinds)} different results")
        said.append(text + (f" ({', '.join(nodes)})" if len(kinds) > 1 and len(nodes) <= 8 else ""))
    more = f"; and {len(letters) - 20} more rows" if len(letters) > 20 else ""
    return "; ".join(said) + more


def _letter(index: int) -> str:
    """Return A, B, ..., Z, AA, AB, ... for 0, 1, 2, ..."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text
