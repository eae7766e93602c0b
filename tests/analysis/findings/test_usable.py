"""Every row that is not used is counted, with the reason."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from sidus_lab.analysis.finding import Claim
from sidus_lab.analysis.findings.usable import Usable, usable
from sidus_lab.errors import DataError


def frame(**more: object) -> pd.DataFrame:
    given = {"node": ["a", "a", "b", "b"], "run": [1, 2, 3, 4], "y": [1.0, 2.0, 3.0, 4.0]}
    return pd.DataFrame(given | more)


def sort_out(table: pd.DataFrame, identify: tuple[str, ...] = ()) -> Usable:
    return usable(table, "y", ["node"], identify)


def reasons(found: Usable) -> dict[str, int]:
    return {item.reason: item.rows for item in found.findings}


def test_a_clean_table_stays_as_it_is() -> None:
    found = sort_out(frame())
    assert found.findings == ()
    assert found.rows["y"].tolist() == [1, 2, 3, 4]
    assert len(found.lost) == 0


@pytest.mark.parametrize(
    ("more", "left", "reason"),
    [
        ({"y": [1.0, math.nan, math.inf, 4.0]}, 2, {"infinite": 2}),
        ({"y": [1.0, "oops", 3.0, 4.0]}, 3, {"text": 1}),
        ({"y": ["1 s", "2 s", "3 s", "4 s"]}, 4, {"converted": 4}),
        ({"node": ["a", " a", "b", "b"]}, 4, {"trimmed": 1}),
        ({"node": ["a", None, "b", "b"]}, 3, {"nameless": 1}),
        ({"status": ["ok", "failed", "ok", "timeout"]}, 2, {"status": 2}),
    ],
)
def test_each_row_left_out_has_its_reason(more: dict[str, object], left: int, reason: dict[str, int]) -> None:
    found = sort_out(frame(**more))
    assert len(found.rows) == left
    assert reasons(found) == reason
    assert all(item.total == 4 for item in found.findings)


def test_a_row_is_counted_under_one_reason_only() -> None:
    found = sort_out(frame(y=[math.nan, 2.0, 3.0, 4.0], node=[None, "a", "b", "b"]))
    assert reasons(found) == {"infinite": 1}


def test_lost_runs_are_kept_apart_and_a_unit_is_read() -> None:
    found = sort_out(frame(status=["ok", "failed", "ok", "ok"], y=["1 s", "2 s", "3 s", "4 s"]))
    assert found.lost["run"].tolist() == [2]
    assert found.unit == "s"


def test_copies_are_counted_once_and_equal_repeats_are_kept() -> None:
    numbered = sort_out(pd.concat([frame(), frame().head(1)]))
    assert (len(numbered.rows), reasons(numbered)) == (4, {"copies": 1})
    assert numbered.findings[0].claim is Claim.ROWS_COUNTED_ONCE
    assert numbered.findings[0].columns == ("run",)
    plain = frame(y=[1.0, 1.0, 3.0, 4.0]).drop(columns="run")  # nothing tells: a coarse clock, perhaps
    kept = sort_out(plain)
    assert (len(kept.rows), reasons(kept)) == (4, {"alike": 1})
    assert kept.findings[0].claim is Claim.ROWS_ALIKE


def test_the_frame_given_is_not_changed() -> None:
    table = frame(node=[" a", "a", "b", "b"], y=["1", "2", "3", "4"])
    before = table.copy()
    sort_out(table)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (frame().head(0), "no rows"),
        (frame(y=["a", "b", "c", "d"]), "text where numbers belong"),
        (frame(y=[math.nan] * 4), "No row can be used"),
        (frame().drop(columns="node"), "no column 'node'"),
    ],
)
def test_a_table_without_a_usable_row_is_refused(table: pd.DataFrame, message: str) -> None:
    with pytest.raises(DataError, match=message):
        sort_out(table)
