"""What differs between two versions in a real repository, without a checkout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.sidusctl import shapes
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.image import diff
from sidus_lab.sidusctl.image.recipe import parse
from sidus_lab.sidusctl.image.store import Store, Version
from sidus_lab.sidusctl.privilege import Privilege
from sidus_lab.sidusctl.site import Site
from tests.sidusctl.conftest import TINY, Program, mode

BEFORE = {
    "/etc/ssh/sshd_config": "Port 22\nMaxSessions 10\n",
    "/etc/motd": "one\n",
    "/etc/passwd": "root:x:0:0::/root:/bin/sh\n",
    "/etc/shadow": "root:SECRET:1:\n",
    "/etc/tcpdump.conf": "old\n",
    "/usr/bin/fio": "fio",
    "/usr/bin/blob": "\0\1",
    "/var/lib/dpkg/status": "one",
    "/var/lib/dpkg/info/fio.list": "/.\n/usr/bin/fio\n",
    "/var/lib/dpkg/info/numpy.list": "/.\n" + "".join(f"/usr/lib/numpy/{n}.py\n" for n in range(300)),
    "/var/lib/dpkg/info/tcpdump.list": "/.\n/etc/tcpdump.conf\n",
    **{f"/usr/lib/numpy/{n}.py": "old" for n in range(300)},
}
AFTER = {
    **BEFORE,
    "/etc/ssh/sshd_config": "Port 22\nMaxSessions 99\n",
    "/etc/motd": "two\n",
    "/etc/passwd": "root:x:0:0::/root:/bin/sh\nfio:x:101:1::/:/bin/false\n",
    "/etc/shadow": "root:OTHER:1:\n",
    "/usr/bin/blob": "\0\2",
    "/var/lib/dpkg/status": "two",
    **{f"/usr/lib/numpy/{n}.py": "new" for n in range(300)},
}
del AFTER["/etc/tcpdump.conf"]


def _commit(
    store: Store, folder: Path, files: dict[str, str], packages: dict[str, str], image: str = "tiny"
) -> Version:
    lock = [{"name": name, "version": version, "arch": "all", "sha256": ""} for name, version in packages.items()]
    for path, text in {**files, "/usr/lib/sidus/lock.json": json.dumps(lock)}.items():
        (folder / path[1:]).parent.mkdir(parents=True, exist_ok=True)
        (folder / path[1:]).write_text(text)
    (folder / "etc/shadow").chmod(0o640)
    if files is AFTER:
        (folder / "usr/bin/fio").chmod(0o4755)
    wanted = {**TINY, "packages": sorted(packages), "files": {"/etc/motd": files["/etc/motd"]}}
    recipe = parse(json.dumps(wanted).encode()).to_dict()
    info: shapes.VersionInfo = {"recipe": recipe, "boot": "", "packages": len(lock), "kernel": ""}
    return store.commit("tiny", folder, info)[0]


@pytest.fixture
def site(ctl: Program) -> Site:
    return Site(ctl.site)


@pytest.fixture
def two(site: Site, tmp_path: Path) -> tuple[str, str]:
    store = Store(site.repo, Privilege(mode()))
    one = _commit(store, tmp_path / "1", BEFORE, {"fio": "1.9", "tcpdump": "1", "numpy": "1"})
    other = _commit(store, tmp_path / "2", AFTER, {"fio": "1.10", "numpy": "1", "hwloc": "2"})
    return f"tiny@{one.name}", f"tiny@{other.name}"


def test_packages_first_then_configuration_and_files_do_not_drown_it(site: Site, two: tuple[str, str]) -> None:
    found = diff.diff(site, *two)
    assert not found["same"]
    assert [(row["name"], row["what"]) for row in found["packages"]] == [
        ("fio", "up"),
        ("hwloc", "new"),
        ("tcpdump", "gone"),
    ]
    assert [(text["path"], text["recipe"]) for text in found["texts"]] == [
        ("/etc/motd", True),
        ("/etc/ssh/sshd_config", False),
    ]
    assert found["texts"][1]["lines"][-2:] == ["-MaxSessions 10", "+MaxSessions 99"]
    assert [(row["name"], row["before"], row["after"]) for row in found["users"]] == [
        ("fio", "", "101:1::/:/bin/false")
    ]
    groups = {group["package"]: group for group in found["files"]}
    assert (groups["numpy"]["changed"], len(groups["numpy"]["rows"])) == (300, diff.ROWS)
    assert groups["fio"]["rows"] == [{"path": "/usr/bin/fio", "what": "changed", "why": ["mode 644 -> 4755"]}]
    assert groups[""]["rows"] == [{"path": "/usr/bin/blob", "what": "changed", "why": ["content"]}]
    assert groups["tcpdump"]["gone"] == 1  # its configuration went with it: nobody changed that
    assert (found["bookkeeping"]["changed"], found["bookkeeping"]["rows"]) == (2, [])
    assert "SECRET" not in json.dumps(found)
    assert "OTHER" not in json.dumps(found)


def test_all_names_every_file(site: Site, two: tuple[str, str]) -> None:
    found = diff.diff(site, *two, whole=True)
    assert len({group["package"]: group for group in found["files"]}["numpy"]["rows"]) == 300
    assert [row["path"] for row in found["bookkeeping"]["rows"]] == ["/usr/lib/sidus/lock.json", "/var/lib/dpkg/status"]


def test_one_version_is_compared_with_the_one_it_came_after(site: Site, two: tuple[str, str]) -> None:
    assert diff.diff(site, "tiny", "") == diff.diff(site, *two)
    with pytest.raises(CtlError) as caught:
        diff.diff(site, two[0], "")
    assert caught.value.code == "no-parent"


def test_a_version_with_itself_and_backwards(site: Site, two: tuple[str, str]) -> None:
    found = diff.diff(site, two[0], two[0])
    assert found["same"]
    empty: Any = [found["packages"], found["users"], found["texts"], found["files"], found["bookkeeping"]["rows"]]
    assert empty == [[], [], [], [], []]
    back = diff.diff(site, two[1], two[0])
    assert [(row["name"], row["what"]) for row in back["packages"]] == [
        ("fio", "down"),
        ("hwloc", "gone"),
        ("tcpdump", "new"),
    ]


def test_two_images_and_a_tree_without_a_lock(site: Site, two: tuple[str, str], tmp_path: Path) -> None:
    store = Store(site.repo, Privilege(mode()))
    (tmp_path / "3/etc").mkdir(parents=True)
    (tmp_path / "3/etc/motd").write_text("three\n")
    recipe = parse(json.dumps({**TINY, "name": "other"}).encode()).to_dict()
    store.commit("other", tmp_path / "3", {"recipe": recipe, "boot": "", "packages": 0, "kernel": ""})
    found = diff.diff(site, two[1], "other")
    assert (found["before"]["image"], found["after"]["image"]) == ("tiny", "other")
    assert {row["what"] for row in found["packages"]} == {"gone"}
    assert found["texts"][0]["lines"][-2:] == ["-two", "+three"]
    with pytest.raises(CtlError) as caught:
        diff.diff(site, "tiny", "nosuch")
    assert caught.value.code == "unknown-image"
