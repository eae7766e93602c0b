"""How a table was measured: units, order and clock, from the columns that say so."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sidus_lab.analysis.finding import Doubt
from sidus_lab.analysis.findings.layout import layout, named


def table(*, nodes: int = 3, boots: int = 2, repeats: int = 2) -> pd.DataFrame:
    n, b, r = (axis.ravel() for axis in np.meshgrid(range(nodes), range(boots), range(repeats), indexing="ij"))
    names = {"node": [f"n{i}" for i in n], "boot": [f"b{i}" for i in b], "repeat": r + 1}
    return pd.DataFrame(names | {"y": np.arange(n.size, dtype=float), "order": np.arange(n.size)[::-1]})


def test_a_boots_name_may_be_used_on_every_node() -> None:
    lay = layout(table(), "y", "node", boot="boot")
    assert lay.names == ("n0", "n1", "n2")
    assert len(np.unique(lay.boot)) == 6
    assert lay.unit == "boot"
    assert (lay.boots, lay.sessions, lay.ordered) == (True, False, False)


@pytest.mark.parametrize(
    ("nodes", "boots", "unit"),
    [(3, 1, "run"), (3, 2, "boot"), (1, 2, "run"), (1, 3, "boot"), (2, 2, "boot")],
)
def test_boots_count_where_enough_can_be_compared(nodes: int, boots: int, unit: str) -> None:
    assert layout(table(nodes=nodes, boots=boots), "y", "node", boot="boot").unit == unit


def test_sessions_take_the_place_of_boots() -> None:
    assert layout(table(), "y", "node", session="boot").unit == "session"
    assert layout(table(boots=1), "y", "node", boot="boot", session="repeat").unit == "session"


def test_the_order_comes_from_times_then_numbers_then_repeats() -> None:
    frame = table()
    hours = pd.Series(np.arange(12) / 2)
    timed = layout(frame, "y", "node", hours=hours, order="order")
    assert timed.ordered
    assert timed.clock is not None
    assert timed.clock.tolist() == hours.tolist()
    numbered = layout(frame, "y", "node", order="order")
    assert numbered.place.tolist() == list(range(11, -1, -1))
    assert numbered.clock is not None
    again = layout(frame.assign(order=frame["repeat"]), "y", "node", order="order")
    assert again.ordered
    assert again.clock is None  # numbers that start anew say nothing of the time between nodes
    counted = layout(frame, "y", "node", boot="boot", within="repeat")
    assert counted.ordered
    of_first = counted.place[counted.node == 0]
    assert (np.diff(of_first) > 0).all()
    assert not layout(frame, "y", "node", within="repeat").ordered  # two rows of a node with the same number


def test_a_time_that_is_missing_is_no_clock() -> None:
    lay = layout(table(), "y", "node", hours=pd.Series([np.nan, *range(11)], dtype=float))
    assert (lay.ordered, lay.clock) == (False, None)


def test_what_has_to_be_taken_for_granted() -> None:
    def doubts(**more: str) -> list[Doubt]:
        return [item.doubt for item in layout(table(), "y", "node", **more).assumptions()]

    assert doubts() == [Doubt.BOOTS_UNKNOWN, Doubt.ORDER_UNKNOWN]
    assert doubts(boot="boot", order="order") == []
    once = layout(table(boots=1), "y", "node", boot="boot", order="order").assumptions()
    assert [item.doubt for item in once] == [Doubt.ONE_BOOT]


def test_some_of_the_rows_are_a_layout_again() -> None:
    lay = layout(table(), "y", "node", boot="boot", order="order")
    kept = lay.keep(lay.node > 0)
    assert kept.names == ("n1", "n2")
    assert sorted(set(kept.node)) == [0, 1]
    assert sorted(set(kept.boot)) == [0, 1, 2, 3]
    assert kept.y.tolist() == list(range(4, 12))
    assert lay.with_values(lay.y * 2).y.sum() == 2 * lay.y.sum()


def test_a_column_of_a_records_name_counts_where_it_is_filled() -> None:
    frame = table()
    assert named(frame, None, "boot") == "boot"
    assert named(frame, "repeat", "boot") == "repeat"
    assert named(frame, None, "session") is None
    assert named(frame.assign(boot=None), None, "boot") is None
