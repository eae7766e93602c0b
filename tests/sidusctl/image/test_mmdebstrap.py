"""mmdebstrap's command line and its failures by name; the words are what apt and dpkg of Debian 12 print."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab.sidusctl.image import mmdebstrap
from sidus_lab.sidusctl.image.recipe import Recipe

RECIPE = Recipe("x", "bookworm", ("fio",), exclude=("/usr/share/doc/*",))


def test_the_command_is_a_list_of_words_and_quotes_the_hook() -> None:
    words = mmdebstrap.command(RECIPE, Path("/s/tree"), ["python3", "/a b/$(id).pyz"])
    assert words[0] == "mmdebstrap"
    assert words[-2:] == ["bookworm", "/s/tree"]
    assert "--customize-hook=python3 '/a b/$(id).pyz' \"$1\"" in words
    assert "--dpkgopt=path-exclude=/usr/share/doc/*" in words


def test_the_kernel_brings_what_the_boot_script_needs() -> None:
    assert set(mmdebstrap.packages(RECIPE)) >= {"fio", "linux-image-cloud-amd64", "initramfs-tools", "cryptsetup-bin"}
    assert mmdebstrap.packages(RECIPE._replace(kernel="")) == ["fio"]


def test_a_build_gets_the_way_to_the_mirror_and_no_other_word_of_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:3128")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    found = mmdebstrap.environment()
    assert found["http_proxy"] == "http://127.0.0.1:3128"
    assert found["SOURCE_DATE_EPOCH"] == str(mmdebstrap.SOURCE_DATE_EPOCH)


@pytest.mark.parametrize(
    ("log", "code", "says"),
    [
        ("E: Unable to locate package nosuch", "unknown-package", "'nosuch'"),
        (
            "Err:4 http://x ./ Packages\n  404  Not Found\nIgn:5 http://x ./ Release\ndpkg: error processing package p",
            "package-failed",
            "package p",
        ),
        ("E: Version '99' for 'bash' was not found", "unknown-package", "99"),
        (
            "  404  Not Found [IP: 192.0.2.1]\nE: The repository 'http://x no Release' does not have a Release file.",
            "unknown-suite",
            "bookworm",
        ),
        ("  Temporary failure resolving 'deb.debian.org'", "no-network", "mirror"),
        ("  Could not connect to 127.0.0.1:9 (127.0.0.1). - connect (111: Connection refused)", "no-network", "mirror"),
        ("dpkg: error: cannot copy extracted data: failed to write (No space left on device)", "disk-full", "full"),
        ("E: You don't have enough free space in /var/cache/apt/archives/.", "disk-full", "full"),
        ("dpkg: error processing package python3-numpy (--configure):", "package-failed", "python3-numpy"),
        ("The following packages have unmet dependencies:\n x : Depends: y", "unmet-dependencies", "fit"),
        (
            "W: GPG error: the following signatures couldn't be verified NO_PUBKEY 6ED0E7B82643E131",
            "bad-signature",
            "signature",
        ),
        ("nothing known", "build-failed", "25"),
    ],
)
def test_failures_have_names(log: str, code: str, says: str) -> None:
    error = mmdebstrap.explain("I: running apt-get update...\n" + log + "\nE: mmdebstrap failed to run", "bookworm", 25)
    assert error.code == code
    assert says in error.message
    assert error.hint
    assert error.detail
    assert "failed to run" not in error.detail


def test_progress_rises_to_one() -> None:
    counter = mmdebstrap.Progress()
    lines = ["I: running apt-get update...", "0 upgraded, 2 newly installed, 0 to remove and 0 not upgraded."]
    for package in ("a", "b"):
        lines += [f"Get:1 http://x {package}", f"Unpacking {package} (1) ...", f"Setting up {package} (1) ..."]
    seen = []
    for line in lines:
        counter.feed(line)
        seen.append(counter.fraction)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert not counter.feed("Selecting previously unselected package a.")
