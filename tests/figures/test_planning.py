"""Planning curves."""

from __future__ import annotations

from sidus_lab import figures
from tests.figures.examples import CURVES


def test_planning_curves_have_one_line_each_and_the_wanted_value() -> None:
    figure = figures.planning_curves(CURVES, x="nodes", y="power", curve="repeats", target=0.9)
    assert [t.name for t in figure.data] == ["3", "9"]
    assert figure.layout.shapes[0].y0 == 0.9
