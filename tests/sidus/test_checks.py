"""What a server needs, shown."""

from __future__ import annotations

from sidus_lab.sidus.checks import Checks, Need

THERE = Need("ostree", True, "/usr/bin/ostree")
MISSING = Need("nginx", False, "missing: hands out <boots>", "install it")


def test_all_is_there() -> None:
    checks = Checks("me@host", [THERE])
    assert checks
    assert str(checks).splitlines() == ["me@host", "  ✓ ostree  /usr/bin/ostree", "Everything is there."]


def test_something_is_missing() -> None:
    checks = Checks("me@host", [THERE, MISSING], "apt-get install nginx")
    assert not checks
    assert str(checks).splitlines()[2:] == [
        "  ✗ nginx   missing: hands out <boots>   -> install it",
        "1 missing.",
        "Next: apt-get install nginx",
    ]
    assert "hands out &lt;boots&gt;" in str(checks._repr_mimebundle_()["text/html"])
