"""Power through real BMCs (ipmi_sim), and through ones that are not there."""

from __future__ import annotations

import pytest

from sidus_lab.sidusctl.power import ipmi
from tests.sidusctl.conftest import Program, add_node


@pytest.mark.parametrize(
    ("said", "action", "state"),
    [
        ("Chassis Power is on", "status", "on"),
        ("Chassis Power is off", "status", "off"),
        ("Chassis Power Control: Up/On", "on", "on"),
        ("Chassis Power Control: Down/Off", "off", "off"),
        ("", "on", "on"),
        ("gibberish", "status", "unknown"),
    ],
)
def test_what_the_words_mean(said: str, action: str, state: str) -> None:
    assert ipmi.meaning(said, action) == state


@pytest.mark.slow
def test_a_silent_bmc_is_the_error_of_its_node(ctl: Program) -> None:
    for number in (1, 2):
        add_node(ctl, number, bmc_port=str(number))  # nobody listens on UDP ports 1 and 2
    answer = ctl("node", "power", "node[1-2]", "status")
    assert answer.code == 0
    for row in answer.value["nodes"]:
        assert row["power"] == "unknown"
        assert "does not answer" in row["error"]
    status = ctl("node", "status", "node1").value["nodes"][0]
    assert (status["state"], status["power"]) == ("lost", "unknown")
    assert status["reason"] == "power-unknown"
    assert "BMC" in status["error"]


def test_power_of_an_unknown_node(ctl: Program) -> None:
    assert ctl("node", "power", "node1", "on").error["code"] == "unknown-node"


def test_a_node_without_a_password_on_the_server(ctl: Program) -> None:
    add_node(ctl, 1)
    (ctl.site / "secrets" / "node1" / "bmc_password").unlink()
    assert "password" in ctl("node", "power", "node1", "status").value["nodes"][0]["error"]
