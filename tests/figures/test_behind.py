"""What is behind a figure: its words, and a table that says what was drawn and no more."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sidus_lab import figures
from tests.figures.examples import CURVES, ESTIMATES, LARGE, SMALL, nights, runs, stages


@pytest.mark.parametrize("name", [*SMALL, *(f"large: {name}" for name in LARGE)])
def test_every_figure_has_a_table(name: str) -> None:
    figure = LARGE[name.removeprefix("large: ")]() if name.startswith("large") else SMALL[name]()
    found = figures.table(figure)
    assert len(found) > 1
    assert all(column and "<" not in column for column in found.columns)
    assert not found.duplicated().all()


def same(found: pd.DataFrame, wanted: pd.DataFrame) -> bool:
    """Whether two tables hold the same rows, in any order and under any names."""
    rows = [sorted(map(tuple, each.astype(object).to_numpy().tolist())) for each in (found, wanted)]
    return rows[0] == rows[1]


def test_the_table_of_strips_is_the_frame_that_was_drawn() -> None:
    frame = runs(12, 5)
    found = figures.table(figures.strips(frame, color="OPENBLAS_CORETYPE"))
    assert set(found.columns) == {
        "name",
        "group",
        "duration (s)",
    }
    assert same(found[["name", "group", "duration (s)"]], frame[["node", "OPENBLAS_CORETYPE", "duration"]])


def test_names_that_are_too_long_for_an_axis_are_whole_in_the_table() -> None:
    frame = runs(2).assign(node=lambda data: data["node"] + ".a-very-long-name.of-one-machine.example.org")
    assert set(figures.table(figures.strips(frame))["name"]) == set(frame["node"])


def test_points_without_a_name_at_the_axis_take_their_own() -> None:
    """Of 200 nodes only the odd one is named there: it lends its name to nobody."""
    found = figures.table(figures.order_strips(runs(200, 13), odd=["node7"]))
    assert found["name"].nunique() == 200
    assert (found["name"] == "node7").sum() == 1


def test_the_table_of_a_series_has_times_and_groups() -> None:
    frame = nights(5)
    found = figures.table(figures.time_series(frame, value="speed", time="when", by="node", unit="1/s"))
    assert list(found.columns) == ["time (UTC)", "group", "speed (1/s)"]
    assert np.allclose(sorted(found["speed (1/s)"]), sorted(frame["speed"]))


def test_the_table_of_bars_says_their_intervals_and_shares() -> None:
    found = figures.table(SMALL["variance_bars"]())
    assert list(found["source"]) == ["node", "repeat"]
    assert (found["from"] < found["standard deviation (s)"]).all()
    assert (found["standard deviation (s)"] < found["to"]).all()
    assert found["share of the variance (%)"].sum() == pytest.approx(100)


def test_the_table_of_boots_says_when_a_stage_was_reached_and_how_long_it_took() -> None:
    found = figures.table(figures.boot_waterfall(stages(2)))
    row = found[(found["name"] == "node2") & (found["group"] == "initrd")].iloc[0]
    assert row["reached after (s)"] == 16
    assert row["took (s)"] == 11


def test_the_table_of_estimates_keeps_what_is_not_known_and_signs_that_html_has() -> None:
    found = figures.table(figures.intervals(ESTIMATES, label="share", unit="%")).set_index("name")
    assert found.loc["a", ["share (%)", "from", "to"]].tolist() == [0.2, 0.1, 0.3]
    assert found.loc["<b>", ["from", "to"]].isna().all()


def test_the_table_of_a_matrix_has_a_row_for_each_cell() -> None:
    found = figures.table(SMALL["bit_agreement"]())
    assert len(found) == 8
    assert found.query("node == 'node2' and row == 'solve, OPENBLAS_CORETYPE Nehalem'")["bits"].tolist() == ["B"]


def test_a_logarithmic_axis_gives_its_values() -> None:
    frame = nights(40).assign(speed=lambda data: data["speed"] * 1000)
    found = figures.table(figures.time_series(frame, value="speed", time="when", by="node", unit="1/s", log=True))
    assert np.allclose(sorted(found["speed (1/s)"]), sorted(frame["speed"]))


def test_dark_paper_has_the_same_table() -> None:
    figure = figures.planning_curves(CURVES, x="nodes", y="power", x_unit="count", target=0.9)
    pd.testing.assert_frame_equal(figures.table(figures.dark(figure)), figures.table(figure))
