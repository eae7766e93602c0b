"""What all figures share: small, self-contained, readable text, words for those who do not see, clear errors."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from sidus_lab import datasets, figures, palette
from sidus_lab.errors import DataError
from sidus_lab.figures import _base
from tests.figures.examples import CURVES, LARGE, SMALL, nights, runs, stages


def test_every_figure_has_an_example_here() -> None:
    """The contract of a figure: what follows runs on each of them."""
    drawn = set(figures.__all__) - {"agreement", "alternative", "dark"}
    assert set(SMALL) == drawn


@pytest.mark.parametrize("name", SMALL)
def test_a_small_figure_is_small_and_says_its_units(name: str) -> None:
    figure = SMALL[name]()
    text = figure.to_json()
    assert len(text) < 7_000
    assert "https://" not in text
    plain = json.loads(text)
    title = plain["layout"]["title"]["text"]
    assert title[0] == title[0].upper()
    assert plain["layout"]["paper_bgcolor"] == plain["layout"]["plot_bgcolor"] == palette.LIGHT.ground
    if name not in ("bit_agreement", "order_strips"):
        assert "(" in plain["layout"]["xaxis"]["title"]["text"]  # the unit
    if name == "order_strips":
        assert plain["layout"]["yaxis"]["title"]["text"] == "duration (s)"


def fonts(part: Any) -> list[str]:
    """The colours of all fonts in a part of a figure."""
    if isinstance(part, dict):
        own = [part["font"]["color"]] if isinstance(part.get("font"), dict) and "color" in part["font"] else []
        return own + [color for value in part.values() for color in fonts(value)]
    return [color for value in part for color in fonts(value)] if isinstance(part, list) else []


@pytest.mark.parametrize("name", SMALL)
@pytest.mark.parametrize("paper", [palette.LIGHT, palette.DARK])
def test_text_reads_on_its_paper(name: str, paper: palette.Paper) -> None:
    figure = SMALL[name]() if paper is palette.LIGHT else figures.dark(SMALL[name]())
    layout = json.loads(figure.to_json())["layout"]
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == paper.ground
    letters = layout.pop("annotations", []) if name == "bit_agreement" else []  # they stand on colours of their own
    colors = fonts(layout) + [color for color in fonts(letters) if color in (paper.ink, paper.quiet)]
    assert colors
    for color in colors:
        assert palette.contrast(color, paper.ground) >= 4.5, color


def test_dark_paper_leaves_the_figure_as_it_was() -> None:
    figure = SMALL["strips"]()
    before = figure.to_json()
    assert figures.dark(figure).to_json() != before
    assert figure.to_json() == before
    assert figures.alternative(figures.dark(figure)) == figures.alternative(figure)


@pytest.mark.parametrize("name", SMALL)
def test_a_figure_says_in_words_what_it_shows(name: str) -> None:
    figure = SMALL[name]()
    said = figures.alternative(figure)
    assert said.startswith(figure.layout.title.text)
    assert any(char.isdigit() for char in said)
    assert "<b>" not in said
    assert len(said) > len(figure.layout.title.text) + 40


@pytest.mark.parametrize("name", LARGE)
def test_ten_thousand_rows_still_give_a_small_figure(name: str) -> None:
    figure = LARGE[name]()
    assert len(figure.to_json()) < 100_000
    assert len(figures.alternative(figure)) < 2_000


@pytest.mark.parametrize("name", SMALL)
def test_the_same_data_give_the_same_figure(name: str) -> None:
    assert SMALL[name]().to_json() == SMALL[name]().to_json()


def test_labels_are_words() -> None:
    assert _base.label("cpu_dma_latency") == ("cpu dma latency", "")
    assert _base.label("duration") == ("duration", "s")
    assert _base.label("OPENBLAS_CORETYPE") == ("OPENBLAS_CORETYPE", "")
    assert _base.axis_of("duration", "ms")["title"]["text"] == "duration (ms)"
    assert figures.strips(runs()).layout.xaxis.title.text == "duration (s)"


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (300, 20_000, ["500", "1,000", "2,000", "5,000", "10,000", "20,000"]),
        (0.002, 9_000, ["0.01", "0.1", "1", "10", "100", "1,000", "10,000"]),
        (1.0, 1.1, None),
    ],
)
def test_ticks_of_a_logarithmic_axis(low: float, high: float, ticks: list[str] | None) -> None:
    axis = _base.log_axis(low, high)
    assert axis["type"] == "log"
    assert axis["range"][0] <= np.log10(low)
    assert axis["range"][1] >= np.log10(high)
    assert axis.get("ticktext") == ticks


def test_simulated_data_are_called_so_in_the_title() -> None:
    assert "(simulated data)" in figures.strips(datasets.simulate(nodes=3)).layout.title.text
    assert "simulated" not in figures.strips(runs()).layout.title.text


def test_names_from_users_are_text() -> None:
    frame = runs()
    frame["node"] = "<b>bold</b>"
    assert "<b>bold" not in figures.strips(frame).to_json()


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda: figures.strips(runs(), value="nothing"), "no column 'nothing'"),
        (lambda: figures.strips(runs().head(0)), "no rows"),
        (lambda: figures.strips(runs(), value="operation"), "does not hold numbers"),
        (lambda: figures.strips(runs().assign(duration=np.nan)), "no finite values"),
        (lambda: figures.bit_agreement(runs().assign(result_hash=None)), "nothing to compare"),
        (lambda: figures.boot_waterfall(stages(1).drop(columns="seconds")), "no column 'seconds'"),
        (lambda: figures.time_series(nights(5).assign(when="x"), value="speed", time="when"), "does not hold times"),
        (lambda: figures.planning_curves(CURVES, x="nothing", y="power"), "no column 'nothing'"),
        (
            lambda: figures.variance_bars(
                pd.DataFrame({"source": ["a"], "variance": [0.0], "low": [0.0], "high": [1.0]})
            ),
            "no shares",
        ),
    ],
)
def test_bad_input_is_said_in_a_sentence(draw: Callable[[], go.Figure], words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        draw()
    assert len(str(caught.value).splitlines()) <= 3
