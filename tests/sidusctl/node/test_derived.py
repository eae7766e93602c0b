"""boot/: what machines that start are handed, derived from the inventory."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import Any

from tests.sidusctl.conftest import Program, add_by_hand, add_node

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIELqMg2x+4GfPkzlcLk4F8cW/UfZ03B8dhwpzyWJqFSw me@here"


def test_assign_writes_what_the_node_boots(ctl: Program, published: dict[str, Any]) -> None:
    ctl("init", "--authorize", KEY)
    for number in (1, 2):
        add_by_hand(ctl, number)
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


def test_under_uefi_the_witness_knows_the_line_that_was_handed_out(ctl: Program, published: dict[str, Any]) -> None:
    """The one line, said twice: by iPXE to the machine, and by the server to whoever judges what its TPM signed."""
    about = {"osrel": "01" * 32, "image_program": "02" * 32, "kernel_program": "03" * 32}
    files = {**published["files"], "sidus.efi": {"bytes": 1, "sha256": "00" * 32}}
    manifest = ctl.site / "published" / published["root_hash"] / "manifest.json"
    add_by_hand(ctl, 1)
    ctl("node", "assign", "node1", "debian12", "--arg", "nosmt")
    assert ctl("node", "witness", stdin="00" * 16).value["nodes"][0]["uefi"] is None  # nothing was ordered
    ctl("node", "power", "node1", "on")
    script = ctl.site / "boot" / "by-mac" / "52-54-00-00-00-01.ipxe"
    assert "sidus.efi" not in script.read_text()
    assert ctl("node", "witness", stdin="00" * 16).value["nodes"][0]["uefi"] is None  # nor is there anything for UEFI
    manifest.write_text(json.dumps({**published, "files": files, "uefi": about}))

    ctl("node", "power", "node1", "on")
    [line] = [each for each in script.read_text().splitlines() if each.startswith("kernel --name sidus.efi ")]
    told = (
        line.removesuffix(" || goto failed").partition("/sidus.efi ")[2].replace("${mac:hexhyp}", "52-54-00-00-00-01")
    )
    witness = ctl("node", "witness", stdin="00" * 16).value["nodes"][0]
    assert witness["uefi"] == {
        "kernel": "00" * 32,
        "initrd": "00" * 32,
        **about,
        "command_line": "sidus.efi " + told,
    }
    words = dict(word.partition("=")[::2] for word in told.split())
    (packed,) = (ctl.site / "boot" / "overlay").iterdir()
    assert words["sidus.overlay"] == packed.name
    assert words["sidus.overlay_sum"] == hashlib.sha256(gzip.decompress(packed.read_bytes())).hexdigest()
    assert words["sidus.own"] == witness["own"]


def test_what_is_equal_is_not_written_again(ctl: Program, published: dict[str, Any]) -> None:
    for number in (1, 2):
        add_node(ctl, number)
    ctl("node", "assign", "node1", "debian12")
    script = ctl.site / "boot" / "by-mac" / "52-54-00-00-00-01.ipxe"
    before = script.stat().st_mtime_ns, script.stat().st_ino
    ctl("node", "assign", "node2", "debian12")
    assert (script.stat().st_mtime_ns, script.stat().st_ino) == before


def test_what_is_not_wanted_any_more_goes(ctl: Program, published: dict[str, Any]) -> None:
    add_node(ctl, 1)
    ctl("node", "assign", "node1", "debian12")
    (ctl.site / "boot" / "by-mac" / "aa-bb-cc-00-00-01.ipxe").write_text("of a node that was taken away by hand")
    ctl("init")
    assert [path.name for path in (ctl.site / "boot" / "by-mac").iterdir()] == ["52-54-00-00-00-01.ipxe"]


def test_a_new_card_takes_its_script_along(ctl: Program, published: dict[str, Any]) -> None:
    add_node(ctl, 1)
    ctl("node", "assign", "node1", "debian12")
    words = ["--address", "127.0.0.1", "--bmc-host", "h", "--bmc-user", "u", "--replace"]
    ctl("node", "add", "node1", "--mac", "52:54:00:00:00:99", *words, stdin="x")
    assert [path.name for path in (ctl.site / "boot" / "by-mac").iterdir()] == ["52-54-00-00-00-99.ipxe"]
