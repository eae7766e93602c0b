"""The order of version numbers is dpkg's own."""

from __future__ import annotations

import itertools
import subprocess

from sidus_lab.sidusctl.image import debian_version

VERSIONS = [
    "1.0", "1.0-1", "1.0-1+b1", "1.0-1~bpo12+1", "1:0.1", "1.0~rc1-1", "1.0+dfsg-2", "1.0a", "1.10", "1.9", "0.9.9.99",
    "2:1.0-3", "1.0-10", "1.0-9", "1.00", "1.0.0", "3.33-3+deb12u1", "1-1-2",
]  # fmt: skip


def test_it_orders_as_dpkg_does() -> None:
    for one, other in itertools.permutations(VERSIONS, 2):
        said = subprocess.run(["dpkg", "--compare-versions", one, "gt", other]).returncode == 0
        assert debian_version.is_later(one, other) == said, (one, other)
