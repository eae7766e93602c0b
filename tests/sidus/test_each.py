"""One result for many nodes: what failed is never dropped, and hides nothing."""

from __future__ import annotations

import pytest

from sidus_lab.errors import NodesFailed, SidusError
from sidus_lab.sidus.each import Each

LOST = SidusError("Nothing answers at <192.0.2.1>.", hint="is it on?")


def mixed() -> Each[str]:
    return Each("Power on", {"node1": "on", "node2": LOST, "node3": "off"})


def test_both_sides() -> None:
    found = mixed()
    assert found.ok == {"node1": "on", "node3": "off"}
    assert found.failed == {"node2": LOST}
    assert len(found) == 3
    assert list(found) == ["node1", "node2", "node3"]
    assert "node2" in found
    assert "node4" not in found
    assert found["node1"] == "on"


def test_a_failure_cannot_be_taken_for_a_value() -> None:
    found = mixed()
    with pytest.raises(SidusError, match="Nothing answers"):
        found["node2"]
    with pytest.raises(SidusError, match="Nothing answers"):
        list(found.values())
    with pytest.raises(KeyError):
        found["node4"]
    assert found != {"node1": "on", "node3": "off"}
    assert found == mixed()


def test_raise_for_failures_names_all_of_them() -> None:
    found = Each("Run", {"node1": LOST, "node2": "x", "node3": SidusError("Refused.", hint="mend it")})
    with pytest.raises(NodesFailed) as caught:
        found.raise_for_failures()
    error = caught.value
    assert error.message == "Run failed for 2 of 3 nodes."
    assert error.detail == "node1: Nothing answers at <192.0.2.1>.\nnode3: Refused."
    assert error.hint == "each error by itself: result.failed"  # the two say different things
    assert list(error.failed) == ["node1", "node3"]
    with pytest.raises(NodesFailed) as caught:
        mixed().raise_for_failures()
    assert caught.value.hint == "is it on?"


def test_all_went_well() -> None:
    found = Each("State", {"node1": 1, "node2": 2})
    assert found.raise_for_failures() is found
    assert found == {"node1": 1, "node2": 2}
    assert sum(found.values()) == 3


def test_of_no_nodes() -> None:
    found: Each[int] = Each("State", {})
    assert found.raise_for_failures() == {}
    assert repr(found) == "State: 0 nodes"


def test_how_it_is_shown() -> None:
    assert repr(mixed()).splitlines() == [
        "Power on: 3 nodes, 1 FAILED",
        "  node1  on",
        "  node2  FAILED: Nothing answers at <192.0.2.1>.",
        "  node3  off",
    ]
    page = str(mixed()._repr_mimebundle_()["text/html"])
    assert "&lt;192.0.2.1&gt;" in page
    assert "failed" in page
    states = Each("State", {"a": "up"}, state=str)
    assert "●" in str(states._repr_mimebundle_()["text/html"])
    assert repr(Each("Run", {"a": 3}, words=lambda value: f"code {value}")).endswith("code 3")
