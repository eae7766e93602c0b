"""The repository of versions, with a real OSTree and trees of two files."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.sidusctl import shapes
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.image import authors
from sidus_lab.sidusctl.image.recipe import parse
from sidus_lab.sidusctl.image.store import Store
from sidus_lab.sidusctl.privilege import Privilege
from tests.sidusctl.conftest import TINY, Program, mode

INFO: shapes.VersionInfo = {
    "recipe": parse(json.dumps(TINY).encode()).to_dict(),
    "boot": "",
    "packages": 1,
    "kernel": "",
}


def _tree(folder: Path, text: str) -> Path:
    (folder / "usr/lib/sidus").mkdir(parents=True)
    (folder / "usr/lib/sidus/image.json").write_text('{"suite": "bookworm"}')
    (folder / "motd").write_text(text)
    return folder


@pytest.fixture
def store(ctl: Program) -> Store:
    return Store(ctl.site / "repo", Privilege(mode()))


def test_versions_newest_first_and_equal_trees_once(store: Store, tmp_path: Path) -> None:
    assert (store.images(), store.newest("tiny")) == ([], None)
    first, new = store.commit("tiny", _tree(tmp_path / "1", "one"), INFO)
    assert new
    same, new = store.commit("tiny", _tree(tmp_path / "2", "one"), INFO)
    assert (same.commit, new) == (first.commit, False)
    second, new = store.commit("tiny", _tree(tmp_path / "3", "two"), INFO)
    assert new
    assert store.images() == ["tiny"]
    assert [entry.commit for entry in store.versions("tiny")] == [second.commit, first.commit]
    assert store.newest("tiny") == second
    assert {**second.info, **INFO} == second.info
    assert store.facts(second.commit) == {"suite": "bookworm"}


def test_versions_are_found_by_a_part_of_their_name(store: Store, tmp_path: Path) -> None:
    version, _ = store.commit("tiny", _tree(tmp_path / "1", "one"), INFO)
    for name in ("tiny", "tiny@", "tiny@" + version.name, "tiny@" + version.commit[:4]):
        assert store.find(name).commit == version.commit, name
    for name in ("tiny@" + version.commit[:3], "tiny@ffffffff", "tiny@$(id)"):
        with pytest.raises(CtlError) as caught:
            store.find(name)
        assert (caught.value.code, version.name in caught.value.hint) == ("unknown-version", True)


def test_a_version_that_carries_nonsense_is_named(store: Store, tmp_path: Path) -> None:
    nonsense: Any = {"packages": "many"}
    with pytest.raises(CtlError, match="recipe is missing") as caught:
        store.commit("tiny", _tree(tmp_path / "1", "one"), nonsense)
    assert caught.value.code == "damaged"


def test_the_first_image_is_the_next_step(store: Store) -> None:
    with pytest.raises(CtlError) as caught:
        store.find("tiny")
    assert (caught.value.code, caught.value.step) == ("unknown-image", ("image-build",))


def test_a_version_says_who_made_it_where_after_which_and_why(store: Store, tmp_path: Path) -> None:
    first, _ = store.commit("tiny", _tree(tmp_path / "1", "one"), INFO)
    steps = [["install", "hwloc"]]
    info: shapes.VersionInfo = {**INFO, "how": "on", "steps": steps, "message": "topology"}
    second, _ = store.commit("tiny", _tree(tmp_path / "2", "two"), info)
    assert (first.info["parent"], first.info["how"], first.info["message"], first.info["steps"]) == (
        "",
        "build",
        "",
        [],
    )
    assert (first.info["author"], first.info["host"]) == (authors.account(), authors.host())
    assert (second.info["parent"], second.info["how"], second.info["steps"]) == (first.commit, "on", steps)


def test_a_version_is_never_as_old_as_the_one_before(store: Store, tmp_path: Path) -> None:
    made = [store.commit("tiny", _tree(tmp_path / str(n), str(n)), INFO)[0] for n in range(3)]  # all in one second
    assert [entry.created for entry in made] == sorted({entry.created for entry in made})
    assert [entry.commit for entry in store.versions("tiny")] == [entry.commit for entry in reversed(made)]


def test_a_site_that_kept_a_branch_is_read_and_each_version_gets_its_ref(
    store: Store, ctl: Program, tmp_path: Path
) -> None:
    packed = base64.b64encode(json.dumps(INFO).encode()).decode()
    for number in range(3):  # as the program before did
        words = ["--branch=sidus/tiny", "--no-bindings", f"--add-metadata-string=sidus.info={packed}"]
        words += [f"--timestamp=2026-01-0{number + 1} 00:00:00 +0000", "--consume"]
        words += [f"--tree=dir={_tree(tmp_path / str(number), str(number))}"]
        done = Privilege(mode()).run(["ostree", f"--repo={ctl.site / 'repo'}", "commit", *words])
        assert done.returncode == 0, done.stderr
    before = store.versions("tiny")
    assert len(before) == 3
    assert (before[0], before[0].info) == (store.newest("tiny"), INFO)
    after, is_new = store.commit("tiny", _tree(tmp_path / "new", "new"), INFO)
    assert is_new
    assert [entry.commit for entry in store.versions("tiny")] == [after.commit, *(entry.commit for entry in before)]
    assert after.info["parent"] == before[0].commit
    refs = Privilege(mode()).run(["ostree", f"--repo={ctl.site / 'repo'}", "refs"]).stdout.decode().split()
    assert sorted(refs) == sorted(["sidus/tiny", *(f"sidus-version/tiny/{entry.commit}" for entry in (after, *before))])
