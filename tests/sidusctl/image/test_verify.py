"""What is published is held to its sums and its root hash; what is damaged is found, and published again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.sidusctl import doctor, files, tools
from sidus_lab.sidusctl.image import verify
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import Program
from tests.sidusctl.test_shapes import _commit


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_damage_of_every_file_is_found_and_mended_by_publishing_again(ctl: Program, tmp_path: Path) -> None:
    _commit(ctl, tmp_path / "made")
    manifest: dict[str, Any] = ctl("image", "publish", "handmade").value
    folder = ctl.site / "published" / manifest["root_hash"]
    assert verify.faults(folder) == []
    for name in manifest["files"]:
        kept = (folder / name).read_bytes()
        _flip(folder / name)
        assert verify.faults(folder) == [f"{name} has another content."]
        (folder / name).write_bytes(kept + b"x")
        assert "bytes and not" in verify.faults(folder)[0]
        (folder / name).unlink()
        assert "cannot be read" in verify.faults(folder)[0]
        (folder / name).write_bytes(kept)
    assert verify.faults(folder) == []

    _flip(folder / "root.squashfs")  # and the manifest's sum with it: the root hash still knows
    lying = {**manifest["files"], "root.squashfs": {**manifest["files"]["root.squashfs"]}}
    lying["root.squashfs"]["sha256"] = files.sha256(folder / "root.squashfs")
    plain = {key: value for key, value in manifest.items() if key != "seconds"}
    (folder / "manifest.json").write_text(json.dumps({**plain, "files": lying}))
    [row] = ctl("image", "verify", "handmade").value["published"]
    assert row["faults"] == ["The root is not the one that its root hash names."]
    assert row["next"] == ["image-publish", "handmade@" + manifest["version"]]

    assert ctl("image", "publish", "handmade").value["seconds"]  # made again, and not "published already"
    assert ctl("image", "verify").value["published"][0]["faults"] == []
    (folder / "manifest.json").write_text("{")
    assert ctl("image", "verify", manifest["root_hash"][:8]).value["published"][0]["faults"]
    assert ctl("image", "publish", "handmade").value["seconds"]
    assert ctl("image", "verify", "handmade@" + manifest["version"]).value["published"][0]["faults"] == []
    assert ctl("image", "publish", "handmade").value["seconds"] == {}
    assert list((ctl.site / "tmp").iterdir()) == []


def test_what_cannot_be_looked_at_has_not_passed(ctl: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _commit(ctl, tmp_path / "made")
    ctl("image", "publish", "handmade")
    assert ctl("image", "verify").value["published"][0]["unseen"] == []
    there = tools.find

    def without(program: str) -> str | None:
        return None if program == "veritysetup" else there(program)

    monkeypatch.setattr(tools, "find", without)
    [row] = verify.verify(Site(ctl.site), "")["published"]
    assert row["faults"] == []
    assert "not looked at" in row["unseen"][0]
    assert "veritysetup" in row["unseen"][0]
    found = doctor.look(Site(ctl.site))
    assert not found["ok"]
    assert ["not looked at" in each["why"] for each in found["found"]] == [True]


@pytest.mark.parametrize("name", ["none", "ab", "debian12@ffff", "\x1b[2J"])
def test_nothing_of_that_name(ctl: Program, published: dict[str, Any], name: str) -> None:
    assert published
    assert ctl("image", "verify", name).error["code"] == "unknown-version"


def test_exchange(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "who").write_text(name)
    files.exchange(tmp_path / "a", tmp_path / "b")
    assert [(tmp_path / name / "who").read_text() for name in ("a", "b")] == ["b", "a"]
    assert len(list(tmp_path.iterdir())) == 2
