"""What every figure keeps to, whatever it draws."""

from __future__ import annotations

import json
from typing import Any

import plotly.graph_objects as go

from sidus_lab import figures, palette


def fonts(part: Any) -> list[str]:
    """The colours of all fonts in a part of a figure."""
    if isinstance(part, dict):
        own = [part["font"]["color"]] if isinstance(part.get("font"), dict) and "color" in part["font"] else []
        return own + [color for value in part.values() for color in fonts(value)]
    return [color for value in part for color in fonts(value)] if isinstance(part, list) else []


def check_figure(figure: go.Figure, *, letters: bool = False) -> None:
    """Small, self-contained, with a title, text that reads on either paper, and words for those who do not see it.

    `letters`: its annotations stand on colours of their own, and only those on paper are looked at.
    """
    text = figure.to_json()
    assert len(text) < 7_000
    assert "https://" not in text
    title = figure.layout.title.text
    assert title[0] == title[0].upper()
    for paper, shown in ((palette.LIGHT, figure), (palette.DARK, figures.dark(figure))):
        layout = json.loads(shown.to_json())["layout"]
        assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == paper.ground
        annotations = fonts(layout.pop("annotations", []))
        colors = fonts(layout) + [c for c in annotations if not letters or c in (paper.ink, paper.quiet)]
        assert colors
        for color in colors:
            assert palette.contrast(color, paper.ground) >= 4.5, color
    said = figures.alternative(figure)
    assert said.startswith(title)
    assert any(char.isdigit() for char in said)
    assert "<b>" not in said
    assert len(said) > len(title) + 20
