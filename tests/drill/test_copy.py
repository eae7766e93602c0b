"""What is done to a copy, by a real shell: twice, interrupted, and where there is no practice site."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from sidus_lab.drill import copy
from sidus_lab.drill.faults import FAULTS
from sidus_lab.embedded.service import find_program
from sidus_lab.errors import SidusError

ROOT = "ab" * 32
WHOLE = bytes(range(256)) * 64


def do(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "a site" / "published" / ROOT
    folder.mkdir(parents=True)
    (folder.parent.parent / "practice").mkdir()
    (folder / "root.squashfs").write_bytes(WHOLE)
    (folder / "root.verity").write_bytes(b"tree")
    (folder / "root.squashfs").chmod(0o444)
    return tmp_path / "a site"


def image(site: Path) -> Path:
    return site / "published" / ROOT / "root.squashfs"


def test_one_bit_is_another_one_and_is_mended(site: Path) -> None:
    opened = image(site).open("rb")  # as a web server that is just sending it
    said = do(FAULTS["flipped-bit"].command(str(site), ROOT))
    assert said.stdout == f"byte {len(WHOLE) // 2} of root.squashfs was 0 and is 1\n"
    found = image(site).read_bytes()
    assert [at for at in range(len(WHOLE)) if found[at] != WHOLE[at]] == [len(WHOLE) // 2]
    assert opened.read() == WHOLE, "the file that was there is not written to"
    assert do(FAULTS["flipped-bit"].command(str(site), ROOT)).stdout == said.stdout, "a second time is the same"
    assert image(site).read_bytes() == found
    for lines in (["root.squashfs is whole again"], []):
        assert do(copy.mend(str(site), ROOT)).stdout.splitlines() == lines
        assert image(site).read_bytes() == WHOLE
    opened.close()


def test_image_and_tree_are_exchanged_and_mended(site: Path) -> None:
    try:
        find_program("veritysetup")
    except SidusError as error:
        pytest.skip(str(error))
    said = do(FAULTS["other-tree"].command(str(site), ROOT))
    assert said.returncode == 0, said.stderr
    forged = said.stdout.split()[-1]
    assert len(forged) == 64
    tree = image(site).with_name("root.verity")
    words = ["veritysetup", "verify", str(image(site)), str(tree), forged]
    words[0] = find_program("veritysetup")
    assert do(words).returncode == 0, "the forged tree fits the changed image"
    assert do(copy.mend(str(site), ROOT)).returncode == 0
    assert (image(site).read_bytes(), tree.read_bytes()) == (WHOLE, b"tree")


def test_a_drill_that_was_killed_is_mended(site: Path) -> None:
    shutil.move(image(site), site / "practice" / "root.squashfs")  # killed between its two steps
    do(copy.mend(str(site), ROOT))
    assert image(site).read_bytes() == WHOLE


@pytest.mark.parametrize("gone", ["practice", f"published/{ROOT}"])
def test_nothing_is_touched_where_there_is_no_practice_site(site: Path, gone: str) -> None:
    shutil.rmtree(site / gone)
    before = sorted(path for path in site.rglob("*"))
    for command in (copy.mend(str(site), ROOT), FAULTS["flipped-bit"].command(str(site), ROOT)):
        assert do(command).returncode == copy.NO_PRACTICE
    assert sorted(path for path in site.rglob("*")) == before
    assert not image(site).exists() or image(site).read_bytes() == WHOLE
