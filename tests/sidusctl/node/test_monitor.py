"""`node status`: power, log and inventory together."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sidusctl.conftest import Program, add_node


def test_status_without_asking_the_bmc(ctl: Program) -> None:
    add_node(ctl, 1)
    (ctl.site / "log" / "access.jsonl").write_text('{"time": 99999999999, "uri": "/report/node1/ready?up=40.1"}\n')
    row = ctl("node", "status", "node1", "--no-power").value["nodes"][0]
    assert (row["state"], row["error"], row["last"]["details"]) == ("up", None, {"up": "40.1"})


def test_the_fraction_counts_the_bytes_of_what_is_assigned(ctl: Program, published: dict[str, Any]) -> None:
    add_node(ctl, 1)
    (ctl.site / "log" / "access.jsonl").write_text(
        '{"time": 99999999999, "uri": "/report/node1/fetching?file=root.squashfs&bytes=500"}\n'
    )
    unknown = ctl("node", "status", "node1", "--no-power").value["nodes"][0]["fraction"]
    ctl("node", "assign", "node1", "debian12")
    assert ctl("node", "status", "node1", "--no-power").value["nodes"][0]["fraction"] == pytest.approx(unknown + 0.1)
