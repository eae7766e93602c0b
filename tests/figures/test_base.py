"""What all figures share: small, self-contained, readable text, words for those who do not see, clear errors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from sidus_lab import datasets, figures
from sidus_lab.errors import DataError
from sidus_lab.figures import _base
from tests.figures.contract import check_figure
from tests.figures.examples import CURVES, LARGE, SMALL, nights, runs, stages


def test_every_figure_has_an_example_here() -> None:
    """The contract of a figure: what follows runs on each of them."""
    drawn = set(figures.__all__) - {"agreement", "alternative", "dark", "table"}
    assert set(SMALL) == drawn


@pytest.mark.parametrize("name", SMALL)
def test_every_figure_keeps_to_the_contract(name: str) -> None:
    check_figure(SMALL[name](), letters=name == "bit_agreement")


def test_a_kind_of_figure_that_is_made_here_keeps_to_it_too() -> None:
    fig = _base.figure(title="Dots", height=100)
    fig.add_scatter(x=[1, 2], y=[1, 2], mode="markers")
    fig.update_layout(xaxis=_base.axis_of("seconds"), yaxis=_base.axis("count"))
    check_figure(_base.told(fig, "2 dots, the second twice as high"))


def test_the_contract_sees_what_is_wrong() -> None:
    pale = SMALL["strips"]().update_layout(title_subtitle_font_color="#AAAAAA")
    with pytest.raises(AssertionError, match="#AAAAAA"):
        check_figure(pale)
    with pytest.raises(AssertionError):
        check_figure(_base.figure(title="No words"))


@pytest.mark.parametrize("name", sorted(set(SMALL) - {"bit_agreement"}))
def test_a_figure_says_its_units(name: str) -> None:
    layout = SMALL[name]().layout
    assert "(" in (layout.yaxis if name == "order_strips" else layout.xaxis).title.text


def test_dark_paper_leaves_the_figure_as_it_was() -> None:
    figure = SMALL["strips"]()
    before = figure.to_json()
    assert figures.dark(figure).to_json() != before
    assert figure.to_json() == before
    assert figures.alternative(figures.dark(figure)) == figures.alternative(figure)


@pytest.mark.parametrize("name", LARGE)
def test_ten_thousand_rows_still_give_a_small_figure(name: str) -> None:
    figure = LARGE[name]()
    assert len(figure.to_json()) < 100_000
    assert len(figures.alternative(figure)) < 2_000


@pytest.mark.parametrize("name", SMALL)
def test_the_same_data_give_the_same_figure(name: str) -> None:
    assert SMALL[name]().to_json() == SMALL[name]().to_json()


def test_labels_are_words() -> None:
    assert _base.label("cpu_idle_state") == ("cpu idle state", "")
    assert _base.label("cpu_dma_latency") == ("allowed wake-up latency", "")
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
