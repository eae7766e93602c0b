"""Old files are read; newer and damaged ones are refused in one sentence. `formats/` holds real old files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.sidusctl import formats, shaped
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.power.ipmi import IpmiPower
from tests.sidusctl.conftest import Program

STORED = Path(__file__).parent / "formats"
OLD = [(kind, number) for kind in formats.TABLE for number in range(1, formats.newest(kind))]


def _stored(kind: str, number: int) -> Path:
    return STORED / f"{kind}-{number}.json"


@pytest.mark.parametrize(("kind", "number"), [*OLD, ("site", 1)])
def test_every_old_format_has_a_stored_example_that_is_read(kind: str, number: int) -> None:
    before = _stored(kind, number).read_bytes()
    value = formats.read(kind, _stored(kind, number))
    assert value is not None
    assert value["format"] == formats.newest(kind)
    for node in value.get("nodes", {}).values():  # the keys of a power are its kind's own
        assert shaped.faults(node["power"], IpmiPower, exact=True) == []
        node["power"] = {"kind": "ipmi"}
    assert shaped.faults(value, formats.TABLE[kind].shape, exact=True) == []
    assert _stored(kind, number).read_bytes() == before  # reading changes nothing


def test_nodes_of_the_first_format_keep_their_power_and_assignment() -> None:
    found = formats.read("nodes", _stored("nodes", 1))
    assert found is not None
    nodes = found["nodes"]
    assert nodes["node1"]["power"] == {
        "kind": "ipmi",
        "host": "10.0.1.11",
        "port": 623,
        "user": "admin",
        "cipher": None,
    }
    assert nodes["node2"]["power"]["cipher"] == 3
    assert (nodes["node1"]["assignment"]["form"], nodes["node1"]["assignment"]["arguments"]) == ("memory", ["nosmt"])
    assert nodes["node2"]["assignment"] is None
    assert all("bmc" not in node for node in nodes.values())


def test_a_site_of_old_files_goes_on(ctl: Program) -> None:
    """An inventory, a published version and a job as an older program left them, used and changed by this one."""
    shutil.copy(_stored("nodes", 1), ctl.site / "nodes.json")
    for name in ("node1", "node2"):
        (ctl.site / "secrets" / name).mkdir(mode=0o700)
        for key in ("ssh_host_ed25519_key", "ssh_host_ed25519_key.pub", "bmc_password"):
            (ctl.site / "secrets" / name / key).write_text("ssh-ed25519 AAAA")
    manifest = json.loads(_stored("manifest", 1).read_text())
    (ctl.site / "published" / manifest["root_hash"]).mkdir()
    shutil.copy(_stored("manifest", 1), ctl.site / "published" / manifest["root_hash"] / "manifest.json")
    job = json.loads(_stored("job", 1).read_text())["id"]
    (ctl.site / "jobs" / job).mkdir()
    for kind, name in (("job", "job.json"), ("outcome", "result.json")):
        shutil.copy(_stored(kind, 1), ctl.site / "jobs" / job / name)
    (ctl.site / "jobs" / job / "events.jsonl").touch()

    assert [node["power"]["kind"] for node in ctl("node", "list").value["nodes"]] == ["ipmi", "ipmi"]
    assert ctl("image", "list").value["published"][0]["form"] == "memory"
    assert ctl("job", "list").value["jobs"][0]["error"] == "There is no image 'none'."
    assert ctl("job", "follow", job).error["next"] == []
    assert ctl("node", "assign", "node2", manifest["image"]).value["nodes"][0]["assignment"]["form"] == "memory"
    written = json.loads((ctl.site / "nodes.json").read_text())
    assert written["format"] == formats.newest("nodes")
    assert (ctl.site / "boot" / "by-mac" / "52-54-00-12-34-56.ipxe").exists()


@pytest.mark.parametrize("kind", list(formats.TABLE))
def test_a_newer_format_is_refused_in_one_sentence(kind: str) -> None:
    with pytest.raises(CtlError) as caught:
        formats.forward(kind, {"format": formats.newest(kind) + 1}, "the file")
    assert caught.value.code == "site-format"
    assert caught.value.message.count(".") == 1
    assert str(formats.newest(kind)) in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("number", [0, -1, True, "1", None, 1.5])
def test_a_format_that_never_was(number: Any) -> None:
    with pytest.raises(CtlError) as caught:
        formats.forward("site", {"format": number}, "the file")
    assert caught.value.code == "damaged"


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"', '{"format": 1}', '{"format": 1, "nodes": 3}'])
def test_damaged_files_are_named_and_no_traceback(ctl: Program, text: str) -> None:
    (ctl.site / "nodes.json").write_text(text)
    answer = ctl("node", "list")
    assert (answer.code, answer.error["code"]) == (1, "damaged")
    assert str(ctl.site / "nodes.json") in answer.error["message"]
    assert answer.stderr == ""


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"port": "623"}, "node1.power.port must be a whole number"),
        ({"host": None}, "node1.power.host must be text"),
        ({"kind": 5}, "kind must be text"),
    ],
)
def test_the_power_of_a_node_is_checked_by_its_kind(ctl: Program, change: dict[str, Any], fault: str) -> None:
    found = formats.read("nodes", _stored("nodes", 1))
    assert found is not None
    found["nodes"]["node1"]["power"].update(change)
    (ctl.site / "nodes.json").write_text(json.dumps(found))
    found = ctl("node", "list").value
    assert [node["name"] for node in found["nodes"]] == ["node2"]
    assert fault in found["damaged"][0]["why"]
