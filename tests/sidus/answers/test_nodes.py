"""What is answered about nodes, read."""

from __future__ import annotations

import pytest

from sidus_lab.sidus import answers
from sidus_lab.sidus.answers import PowerAnswer
from sidus_lab.sidus.inventory import PowerWay
from sidus_lab.sidus.status import LOSSES
from sidus_lab.sidusctl.node import stages
from tests.sidus.standins import entry, status


def test_the_inventory() -> None:
    first, second = answers.inventory(
        {"nodes": [entry("node1"), entry("node2", assignment=None, power={"kind": "by-hand"}, power_on=None)]}
    )
    assert first.power == PowerWay("ipmi", {"host": "192.0.2.9", "port": 623, "user": "u", "cipher": None})
    assert first.assignment is not None
    assert first.assignment.levels == ("asked", "enforced", "scrubbed", "clean")
    assert first.assignment.name == first.boots == "small@0123456789ab"
    assert (second.power, second.assignment, second.powered_on) == (PowerWay("by-hand"), None, None)


def test_power() -> None:
    rows = [{"name": "a", "power": "on", "error": None}, {"name": "b", "power": "unknown", "error": "It is silent."}]
    assert answers.power({"nodes": rows}) == {"a": PowerAnswer("on", ""), "b": PowerAnswer("unknown", "It is silent.")}
    assert answers.power({"nodes": []}) == {}


def test_every_way_to_be_lost_has_a_sentence() -> None:
    assert set(LOSSES) == set(stages.LOSSES)


@pytest.mark.parametrize("reason", stages.LOSSES)
def test_why_a_node_is_lost(reason: str) -> None:
    found = answers.statuses({"nodes": [status("node1", "lost", stage="mounted", reason=reason)]})[0]
    assert " " in found.reason  # a sentence, and not the server's word
    assert "{" not in found.reason


def test_removed() -> None:
    assert answers.removed({"removed": ["node1"]}) == ["node1"]


def test_machines_that_asked_to_boot() -> None:
    row = {"mac": "52:54:00:00:00:02", "uuid": "4c4c", "maker": "<b>", "product": "R640", "serial": "7"}
    row |= {"firmware": "UEFI", "address": "10.77.0.205", "first": 0.0, "last": 60.0, "times": 3}  # type: ignore[dict-item]
    found = answers.newcomers({"machines": [row]})
    assert len(found) == 1
    assert (found[0].mac, found[0].firmware, found[0].last) == ("52:54:00:00:00:02", "UEFI", 60.0)
    assert [each.serial for each in found] == ["7"]
    assert "1970-01-01 00:01:00 UTC" in str(found)
    shown = str(found._repr_mimebundle_()["text/html"])
    assert "&lt;b&gt;" in shown
    assert "<b>" not in shown
    assert str(answers.newcomers({"machines": []})) == "No unknown machine asked to boot here."
