"""A commit read without a program: as OSTree itself shows it, and held to its name."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from sidus_lab.sidusctl import tools
from sidus_lab.sidusctl.image import catalogue, commits
from sidus_lab.sidusctl.image.recipe import parse
from sidus_lab.sidusctl.image.store import Store
from sidus_lab.sidusctl.privilege import Privilege
from sidus_lab.sidusctl.shapes import VersionInfo
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import TINY, Program, mode

pytestmark = pytest.mark.skipif(tools.find("ostree") is None, reason="needs ostree")


def _commit(ctl: Program, folder: Path, text: str, image: str = "bare") -> str:
    tree = folder / "tree"
    (tree / "etc").mkdir(parents=True)
    (tree / "etc/motd").write_text(text)
    recipe = parse(json.dumps({**TINY, "name": image}).encode()).to_dict()
    info: VersionInfo = {"recipe": recipe, "boot": "", "packages": 0, "kernel": ""}
    return Store(ctl.site / "repo", Privilege(mode())).commit(image, tree, info)[0].commit


def _object(ctl: Program, name: str, kind: str = ".commit") -> Path:
    return ctl.site / "repo" / "objects" / name[:2] / (name[2:] + kind)


@pytest.mark.parametrize("length", [0, 1, 200, 300, 40_000])  # offsets of one, two and four bytes
def test_it_says_what_ostree_says(tmp_path: Path, length: int) -> None:
    repo, tree = f"--repo={tmp_path / 'repo'}", tmp_path / "tree"
    subprocess.run(["ostree", repo, "init", "--mode=bare-user"], check=True)
    tree.mkdir()
    names = []
    for number in range(2):
        (tree / "file").write_text(str(number))
        words = ["commit", "--branch=x", f"--tree=dir={tree}", "--add-metadata-string=a.b=" + "é" * length]
        words += ["--add-metadata-string=c=d", "--add-metadata=n=uint32 7", "--subject=s", "--body=a longer text"]
        names.append(
            subprocess.run(["ostree", repo, *words], check=True, capture_output=True, text=True).stdout.strip()
        )
    for name, parent in zip(names, ["", names[0]], strict=True):
        path = tmp_path / "repo" / "objects" / name[:2] / (name[2:] + ".commit")
        found = commits.read(name, path.read_bytes())
        shown = subprocess.run(["ostree", repo, "show", name], check=True, capture_output=True, text=True).stdout
        assert f"ContentChecksum:  {found.content}\n" in shown
        assert f"Date:  {found.created[:10]} {found.created[11:19]} " in shown
        assert found.parent == parent
        assert {key: found.texts[key] for key in ("a.b", "c")} == {"a.b": "é" * length, "c": "d"}
        assert "n" not in found.texts


def test_any_other_bytes_are_refused() -> None:
    for raw in (b"", b"x", b"\0" * 100):
        with pytest.raises(ValueError, match="not the one of its name"):
            commits.read("ab" * 32, raw)
        with pytest.raises(ValueError, match="commit"):
            commits.read(hashlib.sha256(raw).hexdigest(), raw)


def _list(ctl: Program) -> Any:
    return ctl("image", "list").value


@pytest.mark.parametrize("harm", ["flipped", "missing", "empty"])
def test_a_damaged_version_hides_no_other(ctl: Program, tmp_path: Path, harm: str) -> None:
    names = [_commit(ctl, tmp_path / str(number), str(number)) for number in range(3)]
    other = _commit(ctl, tmp_path / "other", "other", image="other")
    path = _object(ctl, names[1])
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.unlink()
    if harm != "missing":
        path.write_bytes(bytes(content) if harm == "flipped" else b"")
    found = _list(ctl)
    assert [[each["commit"] for each in image["versions"]] for image in found["images"]] == [
        [names[2], names[0]],
        [other],
    ]
    assert [(row["what"], row["where"]) for row in found["damaged"]] == [("version", f"bare@{names[1][:12]}")]
    assert found["damaged"][0]["hint"]
    assert ctl("image", "show", f"bare@{names[1][:8]}").error["code"] == "damaged"
    assert ctl("image", "show", f"bare@{names[1]}0").error["code"] == "unknown-version"
    newest = _commit(ctl, tmp_path / "again", "again")  # and a new version can be made
    assert _list(ctl)["images"][0]["versions"][0]["commit"] == newest


def test_a_damaged_newest_version_is_named_and_another_can_be_built(ctl: Program, tmp_path: Path) -> None:
    names = [_commit(ctl, tmp_path / str(number), str(number)) for number in range(2)]
    _object(ctl, names[1]).unlink()
    assert [each["commit"] for each in _list(ctl)["images"][0]["versions"]] == [names[0]]
    assert ctl("image", "publish", "bare").error["code"] == "damaged"
    newest = _commit(ctl, tmp_path / "again", "again")
    assert _list(ctl)["images"][0]["versions"][0]["commit"] == newest


@pytest.mark.parametrize("harm", ["flipped", "missing"])
def test_a_damaged_file_of_a_version_is_found_by_the_doctor(ctl: Program, tmp_path: Path, harm: str) -> None:
    names = [_commit(ctl, tmp_path / str(number), "text " * 100 + str(number)) for number in range(2)]
    said = subprocess.run(
        ["ostree", f"--repo={ctl.site / 'repo'}", "ls", "-C", names[0], "/etc/motd"], capture_output=True, text=True
    ).stdout
    path = _object(ctl, said.split()[4], ".file")
    assert path.exists(), said
    if harm == "flipped":
        path.write_bytes(path.read_bytes().replace(b"text", b"Text", 1))
    else:
        path.unlink()
    rows = ctl("doctor").value["found"]
    assert [(row["what"], row["where"]) for row in rows] == [("version", f"bare@{names[0][:12]}")]
    if harm == "missing":  # OSTree marks it, and from then on each list says so
        assert [row["where"] for row in _list(ctl)["damaged"]] == [f"bare@{names[0][:12]}"]
        assert [each["commit"] for each in _list(ctl)["images"][0]["versions"]] == [names[1]]


def test_a_list_starts_no_program_for_each_version(ctl: Program, tmp_path: Path) -> None:
    counts = []
    for number in range(4):
        _commit(ctl, tmp_path / str(number), str(number))
        with mock.patch("sidus_lab.sidusctl.image.store.tools.run", wraps=tools.run) as run:
            catalogue.listing(Site(ctl.site))
        counts.append(run.call_count)
    assert len(set(counts)) == 1
