"""Figures: right numbers in them, small, self-contained, and clear errors. How they look is checked by eye."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from scipy import stats

from sidus_lab import datasets, figures
from sidus_lab.analysis.findings.common_cause import common_changes
from sidus_lab.analysis.numbers.variance import one_way
from sidus_lab.errors import DataError


def runs(nodes: int = 2, repeats: int = 5) -> pd.DataFrame:
    """Two operations at two settings; on every second node `default` gives other bits, but for `exp` always."""
    rng = np.random.default_rng(0)
    index = pd.MultiIndex.from_product(
        [[f"node{i + 1}" for i in range(nodes)], ["solve", "exp"], ["default", "Nehalem"], range(repeats)],
        names=["node", "operation", "OPENBLAS_CORETYPE", "repetition"],
    )
    frame = index.to_frame(index=False)
    frame["duration"] = rng.normal(1, 0.1, len(frame))
    kind = np.where(frame["node"].str[4:].astype(int) % 2 == 1, "new", "old")
    forced = (frame["OPENBLAS_CORETYPE"] == "Nehalem") & (frame["operation"] == "solve")
    frame["result_hash"] = frame["operation"] + np.where(forced, "old", kind)
    return frame.sample(frac=1, random_state=1).reset_index(drop=True)


def stages(nodes: int) -> pd.DataFrame:
    rows = [(f"node{n + 1}", s, t + n) for n in range(nodes) for s, t in (("ipxe", 4), ("initrd", 15), ("ready", 40))]
    return pd.DataFrame(rows, columns=["node", "stage", "seconds"])


def nights(count: int) -> pd.DataFrame:
    """Return runs of two nodes, one night apart; both are twice as slow in the second half."""
    when = pd.date_range("2024-01-01", periods=count, freq="D", tz="UTC")
    rng = np.random.default_rng(0)
    slow = np.where(np.arange(count) < count // 2, 1.0, 2.0)
    parts = [pd.DataFrame({"when": when, "node": n, "speed": slow * rng.normal(1, 0.03, count)}) for n in ("a", "b")]
    return pd.concat(parts, ignore_index=True)


def doses() -> pd.DataFrame:
    return datasets.simulate(nodes=4, repeats=3, idle=datasets.Idle({"messages": 10_000, "busy": 0}))


CURVES = pd.DataFrame({"nodes": [2, 4, 8] * 2, "power": [0.1, 0.4, 0.8, 0.2, 0.7, 0.99], "repeats": [3] * 3 + [9] * 3})

ESTIMATES = pd.DataFrame({"name": ["a", "<b>"], "value": [0.2, 0.9], "low": [0.1, np.nan], "high": [0.3, np.nan]})

SMALL: dict[str, Callable[[], go.Figure]] = {
    "strips": lambda: figures.strips(runs().head(10), unit="s"),
    "variance_bars": lambda: figures.variance_bars([(w := one_way([1.0, 1.1, 2.0, 2.2], "aabb")).node, w.repeat]),
    "bit_agreement": lambda: figures.bit_agreement(runs(), setting="OPENBLAS_CORETYPE"),
    "boot_waterfall": lambda: figures.boot_waterfall(stages(2)),
    "time_series": lambda: figures.time_series(nights(5), value="speed", time="when", by="node", unit="1/s"),
    "dose_response": lambda: figures.dose_response(doses(), dose="cpu_dma_latency", unit="s", dose_unit="µs"),
    "intervals": lambda: figures.intervals(ESTIMATES, label="share", unit="%", reference=0.5),
    "planning_curves": lambda: figures.planning_curves(CURVES, x="nodes", y="power", x_unit="count", target=0.9),
}
LARGE: dict[str, Callable[[], go.Figure]] = {
    "strips": lambda: figures.strips(runs(100, 25), color="OPENBLAS_CORETYPE", unit="s"),
    "strips of many nodes": lambda: figures.strips(runs(2_500, 1)),
    "bit_agreement": lambda: figures.bit_agreement(runs(200, 13), setting="OPENBLAS_CORETYPE"),
    "boot_waterfall": lambda: figures.boot_waterfall(stages(3_400)),
    "time_series": lambda: figures.time_series(nights(5_000), value="speed", time="when", by="node"),
}


@pytest.mark.parametrize("name", SMALL)
def test_a_small_figure_is_small_and_says_its_units(name: str) -> None:
    figure = SMALL[name]()
    text = figure.to_json()
    assert len(text) < 7_000
    assert "https://" not in text
    plain = json.loads(text)
    assert plain["layout"]["title"]["text"]
    assert plain["layout"]["paper_bgcolor"] == plain["layout"]["plot_bgcolor"] == "rgba(0,0,0,0)"
    if name != "bit_agreement":
        assert "(" in plain["layout"]["xaxis"]["title"]["text"]  # the unit


@pytest.mark.parametrize("name", LARGE)
def test_ten_thousand_rows_still_give_a_small_figure(name: str) -> None:
    assert len(LARGE[name]().to_json()) < 100_000


@pytest.mark.parametrize("name", SMALL)
def test_the_same_data_give_the_same_figure(name: str) -> None:
    assert SMALL[name]().to_json() == SMALL[name]().to_json()


def points(figure: go.Figure, mode: str) -> list[Any]:
    return [trace for trace in figure.data if getattr(trace, "mode", None) == mode]


def test_strips_show_every_run_and_the_mean_of_every_node() -> None:
    frame = runs()
    figure = figures.strips(frame, color="OPENBLAS_CORETYPE", panel="operation", unit="s")
    shown = np.concatenate([t.x for t in points(figure, "markers")])
    assert sorted(shown) == sorted(frame["duration"])
    means = frame.groupby(["operation", "OPENBLAS_CORETYPE", "node"])["duration"].mean()
    lines = np.concatenate([t.x[::3] for t in points(figure, "lines")])
    assert np.allclose(sorted(lines), sorted(means))
    assert (
        figure.layout.xaxis.title.text == "exp: duration (s)" or figure.layout.xaxis.title.text == "solve: duration (s)"
    )


def test_strips_put_node2_before_node10_and_leave_out_what_has_no_value() -> None:
    frame = runs(10, 2)
    frame.loc[0, "duration"] = np.nan
    figure = figures.strips(frame)
    assert list(figure.layout.yaxis.ticktext)[::-1] == [f"node{i}" for i in range(1, 11)]
    assert sum(len(t.x) for t in points(figure, "markers")) == len(frame) - 1


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


def test_letters_tell_which_nodes_agree_whatever_the_order_of_the_runs() -> None:
    letters = figures.agreement(runs(), setting="OPENBLAS_CORETYPE")
    assert letters.to_dict("index") == {
        "exp, OPENBLAS_CORETYPE default": {"node1": "A", "node2": "B"},
        "exp, OPENBLAS_CORETYPE Nehalem": {"node1": "A", "node2": "B"},
        "solve, OPENBLAS_CORETYPE default": {"node1": "A", "node2": "B"},
        "solve, OPENBLAS_CORETYPE Nehalem": {"node1": "B", "node2": "B"},
    }


def test_a_node_that_does_not_repeat_itself_and_a_missing_result_are_shown_as_such() -> None:
    frame = runs()
    odd = frame.index[(frame["node"] == "node2") & (frame["operation"] == "exp")]
    frame.loc[odd[0], "result_hash"] = "something else"
    frame.loc[frame["node"].eq("node1") & frame["operation"].eq("solve"), "result_hash"] = None
    letters = figures.agreement(frame)
    assert letters.loc["exp", "node2"] == "B/C"
    assert letters.loc["solve", "node1"] == ""
    shown = {a.text for a in figures.bit_agreement(frame).layout.annotations}
    assert {"<b>B/C</b>", "<b>·</b>"} <= shown


def test_variance_bars_are_shares_of_the_total() -> None:
    table = pd.DataFrame({"source": ["node", "rest"], "variance": [3.0, 1.0], "low": [1, np.nan], "high": [9, np.nan]})
    figure = figures.variance_bars(table, unit="s")
    assert list(figure.data[0].x) == [75.0, 25.0]
    said = " ".join(a.text for a in figure.layout.annotations)
    assert "25 to 225 %" in said
    assert "interval not known" in said
    assert "1.73 s" in said


def test_a_waterfall_adds_up_to_the_time_of_the_last_stage_and_marks_refusals() -> None:
    table = stages(2)
    table.loc[table.index[-1], "stage"] = "refused"
    figure = figures.boot_waterfall(table)
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert np.allclose(sum(np.asarray(bar.x) for bar in bars), [40, 16])
    assert "1 of 2 nodes reached 'ready'" in figure.layout.title.subtitle.text
    assert [t.name for t in figure.data if t.type == "scatter"] == ["refused"]


def test_a_time_series_shows_all_runs_and_the_window_of_the_change() -> None:
    frame = nights(60)
    changes = common_changes(frame, value="speed", time="when", group="node")
    figure = figures.time_series(frame.sample(frac=1), value="speed", time="when", by="node", changes=changes)
    assert sorted(np.concatenate([t.y for t in figure.data])) == sorted(frame["speed"])
    (band,) = figure.layout.shapes
    assert band.x0.startswith("2024-01-30")
    assert band.x1.startswith("2024-01-31")


def test_long_series_show_medians_and_leave_gaps_open() -> None:
    frame = nights(4_000)
    frame = frame[(frame["when"] < "2026-01-01") | (frame["when"] > "2028-01-01")]
    figure = figures.time_series(frame, value="speed", time="when")
    (line,) = [t for t in figure.data if t.mode == "lines+markers"]
    assert len(line.y) == 120
    assert np.isnan(np.asarray(line.y, float)).sum() > 10
    assert np.nanmax(line.y) == pytest.approx(2, rel=0.05)


def test_doses_stand_in_order_with_intervals_over_node_means() -> None:
    frame = doses()
    figure = figures.dose_response(frame, dose="cpu_dma_latency", by="workload")
    assert list(figure.layout.xaxis.ticktext) == ["0", "5", "20", "50", "200", "default"]
    (line,) = [t for t in figure.data if t.name == "messages"]
    part = frame[(frame["workload"] == "messages") & (frame["cpu_dma_latency"] == "default")]
    means = part.groupby("node")["duration"].mean()
    assert line.y[-1] == pytest.approx(means.mean())
    assert line.error_y.array[-1] == pytest.approx(stats.sem(means) * stats.t.ppf(0.975, 3))


def test_planning_curves_have_one_line_each_and_the_wanted_value() -> None:
    figure = figures.planning_curves(CURVES, x="nodes", y="power", curve="repeats", target=0.9)
    assert [t.name for t in figure.data] == ["3", "9"]
    assert figure.layout.shapes[0].y0 == 0.9


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
