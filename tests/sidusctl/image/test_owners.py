"""Whose file it is, by dpkg's lists."""

from __future__ import annotations

import pytest

from sidus_lab.sidusctl.image import owners

KNOWN = owners.owners(
    [("libc6", "/.\n/lib/x86_64-linux-gnu/libc.so.6\n"), ("python3-numpy", "/usr/lib/python3/numpy/core.py\n")]
)


def test_a_list_is_of_its_package() -> None:
    assert owners.package_of_list("/var/lib/dpkg/info/libc6:amd64.list") == "libc6"
    assert owners.package_of_list("/var/lib/dpkg/info/libc6:amd64.md5sums") == ""
    assert owners.package_of_list("/etc/apt/sources.list") == ""


def test_a_path_where_it_lies_and_what_python_compiled() -> None:
    assert owners.owner("/usr/lib/x86_64-linux-gnu/libc.so.6", KNOWN) == "libc6"  # the list says /lib
    assert owners.owner("/usr/lib/python3/numpy/__pycache__/core.cpython-311.pyc", KNOWN) == "python3-numpy"
    assert owners.owner("/usr/lib/python3/numpy/__pycache__/core.cpython-311.opt-1.pyc", KNOWN) == "python3-numpy"
    assert owners.owner("/etc/motd", KNOWN) == ""


@pytest.mark.parametrize(
    ("path", "notes"),
    [
        ("/var/lib/dpkg/status", True),
        ("/var/lib/apt/extended_states", True),
        ("/etc/ld.so.cache", True),
        ("/etc/passwd-", True),
        ("/usr/lib/sidus/lock.json", True),
        ("/etc/passwd", False),
        ("/etc/ssh/sshd_config", False),
        ("/var/lib/dpkgx", False),
        ("/usr/lib/sidus/boot", False),
    ],
)
def test_what_only_notes_what_was_done(path: str, notes: bool) -> None:
    assert owners.is_bookkeeping(path) == notes
