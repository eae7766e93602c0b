"""Time stamps of every form are read to the same hours, and what is odd about them is counted."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from sidus_lab.analysis.numbers.clock import Stamps, read_stamps

TEXT = ["2024-03-01T10:00:00Z", "2024-03-01T10:30:00Z", "2024-03-01T12:00:00Z"]
TIMES = pd.to_datetime(pd.Series(TEXT), utc=True)


def read(stamps: Any, node: list[str] | None = None) -> Stamps:
    frame = pd.DataFrame({"when": stamps})
    return read_stamps(frame.assign(node=node or ["n"] * len(frame)), "when", "node")


@pytest.mark.parametrize(
    ("stamps", "zones", "naive"),
    [
        (TEXT, 1, 0),
        (TIMES, 1, 0),
        (TIMES.dt.tz_convert("Europe/Paris"), 1, 0),
        (TIMES.dt.tz_localize(None), 0, 3),
        (TIMES.astype("int64") / TIMES.astype("int64").iloc[0] * TIMES.iloc[0].timestamp(), 1, 0),
        ([text.rstrip("Z") for text in TEXT], 0, 3),
        (["2024-03-01T11:00:00+01:00", "2024-03-01T12:30:00+0200", "2024-03-01T12:00:00Z"], 3, 0),
        (["2024-03-01T11:00:00+01:00", "2024-03-01T11:30:00+0100", "2024-03-01T12:00:00"], 1, 1),
    ],
)
def test_every_form_gives_the_same_hours(stamps: Any, zones: int, naive: int) -> None:
    found = read(stamps)
    assert found.hours.tolist() == pytest.approx([0.0, 0.5, 2.0], abs=1e-6)
    assert (found.zones, found.naive, found.unreadable, found.disordered) == (zones, naive, 0, 0)


def test_what_cannot_be_read_is_counted_and_has_no_hour() -> None:
    found = read([TEXT[0], "yesterday", TEXT[2]])
    assert found.unreadable == 1
    assert found.hours.isna().tolist() == [False, True, False]
    assert found.zones == 1
    assert read(["a", "b"]).hours.isna().all()


def test_disorder_is_that_of_one_node() -> None:
    """Nodes may come one after another in the table; a node's own rows that go back in time are odd."""
    assert read([*TEXT, *TEXT], ["a"] * 3 + ["b"] * 3).disordered == 0
    assert read([TEXT[2], TEXT[0], TEXT[1]]).disordered == 1
