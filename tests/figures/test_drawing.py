"""A figure where it is displayed: the drawing, then its words and its table, and nothing that is not escaped."""

from __future__ import annotations

from typing import Any

import pytest

from sidus_lab import figures
from sidus_lab.figures.drawing import ROWS, in_words
from tests.figures.examples import ESTIMATES, LARGE, SMALL


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What a shell would be sent."""
    import IPython.display
    import plotly.io as pio

    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(IPython.display, "display", lambda bundle, raw: sent.append(bundle))
    monkeypatch.setattr(pio, "show", lambda figure: sent.append(figure._repr_mimebundle_()))
    monkeypatch.setattr(pio.renderers, "default", "plotly_mimetype")
    monkeypatch.setattr(pio.renderers, "render_on_display", True)
    return sent


@pytest.mark.parametrize("name", SMALL)
def test_every_figure_shows_the_drawing_and_then_what_it_says(name: str, displayed: list[dict[str, Any]]) -> None:
    figure = SMALL[name]()
    figure._ipython_display_()
    drawing, words = displayed
    assert list(drawing) == ["application/vnd.plotly.v1+json"]
    assert words["text/plain"] == figures.alternative(figure)
    assert "<details>" in words["text/html"]
    assert "<table>" in words["text/html"]
    assert len(words["text/html"]) < 16_000


def test_a_figure_on_dark_paper_and_a_changed_one_still_do(displayed: list[dict[str, Any]]) -> None:
    figures.dark(SMALL["strips"]()).update_layout(height=300)._ipython_display_()
    assert len(displayed) == 2


def test_a_large_table_is_cut_and_says_so() -> None:
    shown = in_words(LARGE["order_strips"]())
    assert shown.count("<tr>") == ROWS + 1
    assert "1880 more rows" in shown


def test_names_cannot_bring_html() -> None:
    shown = in_words(figures.intervals(ESTIMATES, label="share", title="<i>Shares</i>"))
    assert "<b>" not in shown
    assert "<i>" not in shown
    assert "&lt;b&gt;" in shown
