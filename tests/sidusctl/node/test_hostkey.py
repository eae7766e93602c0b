"""A node's host key: the one that the inventory names, whatever was killed while it was renewed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sidus_lab.sidusctl.node import hostkey


def test_it_is_made_once_and_its_halves_belong_together(tmp_path: Path) -> None:
    line = hostkey.made(tmp_path)
    assert hostkey.made(tmp_path) == line
    assert {path.name for path in tmp_path.iterdir()} == {hostkey.PRIVATE}
    assert (tmp_path / hostkey.PRIVATE).stat().st_mode & 0o777 == 0o600
    words = ["ssh-keygen", "-y", "-f", str(tmp_path / hostkey.PRIVATE)]
    made = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert made.split()[:2] == line.split()


def test_until_the_inventory_names_the_new_key_the_old_one_counts(tmp_path: Path) -> None:
    old = hostkey.made(tmp_path)
    before = hostkey.private(tmp_path, old)
    new = hostkey.prepare(tmp_path)  # and a kill right here: either of them is found by its public half
    after = hostkey.private(tmp_path, new)
    assert before is not None
    assert after is not None
    assert before != after
    assert hostkey.private(tmp_path, old) == before
    assert hostkey.made(tmp_path, new) == new
    hostkey.settle(tmp_path, new)
    assert {path.name for path in tmp_path.iterdir()} == {hostkey.PRIVATE}
    assert hostkey.private(tmp_path, new) == after
    assert hostkey.private(tmp_path, old) is None


def test_a_key_that_the_inventory_never_named_goes(tmp_path: Path) -> None:
    old = hostkey.made(tmp_path)
    hostkey.prepare(tmp_path)
    hostkey.settle(tmp_path, old)
    assert {path.name for path in tmp_path.iterdir()} == {hostkey.PRIVATE}
    assert hostkey.private(tmp_path, old) is not None
    hostkey.settle(tmp_path, old)


@pytest.mark.parametrize("content", [b"", b"-----", b"a-----b-----AAAA-----", b"\xff" * 40])
def test_what_is_no_key_belongs_to_no_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / hostkey.PRIVATE).write_bytes(content)
    assert hostkey.private(tmp_path, "ssh-ed25519 AAAA") is None
    assert hostkey.private(tmp_path, "") is None
    assert hostkey.made(tmp_path).startswith("ssh-ed25519 AAAA")


def test_a_key_that_is_cut_off_belongs_to_no_line(tmp_path: Path) -> None:
    line = hostkey.made(tmp_path)
    whole = (tmp_path / hostkey.PRIVATE).read_bytes().splitlines()
    (tmp_path / hostkey.PRIVATE).write_bytes(b"\n".join([whole[0], whole[1][:40], whole[-1]]))
    assert hostkey.private(tmp_path, line) is None
