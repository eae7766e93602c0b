"""The inventory, and what is derived from it for the web server."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest

from tests.sidusctl.conftest import Program, add_by_hand, add_node

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIELqMg2x+4GfPkzlcLk4F8cW/UfZ03B8dhwpzyWJqFSw me@here"


def test_add_gives_the_node_and_its_host_key(ctl: Program) -> None:
    node = add_node(ctl, 1, mac="52-54-00-AB-CD-EF").value
    assert node["mac"] == "52:54:00:ab:cd:ef"
    assert node["host_key"].startswith("ssh-ed25519 AAAA")
    private = ctl.site / "secrets" / "node1" / "ssh_host_ed25519_key"
    public = subprocess.run(["ssh-keygen", "-y", "-f", str(private)], capture_output=True, text=True, check=True).stdout
    assert public.split()[:2] == node["host_key"].split()


def test_secrets_are_never_told_and_not_readable_by_others(ctl: Program) -> None:
    add_node(ctl, 1, password="hunter2\n")
    secret = ctl.site / "secrets" / "node1" / "bmc_password"
    assert secret.read_text() == "hunter2"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert "hunter2" not in json.dumps(ctl("node", "list").value) + (ctl.site / "nodes.json").read_text()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "node2;reboot"}, "bad-name"),
        ({"name": "$(id)"}, "bad-name"),
        ({"name": "../node2"}, "bad-name"),
        ({"name": "node[2-3]"}, "bad-name"),
        ({"name": "Node2"}, "bad-name"),
        ({"mac": "52:54:00:00:00"}, "bad-mac"),
        ({"mac": "53:54:00:00:00:02"}, "bad-mac"),
        ({"mac": "52:54:00:00:00:0g"}, "bad-mac"),
        ({"address": "a b"}, "bad-address"),
        ({"address": "-oProxyCommand=x"}, "bad-address"),
        ({"bmc_host": "$(id)"}, "bad-address"),
        ({"ssh_port": "0"}, "bad-port"),
        ({"bmc_port": "65536"}, "bad-port"),
        ({"bmc_user": "a b"}, "bad-user"),
        ({"password": "a\nb\n"}, "bad-password"),
        ({"name": "node1"}, "duplicate-node"),
        ({"mac": "52:54:00:00:00:01"}, "duplicate"),
        ({"mac": "52-54-00-00-00-01"}, "duplicate"),
        ({"ssh_port": "2201"}, "duplicate"),
        ({"bmc_port": "9001"}, "duplicate"),
    ],
)
def test_bad_nodes_are_refused_and_change_nothing(ctl: Program, changes: dict[str, str], code: str) -> None:
    add_node(ctl, 1)
    before = (ctl.site / "nodes.json").read_bytes()
    answer = add_node(ctl, 2, **changes)
    assert (answer.code, answer.error["code"]) == (1, code)
    assert answer.error["hint"]
    assert (ctl.site / "nodes.json").read_bytes() == before
    assert [path.name for path in (ctl.site / "secrets").iterdir()] == ["node1"]


def test_the_same_ssh_port_on_another_address_is_fine(ctl: Program) -> None:
    add_node(ctl, 1)
    assert add_node(ctl, 2, address="10.0.0.2", ssh_port="2201").code == 0


def test_replace_keeps_key_and_assignment(ctl: Program, published: dict[str, Any]) -> None:
    first = add_node(ctl, 1).value
    ctl("node", "assign", "node1", "debian12")
    words = ["--mac", "52:54:00:00:00:01", "--address", "::1", "--bmc-host", "h", "--bmc-user", "u", "--replace"]
    second = ctl("node", "add", "node1", *words, stdin="other").value
    assert second["host_key"] == first["host_key"]
    assert second["assignment"]["root_hash"] == published["root_hash"]
    assert (second["address"], second["ssh_port"]) == ("::1", 22)


def test_unknown_nodes_are_named_in_folded_form(ctl: Program) -> None:
    add_node(ctl, 1)
    answer = ctl("node", "list", "node[1-4]")
    assert answer.error["code"] == "unknown-node"
    assert "node[2-4]" in answer.error["message"]
    assert ctl("node", "list", "node[1-1000000000]").error["code"] == "bad-nodeset"


def test_remove_takes_everything_of_a_node(ctl: Program, published: dict[str, Any]) -> None:
    for number in (1, 2):
        add_by_hand(ctl, number)
    ctl("node", "assign", "node[1-2]", "debian12")
    ctl("node", "power", "node[1-2]", "on")
    assert ctl("node", "remove", "node1").value == {"removed": ["node1"]}
    assert [node["name"] for node in ctl("node", "list").value["nodes"]] == ["node2"]
    left = {
        path.name for folder in ("secrets", "boot/by-mac", "boot/overlay") for path in (ctl.site / folder).iterdir()
    }
    assert {re.sub("-[0-9a-f]{32}", "-*", name) for name in left} == {
        "node2",
        "52-54-00-00-00-02.ipxe",
        "node2-*.cpio.gz",
    }
    assert ctl("node", "remove", "").code == 1


def test_nodes_are_listed_in_the_order_of_people(ctl: Program) -> None:
    for number in (10, 2, 1):
        add_node(ctl, number)
    assert [node["name"] for node in ctl("node", "list").value["nodes"]] == ["node1", "node2", "node10"]


def test_two_at_once_lose_nothing(ctl: Program) -> None:
    words = (
        "node add node{0} --mac 52:54:00:00:00:0{0} --address 127.0.0.1 --ssh-port 220{0} --bmc-host h{0} --bmc-user u"
    )
    running = [ctl.start(*words.format(number).split(), stdin="x") for number in range(1, 9)]
    assert [process.wait(60) for process in running] == [0] * 8
    for process in running:
        assert process.stdout is not None
        process.stdout.close()
    assert len(ctl("node", "list").value["nodes"]) == 8


def test_a_new_node_never_gets_the_key_of_an_earlier_one_of_its_name(ctl: Program) -> None:
    first = add_node(ctl, 1).value["host_key"]
    kept = ctl.site / "secrets" / "node1"
    aside = ctl.site / "aside"
    shutil.copytree(kept, aside)
    ctl("node", "remove", "node1")
    shutil.copytree(aside, kept)  # as a removal leaves it that is killed half-way
    assert add_node(ctl, 1).value["host_key"] != first
