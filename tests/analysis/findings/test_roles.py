"""Which column plays which part, and which rows are the baseline."""

from __future__ import annotations

import pandas as pd

from sidus_lab.analysis.findings.roles import Roles, at_baseline, baseline

FRAME = pd.DataFrame(
    {
        "node": ["n1", "n1", "n2", "n2"],
        "boot": ["b1", "b2", "b1", "b2"],
        "when": ["2024-03-01", None, "2024-03-01", "2024-03-01"],
        "order": [1, 2, 3, 4],
        "level": ["10", "9", "10", "9"],
        "mode": ["fast", "default", "fast", "default"],
    }
)


def test_columns_of_a_records_names_are_found_where_they_are_filled() -> None:
    found = Roles("node").found_in(FRAME, "y")
    assert (found.boot, found.session, found.when, found.order) == ("boot", None, None, "order")


def test_what_was_named_stays_and_what_is_taken_is_not_taken_twice() -> None:
    assert Roles("node", boot="level").found_in(FRAME, "y").boot == "level"
    assert Roles("node", within="order").found_in(FRAME, "y").order is None
    assert Roles("node", factors=("boot",)).found_in(FRAME, "y").boot is None
    assert Roles("node").found_in(FRAME, "order").order is None


def test_the_columns_of_names() -> None:
    roles = Roles("node", within="repeat", kind="cpu", boot="boot", when="when", order="order", factors=("mode",))
    assert roles.labels == ["node", "cpu", "boot", "mode"]


def test_the_baseline_is_default_or_the_first_as_people_count() -> None:
    assert baseline(FRAME, "mode") == "default"
    assert baseline(FRAME, "level") == "9"


def test_rows_at_the_baseline_of_every_factor() -> None:
    assert at_baseline(FRAME, []).equals(FRAME)
    assert at_baseline(FRAME, ["mode", "level"]).index.tolist() == [1, 3]
    never = FRAME.assign(level=["9", "10", "9", "10"])
    assert len(at_baseline(never, ["mode", "level"])) == 4  # a combination that was never run keeps all rows
