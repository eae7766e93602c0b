"""One bad entry hides no other: whatever lies in the site's folder, every list answers and names it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.sidusctl.conftest import Program, add_by_hand

BAD = {
    "torn": b'{"id": "2026',
    "no text": b"\xff\xfe\x00",
    "deep": b"[" * 200_000,
    "deep object": b'{"a":' * 100_000,
    "huge": b'"' + b"x" * (1 << 21) + b'"',
    "no object": b"7",
    "empty": b"",
    "no number": b'{"created": NaN}',
    "infinite": b'{"id": "20260101-000000-00ff", "operation": "x", "request": {}, "created": 1e999}',
    "of another": b'{"id": "20260101-000000-0000", "operation": "x", "request": {}, "created": 1}',
    "a foreign process": json.dumps(
        {"id": "20260101-000000-00ff", "operation": "x", "request": {}, "created": 1, "pid": -1, "start": 1, "boot": ""}
    ).encode(),
}
JOB = "20260101-000000-00ff"
NODE = {"mac": "52:54:00:00:00:02", "address": "a", "ssh_port": 22, "power": {"kind": "by-hand"}, "host_key": ""}


def _good_job(ctl: Program) -> None:
    assert ctl("image", "publish", "none").error["code"] == "unknown-image"


@pytest.mark.parametrize("content", [None, *BAD.values()], ids=["nothing", *BAD])
def test_a_damaged_job_is_listed_and_hides_none(ctl: Program, content: bytes | None) -> None:
    place = ctl.site / "jobs" / JOB
    place.mkdir()
    if content is not None:
        (place / "job.json").write_bytes(content)
    _good_job(ctl)
    found = ctl("job", "list").value
    assert [job["state"] for job in found["jobs"]] == ["failed"]
    [row] = found["damaged"]
    assert (row["what"], row["where"]) == ("job", str(place))
    assert row["why"]
    assert row["hint"]
    for verb in ("follow", "cancel"):
        answer = ctl("job", verb, JOB)
        assert (answer.code, answer.error["code"], len(answer.events)) == (1, "damaged", 1)


@pytest.mark.parametrize("file", ["result.json", "events.jsonl"])
def test_damage_beside_a_whole_note(ctl: Program, file: str) -> None:
    _good_job(ctl)
    [job] = (ctl.site / "jobs").iterdir()
    (job / file).write_bytes(b'{"event": "progress", "st\xff')
    found = ctl("job", "list").value
    assert len(found["jobs"]) + len(found["damaged"]) == 1
    assert ctl("job", "follow", job.name).error["code"] in ("damaged", "unknown-image")


LIES: dict[str, dict[str, Any]] = {
    "another root hash": {"root_hash": "cd" * 32},
    "lines in the hash": {"root_hash": "ab" * 32 + "\necho"},
    "lines in the kernel": {"kernel": "6.1\necho owned"},
    "no moment": {"created": "yesterday"},
    "a file elsewhere": {"files": {"../../etc/passwd": {"bytes": 1, "sha256": "00" * 32}}},
    "no hash tree": {
        "files": {name: {"bytes": 1, "sha256": "00" * 32} for name in ("vmlinuz", "initrd", "root.squashfs")}
    },
    "no kernel": {"files": {}},
    "no sum": {"files": {"vmlinuz": {"bytes": 1, "sha256": "x"}}},
}


@pytest.mark.parametrize("lie", [*LIES, "none", "garbage", "without created"])
def test_a_damaged_published_folder_hides_none(ctl: Program, published: dict[str, Any], lie: str) -> None:
    folder = ctl.site / "published" / ("ef" * 32)
    folder.mkdir()
    manifest = {**published, "root_hash": folder.name, **LIES.get(lie, {})}
    if lie == "without created":
        del manifest["created"]
    if lie != "none":
        (folder / "manifest.json").write_text("{" if lie == "garbage" else json.dumps(manifest))
    add_by_hand(ctl, 1)
    found = ctl("image", "list").value
    assert [entry["root_hash"] for entry in found["published"]] == [published["root_hash"]]
    assert [(row["what"], row["where"]) for row in found["damaged"]] == [("published", str(folder))]
    assert ctl("node", "assign", "node1", "debian12").value["nodes"][0]["assignment"]["root_hash"] == "ab" * 32
    assert ctl("node", "assign", "node1", "ef" * 32).error["code"] == "unknown-version"
    assert ctl("node", "status", "--no-power").value["nodes"][0]["name"] == "node1"


ENTRIES: dict[str, Any] = {
    "null": ("node2", None),
    "a list": ("node2", []),
    "no mac": ("node2", {"mac": 1}),
    "a path": ("../../x", {**NODE, "assignment": None, "power_on": None}),
    "no port": ("node2", {**NODE, "assignment": None, "power_on": None, "ssh_port": 0}),
    "lines": ("node2", {**NODE, "assignment": None, "power_on": None, "host_key": "a\nb"}),
}


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_damaged_node_hides_none_and_is_kept_until_removed(
    ctl: Program, published: dict[str, Any], entry: str
) -> None:
    add_by_hand(ctl, 1)
    name, value = ENTRIES[entry]
    path = ctl.site / "nodes.json"
    kept = json.loads(path.read_text())
    kept["nodes"][name] = value
    path.write_text(json.dumps(kept))
    for words in (["list"], ["status", "--no-power"], ["assign", "node1", "debian12"]):
        found = ctl("node", *words).value
        assert [node["name"] for node in found["nodes"]] == ["node1"]
        assert [row["what"] for row in found["damaged"]] == ["node"]
    assert name in json.loads(path.read_text())["nodes"]
    assert ctl("check", "--part", "boot").value["damaged"] == found["damaged"]
    if name != "node2":
        assert ctl("node", "remove", name).error["code"] == "bad-name"
        return
    assert ctl("node", "status", "node2", "--no-power").error["code"] == "damaged"
    assert ctl("node", "remove", "node2").value["removed"] == ["node2"]
    assert ctl("node", "list").value["damaged"] == []


def test_check_answers_whatever_is_damaged(ctl: Program) -> None:
    (ctl.site / "nodes.json").write_bytes(b"\xff")
    (ctl.site / "jobs" / JOB).mkdir()
    (ctl.site / "published" / "x").mkdir()
    rows = ctl("check", "--part", "boot").value["damaged"]
    assert sorted(row["what"] for row in rows) == ["job", "node", "published"]
    (ctl.site / "site.json").write_text("[")
    assert [row["what"] for row in ctl("check", "--part", "boot").value["damaged"]] == ["site"]


def test_no_site_is_not_damaged(pyz: Path, tmp_path: Path) -> None:
    assert Program(pyz, tmp_path / "none")("check", "--part", "boot").value["damaged"] == []
