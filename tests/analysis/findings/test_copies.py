"""Equal rows: copies where a column numbers the runs, else honest repeats with a coarse clock."""

from __future__ import annotations

import pandas as pd
import pytest

from sidus_lab.analysis.findings.copies import once

RUNS = pd.DataFrame({"node": ["a", "a", "b", "b"], "repetition": [1, 2, 1, 2], "y": [1.0, 1.0, 2.0, 2.0]})


def twice(table: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([table, table.head(1)], ignore_index=True)


def test_rows_that_all_differ_are_left_alone() -> None:
    rows, copies, keys = once(RUNS, ["node"], ())
    assert rows is RUNS
    assert (copies, keys) == (0, [])


def test_a_column_that_numbers_the_runs_of_a_node_tells() -> None:
    rows, copies, keys = once(twice(RUNS), ["node"], ())
    assert (len(rows), copies, keys) == (4, 1, ["repetition"])


def test_without_such_a_column_every_row_is_kept() -> None:
    rows, copies, keys = once(RUNS.drop(columns="repetition"), ["node"], ())
    assert (len(rows), copies, keys) == (4, 2, [])


def test_a_column_that_was_named_tells_too() -> None:
    odd = twice(RUNS.rename(columns={"repetition": "round"}))
    assert once(odd, ["node"], ())[2] == []
    rows, _, keys = once(odd, ["node"], ["round"])
    assert (len(rows), keys) == (4, ["round"])


def test_one_word_for_the_whole_run_does_not_number_its_rows() -> None:
    """Every row carries the same run: that equal rows share it says nothing."""
    table = RUNS.drop(columns="repetition").assign(run="r1")
    rows, copies, keys = once(table, ["node"], ())
    assert (len(rows), copies, keys) == (4, 2, [])


@pytest.mark.parametrize("column", ["repetition", "order"])
def test_a_column_of_names_is_no_number(column: str) -> None:
    table = twice(RUNS.rename(columns={"repetition": column}))
    assert once(table, ["node", column], ())[2] == []


def test_two_columns_may_tell_together() -> None:
    rows = [("a", attempt, second, 1.0) for attempt in (1, 2) for second in (1, 2)]
    table = pd.DataFrame(rows, columns=["node", "attempt", "order", "y"])
    found, copies, keys = once(twice(table), ["node"], ())
    assert (len(found), copies, set(keys)) == (4, 1, {"attempt", "order"})


def test_cells_that_cannot_be_compared_are_left_to_others() -> None:
    table = pd.DataFrame({"node": ["a", "a"], "y": [[1], [1]]})
    assert once(table, ["node"], ())[1:] == (0, [])
