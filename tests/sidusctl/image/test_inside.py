"""The half of a build inside the new tree: what of it can be tried without one."""

from __future__ import annotations

from sidus_lab.sidusctl.image.inside import parse_sums


def test_sums_of_packages() -> None:
    text = "Package: a\nVersion: 1\nArchitecture: amd64\nSHA256: 11\nDescription: x\n SHA256: no\n\nPackage: b\n"
    assert parse_sums(text) == {("a", "1", "amd64"): "11"}
