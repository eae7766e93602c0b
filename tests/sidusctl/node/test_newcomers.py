"""Unknown machines that asked to boot: what they said is shown, whatever it is, and one becomes a node."""

from __future__ import annotations

import json

from sidus_lab.sidusctl import formats
from sidus_lab.sidusctl.node import newcomers
from sidus_lab.sidusctl.node.reports import Report
from sidus_lab.sidusctl.serve import settings
from tests.sidusctl.conftest import Program, add_by_hand
from tests.sidusctl.serve.test_kinds import SERVING

TOLD = "mac=52-54-00-00-00-{:02x}&uuid=4c4c&maker=Dell%20Inc.&product=R640&serial=7&firmware=efi"


def _ask(ctl: Program, query: str, when: float = 100.0, path: str = "/report/-/newcomer") -> None:
    line = {"time": when, "address": "10.77.0.205", "uri": f"{path}?{query}", "status": 200, "bytes": 6, "seconds": 0}
    with (ctl.site / "log" / "access.jsonl").open("a") as log:
        log.write(json.dumps(line) + "\n")


def test_a_machine_that_asked_is_shown_until_it_is_a_node(ctl: Program) -> None:
    assert ctl("node", "newcomers").value == {"machines": []}
    add_by_hand(ctl, 1)
    for when, number in ((100.0, 1), (110.0, 2), (120.0, 3), (130.0, 2)):
        _ask(ctl, TOLD.format(number), when)
    found = ctl("node", "newcomers").value["machines"]
    assert [row["mac"] for row in found] == ["52:54:00:00:00:02", "52:54:00:00:00:03"]
    assert found[0] == {
        "mac": "52:54:00:00:00:02",
        "uuid": "4c4c",
        "maker": "Dell Inc.",
        "product": "R640",
        "serial": "7",
        "firmware": "UEFI",
        "address": "10.77.0.205",
        "first": 110.0,
        "last": 130.0,
        "times": 2,
    }
    words = ["node", "adopt", "52-54-00-00-00-02", "node7", "--power", "by-hand"]
    assert ctl(*words).error["code"] == "bad-address"
    formats.write("serving", settings.path(ctl.site), SERVING)
    node = ctl(*words).value
    assert (node["mac"], node["address"]) == ("52:54:00:00:00:02", "10.77.0.2")
    assert [row["mac"] for row in ctl("node", "newcomers").value["machines"]] == ["52:54:00:00:00:03"]
    for mac in ("52:54:00:00:00:02", "52:54:00:00:00:77"):  # a node by now; and a card that nobody saw
        error = ctl("node", "adopt", mac, "node8", "--power", "by-hand").error
        assert error["code"] == "no-newcomer"
        assert "52:54:00:00:00:03" in error["hint"]


def test_what_a_stranger_says_harms_nobody(ctl: Program) -> None:
    for query in ("", "mac=", "mac=../../etc", "mac=52-54-00-00-00-0", "mac=52-54-00-00-00-05%0a", "mac[]=1"):
        _ask(ctl, query)
    _ask(ctl, TOLD.format(4), path="/report/-/ready")
    _ask(ctl, TOLD.format(4), path="/report/node1/newcomer")
    assert ctl("node", "newcomers").value == {"machines": []}
    _ask(ctl, "mac=52-54-00-00-00-06&maker=" + "x" * 5000 + "&serial=%1b[2J%00&firmware=<b>")
    (row,) = ctl("node", "newcomers").value["machines"]
    assert (row["maker"], row["serial"], row["firmware"]) == ("x" * 80, "[2J", "")


def test_a_storm_of_strangers_is_bounded() -> None:
    told = [Report("-", "newcomer", float(n), {"mac": f"02-00-00-00-{n >> 8:02x}-{n & 255:02x}"}) for n in range(3000)]
    assert len(newcomers.gathered(told)) == 1000
    assert newcomers.gathered(told)[0]["last"] == 2999.0
