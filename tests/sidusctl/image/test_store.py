"""The repository of versions, with a real OSTree and trees of two files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.sidusctl import shapes
from sidus_lab.sidusctl.errors import CtlError
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
    assert second.info == INFO
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
