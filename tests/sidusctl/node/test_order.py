"""An ordered boot: what is handed out for it and when, and what the server can witness of it."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from tests.sidusctl.conftest import Program, add_by_hand, report


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
