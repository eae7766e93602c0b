"""What is fixed in a tree: what of it can be tried without one."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from sidus_lab.sidusctl.image import pins


def test_stanzas_in_one_order_however_they_came() -> None:
    one, two = b"Package: a\nAuto-Installed: 1\n\n", b"Package: b\nAuto-Installed: 1\n\n"
    assert pins.in_order(two + one) == pins.in_order(one + two) == one + two
    assert pins.in_order(b"") == b""


def test_a_file_is_written_and_not_where_a_link_leads(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("kept")
    (tmp_path / "new").mkdir()
    (tmp_path / "new/file").symlink_to(tmp_path / "other")
    pins.write(str(tmp_path / "new/file"), b"x", 0o440)
    assert (tmp_path / "other").read_text() == "kept"
    assert ((tmp_path / "new/file").read_bytes(), (tmp_path / "new/file").stat().st_mode & 0o777) == (b"x", 0o440)


def test_times_go_those_of_links_too_and_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/file").touch()
    (tmp_path / "out").touch()
    (tmp_path / "in/link").symlink_to(tmp_path / "out")
    found = list(pins.own_paths(str(tmp_path / "in")))
    pins.forget_times(found)
    assert sorted(found) == [str(tmp_path / "in/file"), str(tmp_path / "in/link")]
    assert {os.lstat(path).st_mtime for path in found} == {0}
    assert (tmp_path / "out").stat().st_mtime > 0


def test_links_that_are_one_become_two(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("/bin/kmod")
    os.link(tmp_path / "one", tmp_path / "two", follow_symlinks=False)
    (tmp_path / "file").touch()
    pins.part_links(str(tmp_path / name) for name in ("one", "two", "file", "nothing"))
    assert {path.readlink() for path in (tmp_path / "one", tmp_path / "two")} == {Path("/bin/kmod")}
    assert (tmp_path / "one").lstat().st_nlink == 1
    assert (tmp_path / "two").lstat().st_mtime == 0


def test_access_control_lists_go_and_other_attributes_stay(tmp_path: Path) -> None:
    file = tmp_path / "a/b"
    file.parent.mkdir()
    file.touch(mode=0o640)
    (tmp_path / "a/gone").symlink_to("nowhere")
    # user::rw- user:1:r-- group::r-- mask::r-- other::---, as acl(5) keeps it
    acl = bytes.fromhex("0200000001000600ffffffff020004000100000004000400ffffffff10000400ffffffff20000000ffffffff")
    try:
        os.setxattr(file, "system.posix_acl_access", acl)
        os.setxattr(file, "user.kept", b"1")
    except OSError:
        pytest.skip("this file system keeps no access control lists")
    pins.drop_acls(str(tmp_path))
    assert os.listxattr(file) == ["user.kept"]
    assert subprocess.run(["stat", "-c", "%a", file], capture_output=True, text=True).stdout == "640\n"
