"""Order strips: time order within a node, boots as groups, the odd node marked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sidus_lab import figures
from sidus_lab.errors import DataError
from tests.figures.examples import points, runs


def study(nodes: int = 3, boots: int = 2, repeats: int = 4) -> pd.DataFrame:
    """Runs of several boots; each boot of node2 is slower than that before, and rows are in no order."""
    rows = [
        (f"node{n + 1}", f"boot{n}{b}", pd.Timestamp("2026-01-01", tz="UTC") + pd.Timedelta(hours=b * 10 + r), n, b, r)
        for n in range(nodes)
        for b in range(boots)
        for r in range(repeats)
    ]
    frame = pd.DataFrame(rows, columns=["node", "boot", "when", "n", "b", "r"])
    frame["duration"] = 1.0 + 0.01 * frame["r"] + np.where(frame["n"] == 1, 0.5 + 0.1 * frame["b"], 0.0)
    return frame.sample(frac=1, random_state=2).reset_index(drop=True)


def test_values_stand_in_the_order_of_time_within_their_node() -> None:
    (dots,) = points(figures.order_strips(study()), "markers")
    shown = pd.DataFrame({"x": dots.x, "y": dots.y, "node": dots.text}).sort_values("x")
    assert list(dict.fromkeys(shown["node"])) == ["node1", "node2", "node3"]
    expected = study().sort_values(["node", "when"])
    assert np.allclose(shown["y"], expected["duration"])
    assert (shown["x"].round() == expected["n"].to_numpy()).all()


def test_a_line_for_the_mean_of_each_boot() -> None:
    figure = figures.order_strips(study())
    means = next(t for t in figure.data if t.mode == "lines" and t.name != "a new boot")
    assert np.allclose(means.y[::3], study().groupby(["node", "boot"])["duration"].mean())
    borders = next(t for t in figure.data if t.name == "a new boot")
    assert len(borders.x) == 3 * 3  # one between the two boots of each node
    assert "mean of each boot" in figure.layout.title.subtitle.text


def test_the_odd_node_is_marked_by_tint_sign_and_words() -> None:
    figure = figures.order_strips(study(), odd=["node2"])
    assert list(figure.layout.xaxis.ticktext) == ["node1", "<b>◆ node2</b>", "node3"]
    tinted = [shape for shape in figure.layout.shapes if shape.fillcolor == "#F0E442"]
    assert [(shape.x0, shape.x1) for shape in tinted] == [(0.5, 1.5)]
    assert "node2 is marked: +54.2 %" in figures.alternative(figure)


def test_the_dashed_line_is_the_middle_of_those_that_are_not_marked() -> None:
    figure = figures.order_strips(study(), odd=["node2"])
    (line,) = [shape for shape in figure.layout.shapes if shape.type == "line"]
    assert line.y0 == pytest.approx(1.015)


def test_levels_have_colour_and_shape_and_a_middle_of_their_own() -> None:
    figure = figures.order_strips(runs(), color="OPENBLAS_CORETYPE")
    assert [t.name for t in points(figure, "markers")] == ["default", "Nehalem"]
    assert len({(t.marker.color, t.marker.symbol) for t in points(figure, "markers")}) == 2
    assert len([shape for shape in figure.layout.shapes if shape.type == "line"]) == 2


def test_a_frame_without_boots_or_times_is_taken_in_the_order_of_its_rows() -> None:
    frame = pd.DataFrame({"node": ["a", "b", "a", "b"], "duration": [1.0, 2.0, 3.0, 4.0]})
    figure = figures.order_strips(frame)
    (dots,) = points(figure, "markers")
    assert list(dots.y) == [1.0, 3.0, 2.0, 4.0]
    assert "boot" not in figure.layout.xaxis.title.text


def test_sixty_nodes_keep_their_names_and_more_keep_those_that_are_marked() -> None:
    assert len(figures.order_strips(study(60)).layout.xaxis.ticktext) == 60
    many = figures.order_strips(study(80), odd=["node70"]).layout.xaxis
    assert list(many.ticktext) == ["<b>◆ node70</b>"]


def test_a_marked_node_must_be_there() -> None:
    with pytest.raises(DataError, match="no node 'node9' to mark"):
        figures.order_strips(study(), odd=["node9"])
