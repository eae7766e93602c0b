"""What a site keeps of what versions were made from, with files of a few bytes."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from sidus_lab.sidusctl import shapes
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.image import kept
from sidus_lab.sidusctl.site import Site

LIST = "deb.example.org_debian_dists_x_InRelease"


def _tree(root: Path, **debs: str) -> Path:
    archives, lists = root / "var/cache/apt/archives", root / "var/lib/apt/lists"
    (archives / "partial").mkdir(parents=True)
    (lists / "partial").mkdir(parents=True)
    for name, text in debs.items():
        (archives / f"{name}.deb").write_text(text)
    (archives / "lock").touch()
    (lists / "lock").touch()
    (lists / LIST).write_text("signed")
    return root


def _kept(site: Site, folder: Path, below: shapes.Sources | None = None, **debs: str) -> shapes.Sources:
    out = folder / "out"
    out.mkdir(parents=True)
    kept.make_room(out)
    kept.gather(str(_tree(folder / "tree", **debs)), out)
    return kept.keep(site, out, below)


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def test_each_file_is_kept_once_and_laid_out_again(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    one = _kept(site, tmp_path / "1", a_1_all="A", b_1_all="B")
    two = _kept(site, tmp_path / "2", b_1_all="B", c_1_all="C")
    assert one["debs"] == {"a_1_all.deb": _sum("A"), "b_1_all.deb": _sum("B")}
    assert one["lists"] == two["lists"] == {LIST: _sum("signed")}
    assert {path.name for path in (site.kept / "debs").iterdir()} == {_sum("A"), _sum("B"), _sum("C")}
    kept.note(site, "1" * 64, one)
    kept.note(site, "1" * 64, two)  # it is written down once
    assert kept.need(site, "1" * 64) == one
    (tmp_path / "given").mkdir()
    kept.lay_out(site, one, tmp_path / "given")
    assert (tmp_path / "given/debs/a_1_all.deb").read_text() == "A"
    assert (tmp_path / "given/lists" / LIST).read_text() == "signed"


def test_what_is_on_a_version_needs_what_that_needed(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    below = _kept(site, tmp_path / "1", a_1_all="A")
    assert set(_kept(site, tmp_path / "2", below, b_1_all="B")["debs"]) == {"a_1_all.deb", "b_1_all.deb"}


def test_links_and_odd_names_are_not_taken(tmp_path: Path) -> None:
    tree = _tree(tmp_path / "tree", a_1_all="A")
    (tree / "var/cache/apt/archives/link_1_all.deb").symlink_to("/etc/shadow")
    (tree / "var/cache/apt/archives/a b.deb").touch()
    os.mkfifo(tree / "var/cache/apt/archives/pipe_1_all.deb")
    kept.make_room(tmp_path)
    kept.gather(str(tree), tmp_path)
    assert [path.name for path in (tmp_path / "debs").iterdir()] == ["a_1_all.deb"]


def test_what_is_not_kept_is_named(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    with pytest.raises(CtlError, match="version 111111111111 was made from") as caught:
        kept.need(site, "1" * 64)
    assert (caught.value.code, "anew from its recipe" in caught.value.hint) == ("not-kept", True)
    kept.note(site, "1" * 64, _kept(site, tmp_path / "1", a_1_all="A"))
    (site.kept / "debs" / _sum("A")).unlink()
    with pytest.raises(CtlError, match=r"not kept a_1_all\.deb") as caught:
        kept.need(site, "1" * 64)
    assert caught.value.code == "not-kept"


def test_a_flipped_bit_is_found_before_anything_is_made_of_it(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    sources = _kept(site, tmp_path / "1", a_1_all="A")
    (site.kept / "debs" / _sum("A")).write_text("B")
    (tmp_path / "given").mkdir()
    with pytest.raises(CtlError, match=r"a_1_all\.deb") as caught:
        kept.lay_out(site, sources, tmp_path / "given")
    assert caught.value.code == "damaged"


@pytest.mark.parametrize(("name", "digest"), [("../x", "0" * 64), ("x.deb", "../../etc/passwd")])
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str, digest: str) -> None:
    site = Site(tmp_path / "site")
    (site.kept / "debs").mkdir(parents=True)
    (tmp_path / "given").mkdir()
    with pytest.raises(CtlError):
        kept.lay_out(site, {"format": 1, "debs": {name: digest}, "lists": {}}, tmp_path / "given")


def test_a_sweep_takes_what_no_version_needs(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    kept.note(site, "1" * 64, _kept(site, tmp_path / "1", a_1_all="A", b_1_all="B"))
    kept.note(site, "2" * 64, _kept(site, tmp_path / "2", b_1_all="B", c_1_all="CC"))
    before = sorted(site.kept.rglob("*"))
    assert kept.sweep(site, ["1" * 64, "2" * 64], age=-1) == 0
    assert kept.sweep(site, []) == 0  # all of it may be of versions that are being made
    would = kept.sweep(site, ["1" * 64], age=-1, dry_run=True)
    assert sorted(site.kept.rglob("*")) == before
    assert kept.sweep(site, ["1" * 64], age=-1) == would > 2
    assert kept.need(site, "1" * 64)["debs"].keys() == {"a_1_all.deb", "b_1_all.deb"}
    assert kept.read(site, "2" * 64) is None
    assert not (site.kept / "debs" / _sum("CC")).exists()
