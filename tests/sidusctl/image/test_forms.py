"""What every form of a root must keep, tried on those there are and on a tiny one of the test's own."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest

from sidus_lab.sidusctl import shaped, shapes
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.image import bootfiles
from sidus_lab.sidusctl.image.forms import kinds
from sidus_lab.sidusctl.image.forms.form import LEVELS, Form, Packed
from sidus_lab.sidusctl.job.work import Work
from sidus_lab.sidusctl.node import ipxe
from sidus_lab.sidusctl.privilege import Privilege
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import mode


class Listing:
    """A tiny second form: a node gets a list of its files' hashes, and nothing holds it to them."""

    name = "listing"
    levels = ("asked",)
    programs = ()
    files = ("root.list",)
    fetched = files
    fragment = "sidus"

    def arguments(self, root_hash: str) -> list[str]:
        return ["boot=" + self.fragment, "sidus.root=" + root_hash]

    def pack(self, work: Work, tree: Path, out: Path, level: int) -> Packed:
        work.progress("list", 0.5, "")
        paths = sorted(path for path in tree.rglob("*") if path.is_file())
        lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()} {path.relative_to(tree)}\n" for path in paths]
        (out / "root.list").write_text("".join(lines))
        root_hash = hashlib.sha256("".join(lines).encode()).hexdigest()
        return Packed(root_hash, {"hash": "sha256", "salt": "", "uuid": "", "data_block": 0, "hash_block": 0})


FORMS = pytest.mark.parametrize("form", [*kinds.FORMS.values(), Listing()], ids=lambda each: each.name)


@FORMS
def test_it_says_what_it_can_reach(form: Form) -> None:
    assert form.levels
    assert [level for level in LEVELS if level in form.levels] == list(form.levels)  # known ones, weakest first
    assert set(form.fetched) <= set(form.files)


@FORMS
def test_its_boot_script_is_in_every_image(form: Form) -> None:
    places = {entry.path for entry in bootfiles.TABLE}
    assert "/etc/initramfs-tools/scripts/" + form.fragment in places
    assert f"boot={form.fragment}" in form.arguments("ab" * 32)


@FORMS
def test_its_words_are_fit_for_a_command_line_and_its_own(form: Form) -> None:
    words = form.arguments("ab" * 32)
    assert any("ab" * 32 in each for each in words)
    for each in words:
        assert not set(each) & set(" \t\n\"'$;|&#`")
        with pytest.raises(CtlError):  # nobody may give them by hand
            ipxe.check_arguments([each])


def _pack(form: Form, folder: Path) -> tuple[Packed, dict[str, bytes]]:
    tree, out = folder / "tree", folder / "out"
    (tree / "etc").mkdir(parents=True)
    out.mkdir()
    (tree / "etc" / "motd").write_text("Welcome\n")
    for name in form.files:
        (out / name).touch()
    work = Work(Site(folder), Privilege(mode()), folder, io.BytesIO(), lambda *_: None)
    packed = form.pack(work, tree, out, 3)
    return packed, {path.name: path.read_bytes() for path in out.iterdir()}


@FORMS
def test_equal_trees_give_equal_files_and_equal_hashes(form: Form, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    first, files = _pack(form, tmp_path / "one")
    second, again = _pack(form, tmp_path / "two")
    assert (first, files) == (second, again)
    assert set(files) == set(form.files)
    assert all(files.values())
    assert len(first.root_hash) == 64
    assert shaped.faults(first.verity, shapes.Verity, exact=True) == []


def test_a_form_that_nobody_knows_is_named() -> None:
    with pytest.raises(CtlError) as caught:
        kinds.form_of("papyrus")
    assert (caught.value.code, kinds.DEFAULT in caught.value.hint) == ("unknown-form", True)
