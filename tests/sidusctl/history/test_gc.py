"""What nobody needs goes; a kill in the middle loses nothing that was to stay."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.sidusctl import files
from sidus_lab.sidusctl.history import gc, holds
from sidus_lab.sidusctl.history.keeping import Policy
from sidus_lab.sidusctl.image import tags
from sidus_lab.sidusctl.image.store import Store, Version
from sidus_lab.sidusctl.job.work import Work
from sidus_lab.sidusctl.privilege import Privilege
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import Program, add_by_hand, mode, publish_by_hand
from tests.sidusctl.image.test_store import INFO, _tree

ONLY_THE_NEWEST = Policy(1, 0.0)


class Small:
    """A site with six versions, each published: the newest, a tagged, a held, a booted one; and two that may go."""

    def __init__(self, ctl: Program) -> None:
        self.ctl, self.site = ctl, Site(ctl.site)
        self.store = Store(self.site.repo, Privilege(mode()))
        self.versions = self.store.versions("tiny")[::-1]
        self.doomed, self.kept = [self.versions[0], self.versions[4]], [self.versions[n] for n in (1, 2, 3, 5)]
        self.before = self.everything()

    def root(self, number: int) -> str:
        return f"{number}" * 64

    def everything(self) -> dict[str, bytes]:
        """What must never change: all bytes of what is published, and of boot/."""
        places = [self.site.published / self.root(number) for number in (1, 2, 3, 5)] + [self.site.boot]
        return {str(path): path.read_bytes() for place in places for path in place.rglob("*") if path.is_file()}

    def whole(self) -> None:
        """What was to stay is there, file by file, and OSTree finds no fault."""
        assert self.everything() == self.before
        names = [version.commit for version in self.store.versions("tiny")]
        assert {version.commit for version in self.kept} <= set(names)
        for version in self.kept:
            assert self.store.facts(version.commit) == {"suite": "bookworm"}
        done = Privilege(mode()).run(["ostree", f"--repo={self.site.repo}", "fsck"])
        assert done.returncode == 0, done.stderr

    def gone(self) -> None:
        """What may go has gone, from the repository too."""
        self.whole()
        assert [version.commit for version in self.store.versions("tiny")] == [v.commit for v in reversed(self.kept)]
        assert {path.name for path in self.site.published.iterdir()} == {self.root(number) for number in (1, 2, 3, 5)}
        commits = {path.name[:10] for path in (self.site.repo / "objects").glob("*/*.commit")}
        assert not commits & {version.commit[2:12] for version in self.doomed}


def _publish(site: Site, like: dict[str, Any], version: Version, root: str) -> None:
    (site.published / root).mkdir()
    about = {"root_hash": root, "content": version.content, "commit": version.commit, "version": version.name}
    manifest = {**like, **about, "image": "tiny", "created": version.created}
    (site.published / root / "manifest.json").write_text(json.dumps(manifest))
    (site.published / root / "root.squashfs").write_bytes(b"x" * 50_000)


@pytest.fixture(scope="module")
def made(pyz: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """Such a site, made once: each test takes a copy."""
    folder = tmp_path_factory.mktemp("history")
    ctl = Program(pyz, folder / "site")
    assert ctl("init", "--privilege", mode(), "--web-root-url", "http://10.0.2.2:8080").code == 0
    site, like = Site(ctl.site), publish_by_hand(ctl)
    (site.published / like["root_hash"] / "manifest.json").unlink()
    (site.published / like["root_hash"]).rmdir()
    store, versions = Store(site.repo, Privilege(mode())), []
    for number in range(6):
        tree = _tree(folder / str(number), f"{number}" * 20_000)
        versions.append(store.commit("tiny", tree, INFO)[0])
        _publish(site, like, versions[number], f"{number}" * 64)
    tags.put(site, "kept", versions[1], [], store.has)
    holds.hold(site, ["2" * 64], "run 1")
    add_by_hand(ctl, 1)
    for words in (("assign", "node1", "3" * 64), ("power", "node1", "on"), ("assign", "node1", "5" * 64)):
        assert ctl("node", *words).code == 0
    yield ctl
    Privilege(mode()).remove(str(ctl.site))


@pytest.fixture
def small(made: Program, tmp_path: Path) -> Iterator[Small]:
    ctl = Program(made.pyz, tmp_path / "site")
    assert Privilege(mode()).run(["cp", "-a", str(made.site), str(ctl.site)]).returncode == 0
    yield Small(ctl)
    Privilege(mode()).remove(str(ctl.site))


def _work(small: Small) -> Work:
    folder = small.site.tmp / "20260101-000000-00aa"
    folder.mkdir()
    return Work(small.site, Privilege(mode()), folder, io.BytesIO(), lambda *_: None)


def test_a_dry_run_says_what_would_go_and_why_the_rest_stays_and_changes_nothing(small: Small) -> None:
    found = small.ctl("image", "gc", "--dry-run", "--keep", "1", "--days", "0").value
    assert found["dry_run"]
    assert sorted(row["name"] for row in found["gone"] if row["what"] == "version") == sorted(
        f"tiny@{version.name}" for version in small.doomed
    )
    assert {row["name"] for row in found["gone"] if row["what"] == "published"} == {small.root(0), small.root(4)}
    why = {row["name"]: row["why"] for row in found["kept"]}
    assert [why[f"tiny@{version.name}"] for version in small.kept] == [
        ["tag kept"],
        ["held for run 1"],
        ["node1 booted it last"],
        ["newest", "assigned to node1"],
    ]
    assert found["bytes"] > 2 * 50_000 + 2 * 20_000  # both folders, and both trees in the repository
    assert len(small.store.versions("tiny")) == 6
    small.whole()
    assert small.ctl("image", "gc", "--dry-run").value["gone"] == []  # all of them are young


def test_it_goes_and_what_stays_is_whole(small: Small) -> None:
    found = small.ctl("image", "gc", "--keep", "1", "--days", "0")
    assert found.code == 0, found.last
    assert len(found.value["gone"]) == 4
    small.gone()
    assert small.ctl("image", "gc", "--keep", "1", "--days", "0").value["gone"] == []
    assert list((small.ctl.site / "tmp").iterdir()) == []


@pytest.mark.parametrize("step", ["drop", "prune"])
def test_ended_in_the_middle_it_is_finished_by_the_next(
    small: Small, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Store, step, killed)
        with pytest.raises(KeyboardInterrupt):
            gc.collect(_work(small), ONLY_THE_NEWEST)
    small.whole()
    assert small.ctl("image", "gc", "--keep", "1", "--days", "0").code == 0
    small.gone()


def test_killed_for_real(small: Small) -> None:
    job = small.ctl("image", "gc", "--keep", "1", "--days", "0", "--detach").value["job"]
    about = files.read_json(small.site.jobs / job / "job.json")
    assert isinstance(about, dict)
    if "pid" in about:  # wherever it is by now
        with contextlib.suppress(ProcessLookupError):
            os.kill(about["pid"], signal.SIGKILL)
    small.whole()
    assert small.ctl("image", "gc", "--keep", "1", "--days", "0").code == 0
    small.gone()


@pytest.mark.parametrize("lock", ["image-tiny", "publish-"])
def test_an_image_that_somebody_works_on_stays_whole(small: Small, lock: str) -> None:
    name = lock + (small.doomed[0].content if lock == "publish-" else "")
    with files.try_locked(small.site.locks / f"{name}.lock", "20260101-000000-abcd"):
        found = small.ctl("image", "gc", "--keep", "1", "--days", "0").value
    assert [row for row in found["gone"] if row["what"] != "job"] == []
    assert all("job 20260101-000000-abcd works on this image" in row["why"] for row in found["kept"])
    assert len(small.store.versions("tiny")) == 6


@pytest.mark.parametrize("words", [["--keep", "0"], ["--days", "-1"], ["--days", "nan"], ["--keep", "x"]])
def test_wrong_numbers(ctl: Program, words: list[str]) -> None:
    assert ctl("image", "gc", *words).code == 2
