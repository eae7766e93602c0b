"""Which nodes stand on which published version."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.history import standing
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import Program, add_by_hand


def test_assigned_booted_proved_and_fetched(ctl: Program, published: dict[str, Any]) -> None:
    site, root = Site(ctl.site), published["root_hash"]
    for number in (1, 2):
        add_by_hand(ctl, number)
    assert standing.look(site) == standing.Standing({}, {}, {}, {}, set(), {})
    ctl("node", "assign", "node[1-2]", root)
    ctl("node", "power", "node1", "on")
    ctl("node", "note-proof", "node1", root)
    lines = [{"time": 5, "uri": f"/published/{'1' * 64}/root.squashfs"}, {"uri": f"/published/{'2' * 64}/initrd"}]
    (ctl.site / "log" / "access.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = standing.look(site, since=4.0)
    assert (found.assigned, found.booted, found.proved) == (
        {root: ["node1", "node2"]},
        {root: ["node1"]},
        {root: ["node1"]},
    )
    assert found.named == {"debian12@0123456789ab": ["node1", "node2"]}
    assert found.fetched == {"1" * 64, "2" * 64}
    assert standing.look(site, since=6.0).fetched == {"2" * 64}  # a line that does not say when counts as now
    assert standing.look(site).unsure == {}


def test_a_boot_of_an_older_program_is_unsure_and_what_it_was_told_counts_from_the_report_on(
    ctl: Program, published: dict[str, Any]
) -> None:
    site = Site(ctl.site)
    add_by_hand(ctl, 1)
    ctl("node", "assign", "node1", published["root_hash"])
    ctl("node", "power", "node1", "on")
    path = ctl.site / "secrets" / "node1" / "boot.json"
    older = {key: value for key, value in json.loads(path.read_text()).items() if key != "root"}
    path.write_text(json.dumps(older))
    found = standing.look(site)
    assert (found.booted, found.unsure) == ({}, {"node1": older["when"]})
    path.unlink()
    assert list(standing.look(site).unsure) == ["node1"]


def test_a_node_that_cannot_be_read_stops_everything(ctl: Program) -> None:
    add_by_hand(ctl, 1)
    whole = json.loads((ctl.site / "nodes.json").read_text())
    whole["nodes"]["node2"] = {"mac": 5}
    (ctl.site / "nodes.json").write_text(json.dumps(whole))
    with pytest.raises(CtlError) as caught:
        standing.look(Site(ctl.site), math.inf)
    assert caught.value.code == "damaged"
