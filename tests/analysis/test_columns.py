"""Columns as people have them: the right answer, or one clear sentence."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sidus_lab.analysis.columns import ended_well, labels_of, natural, numbers_of, ratio_scale
from sidus_lab.errors import DataError
from sidus_lab.explanation import explain
from tests.analysis.test_explain_table import ask, runs


@pytest.mark.parametrize(
    ("cells", "values", "unit"),
    [
        (["12,3", "4,5"], [12.3, 4.5], ""),
        (["12.3 ms", "4.5 ms"], [12.3, 4.5], "ms"),
        ([" 1e3 ", "-2"], [1000.0, -2.0], ""),
        ([np.array(3.0), np.float32(2)], [3.0, 2.0], ""),
        ([datetime.timedelta(seconds=2), datetime.timedelta(minutes=1)], [2.0, 60.0], "s"),
        (np.array([1, 2], dtype=np.longdouble), [1.0, 2.0], ""),
        (np.array([2**40, 3], dtype=np.uint64), [2.0**40, 3.0], ""),
        ([None, "nan"], [np.nan, np.nan], ""),
        ([np.ma.masked, 1.0], [np.nan, 1.0], ""),
        (pd.array([1, None], dtype="Int64"), [1.0, np.nan], ""),
        ([-0.0, 0.0], [0.0, 0.0], ""),
    ],
)
def test_numbers_however_they_are_written(cells: Any, values: list[float], unit: str) -> None:
    found = numbers_of(pd.Series(cells, name="y"))
    np.testing.assert_array_equal(found.values, values)
    assert found.unit == unit
    assert not found.text.any()


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (np.array([1j, 2.0]), "complex"),
        ([1j, "a"], "complex"),
        (pd.to_datetime(["2024-01-01", "2024-01-02"]), "moments"),
        ([datetime.date(2024, 1, 1), None], "moments"),
        ([True, False], "yes and no"),
        ([[1, 2], [3]], "lists"),
        ([np.array([1, 2]), 3], "lists"),
        (["12 ms", "3 s"], "mixes units"),
        (["1,234", "5,678"], "thousands"),
    ],
)
def test_what_is_no_number_is_said(cells: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        numbers_of(pd.Series(cells, name="y"))


def test_blanks_around_names_are_one_name() -> None:
    labels, odd = labels_of(pd.Series(["n0 ", "n0", " n1", None], name="node"))
    assert list(labels[:3]) == ["n0", "n0", "n1"]
    assert odd == 2
    assert labels.isna().tolist() == [False, False, False, True]
    with pytest.raises(DataError, match="lists"):
        labels_of(pd.Series([["a"], ["b"]], name="node"))


@pytest.mark.parametrize(
    ("cells", "well"),
    [
        (["OK", "Failed"], [True, False]),
        ([200, 500], [True, False]),
        ([0, 1], [True, False]),
        ([True, False], [True, False]),
        (["ok ", None], [True, False]),
        (["failed", "lost"], [False, False]),
    ],
)
def test_how_a_run_ended(cells: Any, well: list[bool]) -> None:
    assert ended_well(pd.Series(cells, name="status")).tolist() == well


def test_a_status_that_nobody_knows_is_asked_about() -> None:
    with pytest.raises(DataError, match="gut"):
        ended_well(pd.Series(["gut", "schlecht"], name="status"))


def test_levels_are_sorted_as_people_do() -> None:
    assert sorted(["10", "2", "1.5", "a2", "a10"], key=natural) == ["1.5", "2", "10", "a2", "a10"]


def test_where_shares_of_the_mean_make_sense() -> None:
    assert ratio_scale([1.0, 2.0], "s", "duration")
    assert not ratio_scale([20.0, 30.0], "°C", "inlet")
    assert not ratio_scale([20.0, 30.0], "", "cpu_temperature")
    assert not ratio_scale([-0.1, 0.1], "s", "offset")


def test_a_column_called_node_beside_another_one() -> None:
    frame = runs().assign(node="always", phase="main", aa="")
    assert "12 nodes" in str(ask(frame))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.set_axis([("a", c) for c in f.columns], axis=1), "tuples"),
        (lambda f: pd.concat([f, f[["speed"]]], axis=1), "more than one column speed"),
        (lambda f: f.assign(speed=[[1]] * len(f)), "lists"),
    ],
)
def test_tables_that_cannot_be_read(change: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        ask(change(runs()))


def test_two_roles_for_one_column_are_refused() -> None:
    with pytest.raises(DataError, match="two roles"):
        explain(runs(), response="speed", node="machine", kind="machine")


def test_written_numbers_and_blanks_are_said_and_change_nothing() -> None:
    frame = runs()
    told = ask(frame.assign(speed=[f"{v:.12f} MB/s" for v in frame["speed"]], machine=frame["machine"] + " "))
    plain = ask(frame)
    assert [f.claim for f in told.findings if f.about == "nodes"] == [
        f.claim for f in plain.findings if f.about == "nodes"
    ]
    text = str(told).replace("\n    ", " ")
    assert "numbers written as text" in text
    assert "blanks around them" in text
