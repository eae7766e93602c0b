"""A figure in a notebook: the drawing, and folded away under it what it shows in words and as a table."""

from __future__ import annotations

import plotly.graph_objects as go
from markupsafe import Markup

from sidus_lab import html
from sidus_lab.figures.behind import alternative, table

#: The table under a figure has so many rows at most; `figures.table` gives all of them.
ROWS = 40

#: Marks the second half of a display, so that what stores a notebook can leave it out. No front end shows this type.
MARK = "application/vnd.sidus-lab.words+json"


class Drawing(go.Figure):  # type: ignore[misc]  # plotly has no types
    """A plotly figure that brings its words and its table with it where it is displayed.

    A drawing alone is silent: neither the page nor a screen reader knows what is in it. What is under it can be opened
    with the keyboard, read aloud, searched and copied.
    """

    def _ipython_display_(self) -> None:
        from IPython.display import display  # whoever writes a report needs no shell

        super()._ipython_display_()
        display({**html.mimebundle(alternative(self), in_words(self)), MARK: {}}, raw=True)  # type: ignore[no-untyped-call]


def in_words(fig: go.Figure) -> Markup:
    """Return what a figure shows in words and as a table, folded away under one line."""
    said = alternative(fig)
    found = table(fig)
    shown = found.head(ROWS).astype(object)
    rows = shown.where(shown.notna(), None).to_numpy().tolist()
    left = f"{len(found) - ROWS} more rows: sl.figures.table(figure) has them all." if len(found) > ROWS else ""
    name = said.partition(". ")[0]
    inside = Markup(
        '<p>{}</p><div role="group" aria-label="table of {}" tabindex="0" style="max-height:22em;overflow:auto">{}'
        '</div><span class="muted">{}</span>'
    ).format(said, name, html.table(rows, list(found.columns)), left)
    return html.details(f"“{name}” in words and as a table", inside)
