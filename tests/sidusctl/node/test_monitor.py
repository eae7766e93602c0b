"""`node status`: power, log and inventory together."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sidusctl.conftest import Program, add_by_hand, report


def test_status_without_asking_the_bmc(ctl: Program) -> None:
    add_by_hand(ctl, 1)
    ctl("node", "power", "node1", "on")
    report(ctl, "ready", "up=40.1")
    row = ctl("node", "status", "node1", "--no-power").value["nodes"][0]
    assert (row["state"], row["error"], row["last"]["details"]) == ("up", None, {"up": "40.1"})


def test_the_fraction_counts_the_bytes_of_what_is_assigned(ctl: Program, published: dict[str, Any]) -> None:
    add_by_hand(ctl, 1)
    ctl("node", "power", "node1", "on")
    report(ctl, "fetching", "file=root.squashfs&bytes=500")
    unknown = ctl("node", "status", "node1", "--no-power").value["nodes"][0]["fraction"]
    ctl("node", "assign", "node1", "debian12")
    assert ctl("node", "status", "node1", "--no-power").value["nodes"][0]["fraction"] == pytest.approx(unknown + 0.1)


def test_forged_reports_change_nothing_and_are_shown(ctl: Program) -> None:
    add_by_hand(ctl, 1)
    ctl("node", "power", "node1", "on")
    report(ctl, "network", "up=3&boot=b1")
    report(ctl, "refused", "reason=verity", word="ab" * 32, address="10.0.0.66")
    row = ctl("node", "status", "node1", "--no-power").value["nodes"][0]
    assert (row["state"], row["stage"]) == ("booting", "network")
    assert row["alarms"] == [{"what": "forged", "times": 1, "addresses": ["10.0.0.66"]}]
