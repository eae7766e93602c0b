"""New versions on an image, made for real: in the root of a copied repository, so that nobody else's image changes."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.sidusctl.job import processes
from sidus_lab.sidusctl.privilege import Privilege
from tests.sidusctl.conftest import Program, copied, mode
from tests.sidusctl.image.source import Source, running

Site = tuple[Program, Source]
pytestmark = pytest.mark.slow_image

PACKAGES = {
    "asks": "printf 'Which? ' && read answer",
    "fails": "echo so wird das nichts >&2; exit 3",
    "slow": ":",
    "fine": "adduser --system --group --quiet fine && echo set >/etc/fine",
}


@pytest.fixture(scope="module")
def site(built: tuple[Program, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A copy of the shared image's site, with one version more: it knows the source of our own packages."""
    place, packages = tmp_path_factory.mktemp("changed"), tmp_path_factory.mktemp("source")
    with copied(built[0], place) as program, running(packages, PACKAGES) as source:
        made = program("image", "run", "bootable", source.command, "--message", "a source of our own")
        assert made.value["new"] is True
        yield program, source


def _versions(ctl: Program) -> list[dict[str, Any]]:
    value = ctl("image", "list").value["images"][0]["versions"]
    assert isinstance(value, list)
    return value


def _cat(ctl: Program, commit: str, path: str) -> str:
    done = Privilege(mode()).run(["ostree", f"--repo={ctl.site / 'repo'}", "cat", commit, path])
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


def test_a_command_makes_a_version_on_its_parent(site: Site, built: tuple[Program, dict[str, Any]]) -> None:
    ctl, source = site
    newest, first = _versions(ctl)
    assert first["commit"] == newest["parent"] == built[1]["commit"]
    assert (newest["how"], newest["steps"]) == ("on", [["run", source.command]])
    assert newest["message"] == "a source of our own"
    assert newest["kernel"] == first["kernel"]
    shown, before = ctl("image", "show", "bootable").value, ctl("image", "show", f"bootable@{first['version']}").value
    assert shown["recipe"]["commands"] == [*before["recipe"]["commands"], source.command]
    assert shown["lock"] == before["lock"]
    assert str(source.port) in _cat(ctl, newest["commit"], "/etc/apt/sources.list.d/own.list")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["install", "bootable", "no-such-package"], "unknown-package", "no-such-package"),
        (["install", "bootable", "fails"], "package-failed", "fails"),
        (["install", "bootable", "asks"], "package-failed", "asks"),
        (["install", "bootable", "Bad_Name"], "bad-recipe", "Bad_Name"),
        (["install", "nosuch", "fio"], "unknown-image", "nosuch"),
        (["remove", "bootable", "no-such-package"], "not-installed", "no-such-package"),
        (["remove", "bootable", "busybox"], "needed-to-boot", "busybox"),
        (["run", "bootable", "echo of no use >/etc/x; exit 7"], "command-failed", "7"),
    ],
)
def test_what_fails_makes_no_version(site: Site, words: list[str], code: str, says: str) -> None:
    ctl = site[0]
    before = _versions(ctl)
    answer = ctl("image", *words)
    assert (answer.error["code"], says in answer.error["message"]) == (code, True), answer.error
    assert answer.error["hint"]
    assert _versions(ctl) == before
    assert list((ctl.site / "tmp").iterdir()) == []


def test_two_at_once_and_a_kill_in_the_middle(site: Site) -> None:
    ctl, source = site
    before = _versions(ctl)
    job = ctl("image", "install", "bootable", "slow", "--detach").value["job"]
    assert source.asked.wait(300)
    second = ctl("image", "remove", "bootable", "systemd-sysv")
    assert (second.error["code"], second.error["next"]) == ("busy", ["job-follow", job])
    pid = json.loads((ctl.site / "jobs" / job / "job.json").read_text())["pid"]
    os.kill(pid, signal.SIGKILL)
    while processes.session(pid):  # what it had started goes with it
        time.sleep(0.05)
    source.give.set()
    assert ctl("job", "follow", job).error["code"] == "lost"
    assert _versions(ctl) == before


def test_a_package_comes_and_goes_and_what_is_left_is_equal(site: Site) -> None:
    ctl = site[0]
    before = _versions(ctl)[0]
    with_it = ctl("image", "install", "bootable", "fine", "hwloc-nox").value
    assert list((ctl.site / "tmp").iterdir()) == []  # and of the one that was killed nothing is left either
    shown = ctl("image", "show", "bootable").value
    assert shown["recipe"]["packages"] == ["systemd-sysv", "fine", "hwloc-nox"]
    lock = {row["name"]: row for row in shown["lock"]}
    assert {"fine", "hwloc-nox", "libhwloc15"} <= set(lock)
    assert all(len(row["sha256"]) == 64 for row in lock.values())
    assert _cat(ctl, with_it["commit"], "/etc/fine") == "set\n"
    assert "fine:" in _cat(ctl, with_it["commit"], "/etc/passwd")

    without = ctl("image", "remove", "bootable", "hwloc-nox").value
    gone = {row["name"] for row in ctl("image", "show", "bootable").value["lock"]}
    assert set(lock) - gone == {"hwloc-nox", "libhwloc15"}
    on_first = ctl("image", "install", f"bootable@{before['version']}", "fine").value
    assert on_first["content"] == without["content"]  # one came and went, or never was there
    assert on_first["new"] is False


def test_what_is_below_stays_whole(site: Site) -> None:
    """Hard links into the repository: had one program written to a file, its object would be another."""
    ctl = site[0]
    done = Privilege(mode()).run(["ostree", f"--repo={ctl.site / 'repo'}", "fsck"])
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("words", [["install", "bootable"], ["run", "bootable"], ["remove"]])
def test_what_is_missing_is_said(ctl: Program, words: list[str], tmp_path: Path) -> None:
    assert ctl("image", *words).code == 2
    assert not list((ctl.site / "jobs").iterdir())
