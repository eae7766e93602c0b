"""Nodes with their past: the way back, and what must stay."""

from __future__ import annotations

from sidus_lab.sidus.lab import Lab
from tests.sidus.standins import Answers, entry


def _site() -> tuple[Lab, Answers]:
    before = {**entry("node1")["assignment"], "root_hash": "cd" * 32, "arguments": ["nosmt"], "tag": "v1"}
    nodes = [entry("node1"), entry("node2", assignment=None)]
    site = Answers({"node list": {"nodes": nodes}, "image hold": {"holds": []}})
    site.values["node rollback"] = {"nodes": [entry("node1", assignment=before), entry("node2", assignment=before)]}
    rows = [{"name": "node1", "proven": [before]}, {"name": "node2", "proven": []}]
    site.values["node proven"] = {"nodes": rows}
    return Lab(site.server), site


def test_back_to_what_each_proved_last() -> None:
    lab, site = _site()
    nodes = lab.nodes()
    assert {name: len(found) for name, found in nodes.proven().items()} == {"node1": 1, "node2": 0}
    assert nodes.rollback() is nodes
    assert [node.assigned for node in nodes] == ["cd" * 32] * 2
    assignment = nodes[0].assignment
    assert assignment is not None
    assert (assignment.arguments, assignment.tag) == (("nosmt",), "v1")
    nodes.rollback(before=True)
    assert site.asked[-1] == ("node", "rollback", "node[1-2]", "--before")


def test_no_nodes_are_not_all_nodes() -> None:
    lab, site = _site()
    none = lab.nodes()[:0]
    before = len(site.asked)
    none.rollback()
    none.hold("run 1")
    assert list(none.proven()) == []
    assert len(site.asked) == before


def test_what_is_assigned_is_held() -> None:
    lab, site = _site()
    lab.nodes().hold("run 1")
    assert site.asked[-1] == ("image", "hold", "ab" * 32, "--for=run 1")
