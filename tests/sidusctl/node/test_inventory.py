"""The inventory, and what is derived from it for the web server."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import time
from typing import Any

import pytest

from sidus_lab.sidusctl.node import vouch
from tests.sidusctl.conftest import Program, add_node

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIELqMg2x+4GfPkzlcLk4F8cW/UfZ03B8dhwpzyWJqFSw me@here"


def add_by_hand(ctl: Program, number: int) -> None:
    words = [f"--mac=52:54:00:00:00:{number:02x}", "--address=127.0.0.1", f"--ssh-port={2200 + number}"]
    assert ctl("node", "add", f"node{number}", *words, "--power=by-hand").code == 0


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


def test_assign_writes_what_the_node_boots(ctl: Program, published: dict[str, Any]) -> None:
    ctl("init", "--authorize", KEY)
    add_by_hand(ctl, 1)
    add_by_hand(ctl, 2)
    answer = ctl("node", "assign", "node[1-2]", "debian12", "--arg", "processor.max_cstate=1", "--arg", "nosmt")
    assert [node["name"] for node in answer.value["nodes"]] == ["node1", "node2"]
    assert answer.value["nodes"][0]["assignment"]["arguments"] == ["processor.max_cstate=1", "nosmt"]
    ctl("node", "power", "node2", "on")  # nobody presses the button; it is ordered all the same
    script = (ctl.site / "boot" / "by-mac" / "52-54-00-00-00-02.ipxe").read_text()
    assert f"sidus.root={published['root_hash']}" in script
    assert "sidus.node=node2" in script
    assert "processor.max_cstate=1 nosmt" in script
    (packed,) = (ctl.site / "boot" / "overlay").iterdir()
    assert f"/boot/overlay/{packed.name}" in script
    overlay = gzip.decompress(packed.read_bytes())
    assert KEY.encode() in overlay
    assert b"node2\n" in overlay


@pytest.mark.parametrize("version", ["debian12", "debian12@0123", "debian12@0123456789ab", "ab" * 32, "abababab"])
def test_names_of_a_version(ctl: Program, published: dict[str, Any], version: str) -> None:
    add_node(ctl, 1)
    assert (
        ctl("node", "assign", "node1", version).value["nodes"][0]["assignment"]["root_hash"] == published["root_hash"]
    )


@pytest.mark.parametrize("version", ["nosuch", "ababab", "ffffffff", "debian12@ffff", "$(id)", "ab" * 33, ""])
def test_a_version_that_does_not_exist(ctl: Program, published: dict[str, Any], version: str) -> None:
    add_node(ctl, 1)
    answer = ctl("node", "assign", "node1", version)
    assert answer.error["code"] == "unknown-version"
    assert "debian12@0123456789ab" in answer.error["hint"]
    assert ctl("node", "list").value["nodes"][0]["assignment"] is None
    assert not list((ctl.site / "boot").glob("by-mac/*"))


@pytest.mark.parametrize("argument", ["a=b;reboot", "a b", 'x="y"', "init=/bin/sh"])
def test_arguments_that_could_break_the_boot(ctl: Program, published: dict[str, Any], argument: str) -> None:
    add_node(ctl, 1)
    assert ctl("node", "assign", "node1", "debian12", "--arg", argument).error["code"] in (
        "bad-argument",
        "reserved-argument",
    )


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


def test_what_is_equal_is_not_written_again(ctl: Program, published: dict[str, Any]) -> None:
    for number in (1, 2):
        add_node(ctl, number)
    ctl("node", "assign", "node1", "debian12")
    script = ctl.site / "boot" / "by-mac" / "52-54-00-00-00-01.ipxe"
    before = script.stat().st_mtime_ns, script.stat().st_ino
    ctl("node", "assign", "node2", "debian12")
    assert (script.stat().st_mtime_ns, script.stat().st_ino) == before


def fetched(ctl: Program) -> set[str]:
    """What the web server would hand out, name by name, and what is in it."""
    return {path.name for path in (ctl.site / "boot" / "overlay").glob("*")}


def private_key(ctl: Program) -> bytes:
    return (ctl.site / "secrets" / "node1" / "ssh_host_ed25519_key").read_bytes()


def test_no_key_lies_open_before_a_start_is_ordered_nor_after_it_reported(
    ctl: Program, published: dict[str, Any]
) -> None:
    add_by_hand(ctl, 1)
    ctl("node", "assign", "node1", "debian12")
    script = ctl.site / "boot" / "by-mac" / "52-54-00-00-00-01.ipxe"
    assert fetched(ctl) == set()
    assert "not-ordered" in script.read_text()
    assert "vmlinuz" not in script.read_text()

    before = private_key(ctl), ctl("node", "list").value["nodes"][0]["host_key"]
    ctl("node", "power", "node1", "on")
    (name,) = fetched(ctl)
    after = private_key(ctl), ctl("node", "list").value["nodes"][0]["host_key"]
    assert len({*before, *after}) == 4  # a key of its own for each start
    assert after[0] in gzip.decompress((ctl.site / "boot" / "overlay" / name).read_bytes())

    report(ctl, "network", "up=3&boot=b1")
    ctl("node", "status", "node1")
    assert fetched(ctl) == set()
    assert "not-ordered" in script.read_text()


def test_a_node_that_is_switched_off_is_given_nothing(ctl: Program, published: dict[str, Any]) -> None:
    add_by_hand(ctl, 1)
    ctl("node", "assign", "node1", "debian12")
    ctl("node", "power", "node1", "on")
    assert fetched(ctl)
    ctl("node", "power", "node1", "off")
    assert fetched(ctl) == set()


def report(ctl: Program, stage: str, query: str, *, word: str = "", address: str = "10.0.0.11") -> None:
    """Let the web server note a report; without a word, one that this boot sent."""
    ordered = json.loads((ctl.site / "secrets" / "node1" / "boot.json").read_text())
    mark = vouch.of_report(word or ordered["word"], "node1", stage, query)
    line = {"time": time.time(), "address": address, "uri": f"/report/node1/{stage}?{query}&mark={mark}"}
    with (ctl.site / "log" / "access.jsonl").open("a") as log:
        log.write(json.dumps({**line, "status": 200, "bytes": 6, "seconds": 0.0}) + "\n")


NONCE = "00" * 16


def test_a_witness_names_the_boot_that_reported_and_what_it_must_answer(
    ctl: Program, published: dict[str, Any]
) -> None:
    add_by_hand(ctl, 1)
    ctl("node", "assign", "node1", "debian12")
    row = ctl("node", "witness", "node1", stdin=NONCE).value["nodes"][0]
    assert (row["ordered"], row["boot"], row["answer"], row["kind"]) == (None, "", "", "by-hand")
    ctl("node", "power", "node1", "on")
    report(ctl, "ready", "up=9&boot=evil", word="ab" * 32)
    row = ctl("node", "witness", "node1", stdin=NONCE).value["nodes"][0]
    assert (row["boot"], row["answer"]) == ("", "")
    assert row["alarms"] == [{"what": "forged", "times": 1, "addresses": ["10.0.0.11"]}]
    report(ctl, "ready", "up=9&boot=b1", address="10.0.0.1")
    first = ctl("node", "witness", "node1", stdin=NONCE).value["nodes"][0]
    assert first["boot"] == "b1"
    assert len(first["answer"]) == 64
    other = ctl("node", "witness", "node1", stdin="11" * 16).value["nodes"][0]
    assert other["answer"] != first["answer"]
    assert first["own"] in first["command_line"].split("sidus.own=")[1]
    # What was published is looked at anew each time; the files of this manifest do not exist.
    assert first["published"].keys() == first["found"].keys() == {"vmlinuz", "initrd"}
    assert first["found"] == {"vmlinuz": "", "initrd": ""}


def test_the_word_of_a_boot_is_told_to_nobody(ctl: Program, published: dict[str, Any]) -> None:
    add_by_hand(ctl, 1)
    ctl("node", "assign", "node1", "debian12")
    ctl("node", "power", "node1", "on")
    secret = ctl.site / "secrets" / "node1" / "boot.json"
    assert secret.stat().st_mode & 0o777 == 0o600
    word = json.loads(secret.read_text())["word"]
    answers = [ctl("node", verb, "node1", stdin=NONCE).value for verb in ("list", "status", "witness")]
    scripts = [path.read_text() for path in (ctl.site / "boot" / "by-mac").iterdir()]
    assert word not in json.dumps(answers) + (ctl.site / "nodes.json").read_text() + "".join(scripts)


@pytest.mark.parametrize("nonce", ["", "00", "0" * 31, "z" * 32, "0" * 65, "00\n00"])
def test_a_nonce_that_is_none_is_refused(ctl: Program, nonce: str) -> None:
    assert ctl("node", "witness", stdin=nonce).error["code"] == "bad-nonce"
