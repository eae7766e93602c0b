"""What the design cannot tell, as values: which limit, on which nodes, and which rows were left out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sidus_lab.analysis.finding import Claim
from sidus_lab.analysis.findings.limits import LimitFinding, about_outlook, design, rows
from sidus_lab.analysis.findings.outlook import outlook
from sidus_lab.analysis.findings.records import checked
from sidus_lab.analysis.numbers.variance import one_way
from tests.analysis.records_example import FACTOR, records


def limits(frame: pd.DataFrame, **more: Any) -> list[LimitFinding]:
    given = {"tests": 1, "floor_known": True, "hardware": None} | more
    found = design(checked(frame, [FACTOR]), [], **given)
    return [finding for finding in found if isinstance(finding, LimitFinding)]


def test_one_node_and_no_floor() -> None:
    found = limits(records(nodes=("node1",)), floor_known=False)
    assert [(item.limit, item.nodes) for item in found] == [("one-node", ("node1",)), ("no-floor", ())]
    assert not any(item.passed for item in found)


def test_nodes_that_are_the_only_one_of_their_kind() -> None:
    assert [(item.limit, item.nodes) for item in limits(records())] == [("single-kind", ("node1", "node2"))]
    three = limits(records(nodes=("node1", "node2", "node3")))
    assert [item.nodes for item in three] == [("node2",)]
    assert not limits(records(hardware=lambda _: "one kind"))


def test_idle_states_only_where_something_is_known() -> None:
    pairs = {"nodes": ("node1", "node2", "node3", "node4")}
    known = {"node1": {"virtual": True}, "node2": {"idle_states": []}}
    assert [item.limit for item in limits(records(**pairs), hardware=known)] == ["virtual"]
    assert [item.limit for item in limits(records(**pairs), hardware={"node2": {"idle_states": []}})] == [
        "no-idle-states"
    ]
    assert not limits(records(**pairs), hardware={"node2": {"idle_states": ["C1"]}, "node3": {}})


def test_rows_left_out_are_counted_by_reason() -> None:
    frame = records(nodes=("node1", "node2", "node3"))
    frame.loc[frame["node"] == "node3", "status"] = "lost"
    frame.loc[0, "duration"] = -1.0
    lost, copies, untimed = rows(
        checked(pd.concat([frame, frame.tail(2).assign(node="node1", status="ok")] * 2), [FACTOR])
    )
    assert (lost.reason, lost.nodes, dict(lost.statuses)) == ("unusable", ("node3",), {"lost": 48})
    assert copies.claim is Claim.ROWS_COUNTED_ONCE
    assert (untimed.reason, untimed.rows) == ("untimed", 1)
    assert list(rows(checked(records(), [FACTOR]))) == []


def test_an_outlook_that_knows_enough_is_ticked() -> None:
    frame = records(levels=("default",), operations=("solve",))
    found = outlook([("solve", one_way(frame["duration"].to_numpy(), frame["node"]))])
    assert found is not None
    shown = about_outlook(found, "s", len(frame), 12.0)
    assert (shown.claim, shown.passed) == (Claim.LIMIT, False)
    assert shown.outlook.widest == "solve"
