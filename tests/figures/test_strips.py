"""Strips: every run of every node, and its mean."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from sidus_lab import figures
from tests.figures.examples import points, runs


def test_large_strips_show_medians() -> None:
    frame = runs(50, 25)
    figure = figures.strips(frame)
    medians = frame.groupby("node")["duration"].median()
    assert np.allclose(sorted(points(figure, "markers")[0].x), sorted(medians))


def test_thousands_of_nodes_are_drawn_in_groups_of_neighbours() -> None:
    frame = runs(2_500, 1)
    dots = points(figures.strips(frame), "markers")[0]
    assert len(dots.x) == 300
    assert dots.x[np.argmin(dots.y)] < dots.x[np.argmax(dots.y)]
    assert dots.text[0].endswith("more")


def values(figure: go.Figure) -> list[Any]:
    return [trace for trace in points(figure, "markers") if not (trace.name or "").startswith("means")]


def means(figure: go.Figure) -> list[Any]:
    return [trace for trace in points(figure, "markers") if (trace.name or "").startswith("means")]


def test_strips_show_every_run_and_the_mean_of_every_node() -> None:
    frame = runs()
    figure = figures.strips(frame, color="OPENBLAS_CORETYPE", panel="operation", unit="s")
    shown = np.concatenate([t.x for t in values(figure)])
    assert sorted(shown) == sorted(frame["duration"])
    expected = frame.groupby(["operation", "OPENBLAS_CORETYPE", "node"])["duration"].mean()
    drawn = np.concatenate([t.x for t in means(figure)])
    assert np.allclose(sorted(set(drawn)), sorted(expected))
    assert figure.layout.xaxis.title.text in ("exp: duration (s)", "solve: duration (s)")


def test_strips_put_node2_before_node10_and_leave_out_what_has_no_value() -> None:
    frame = runs(10, 2)
    frame.loc[0, "duration"] = np.nan
    figure = figures.strips(frame)
    assert list(figure.layout.yaxis.ticktext)[::-1] == [f"node{i}" for i in range(1, 11)]
    assert sum(len(t.x) for t in values(figure)) == len(frame) - 1


@pytest.mark.parametrize("nodes", [2, 20, 60])
def test_a_mean_is_a_bar_that_can_be_seen_however_many_nodes_there_are(nodes: int) -> None:
    """Sorted by mean at 60 nodes they were specks: now they are as long as a point is wide, and more."""
    figure = figures.strips(runs(nodes, 3), color="OPENBLAS_CORETYPE", sort="mean")
    size = max(trace.marker.size for trace in values(figure))
    assert means(figure)
    assert all(trace.marker.size > 1.5 * size for trace in means(figure))


def test_one_value_each_is_not_called_a_single_run() -> None:
    """A table of means looks the same as one of runs; the figure does not guess."""
    single = runs().groupby(["node", "operation"], as_index=False)["duration"].mean()
    figure = figures.strips(single, panel="operation")
    assert figure.layout.title.subtitle.text == "points: one value each"
    assert not means(figure)
    assert "run" not in figures.strips(runs()).layout.title.subtitle.text


def test_a_logarithmic_axis_has_whole_numbers() -> None:
    frame = runs(3, 40)
    frame["duration"] = np.geomspace(300, 20_000, len(frame))
    axis = figures.strips(frame, log=True).layout.xaxis
    assert list(axis.ticktext) == ["500", "1,000", "2,000", "5,000", "10,000", "20,000"]
