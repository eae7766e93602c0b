"""Intervals, one line each."""

from __future__ import annotations

import pandas as pd

from sidus_lab import figures
from tests.figures.examples import ESTIMATES


def test_intervals_keep_the_order_of_the_rows() -> None:
    figure = figures.intervals(ESTIMATES, reference=0.5)
    assert list(figure.layout.yaxis.ticktext) == ["a", "&lt;b&gt;"]
    assert list(figure.layout.yaxis.tickvals) == [1, 0]
    line, dots = figure.data
    assert list(dots.x) == [0.2, 0.9]
    assert list(line.x[:2]) == [0.1, 0.3]
    assert figure.layout.shapes[0].x0 == 0.5
    many = pd.concat([ESTIMATES] * 60)
    assert figures.intervals(many).layout.yaxis.showticklabels is False
