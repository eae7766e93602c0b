"""Images built for real."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sidusctl.conftest import BOOTABLE, TINY, Program, mode

Built = tuple[Program, dict[str, Any]]


@pytest.mark.image
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"suite": "nosuch"}, "unknown-suite"),
        ({"mirror": "http://127.0.0.1:9/debian"}, "no-network"),
    ],
)
def test_what_cannot_be_built(ctl: Program, changes: dict[str, Any], code: str) -> None:
    answer = ctl("image", "build", stdin=json.dumps({**TINY, **changes}))
    assert (answer.code, answer.error["code"]) == (1, code)
    assert answer.error["hint"]
    assert answer.error["detail"]
    assert ctl("image", "list").value["images"] == []
    assert not list((ctl.site / "tmp").iterdir())


@pytest.mark.parametrize("recipe", ['{"name": "x", "suite": "bookworm", "pakages": []}', "name = 3", ""])
def test_a_bad_recipe_starts_no_job(ctl: Program, recipe: str) -> None:
    answer = ctl("image", "build", stdin=recipe)
    assert answer.error["code"] in ("unknown-recipe-key", "bad-recipe")
    assert len(answer.events) == 1
    assert not list((ctl.site / "jobs").iterdir())


@pytest.mark.slow_image
def test_an_unknown_package_and_what_was_there_stays(built: Built) -> None:
    ctl, value = built
    recipe = {**BOOTABLE, "packages": ["no-such-package"]}
    answer = ctl("image", "build", stdin=json.dumps(recipe))
    assert answer.error["code"] == "unknown-package"
    assert "no-such-package" in answer.error["message"]
    assert ctl("image", "show", "bootable").value["version"] == value["version"]


@pytest.mark.slow_image
def test_the_value_of_a_build(built: Built) -> None:
    ctl, value = built
    assert value["new"] is True
    assert value["version"] == value["commit"][:12]
    assert set(value["seconds"]) == {"mmdebstrap", "commit", "keep"}
    listed = ctl("image", "list").value["images"]
    assert [(entry["name"], [row["version"] for row in entry["versions"]]) for entry in listed] == [
        ("bootable", [value["version"]])
    ]


@pytest.mark.slow_image
def test_the_lock_names_every_package_with_its_sum(built: Built) -> None:
    ctl, value = built
    shown = ctl("image", "show", f"bootable@{value['version']}").value
    lock = shown["lock"]
    assert len(lock) == value["packages"]
    assert {"systemd-sysv", "initramfs-tools", "cryptsetup-bin", "libc6"} <= {row["name"] for row in lock}
    for row in lock:
        assert row["version"]
        assert len(row["sha256"]) == 64, row
    assert shown["recipe"]["packages"] == ["systemd-sysv"]


@pytest.mark.slow_image
def test_an_equal_recipe_is_not_built_again(built: Built) -> None:
    ctl, value = built
    again = ctl("image", "build", stdin=json.dumps(BOOTABLE)).value
    assert (again["new"], again["version"], again["seconds"]) == (False, value["version"], {})


HOSTILE = {
    "PYTHONDONTWRITEBYTECODE": "1",
    "PERL_HASH_SEED": "7",
    "DPKG_ADMINDIR": "/nowhere",
    "DPKG_FORCE": "bad-version",
    "APT_CONFIG": "/nowhere/apt.conf",
    "DEBIAN_FRONTEND": "readline",
    "GZIP": "-1",
    "XZ_OPT": "-0",
    "HOME": "/tmp",
    "TMPDIR": "/nowhere",
    "TZ": "Pacific/Auckland",
    "LC_ALL": "de_DE.UTF-8",
    "LANGUAGE": "de",
    "SOURCE_DATE_EPOCH": "1",
    "BASH_ENV": "/nowhere/profile",
}
"""An environment that would change or break a build if it reached a maintainer script."""


@pytest.mark.slow_image
def test_two_builds_have_equal_content_whatever_the_environment(built: Built) -> None:
    ctl, value = built
    again = ctl(
        "image",
        "build",
        "--force",
        stdin=json.dumps(BOOTABLE),
        prefix=["sh", "-c", 'umask 077; "$@"', "sh"],
        env=HOSTILE,
    )
    assert again.value["content"] == value["content"]
    assert (again.value["new"], again.value["version"]) == (False, value["version"])
    assert len(ctl("image", "list").value["images"][0]["versions"]) == 1
    fractions = [event["fraction"] for event in again.events if event["event"] == "progress"]
    assert fractions == sorted(fractions)
    assert {"mmdebstrap", "files", "initrd", "lock", "commit"} <= {event.get("step") for event in again.events}


@pytest.mark.slow_image
@pytest.mark.parametrize("version", ["bootable@ffffffff", "bootable@", "bootable@$(id)", "nosuch", "../x", ""])
def test_versions_that_do_not_exist(built: Built, version: str) -> None:
    answer = built[0]("image", "show", version)
    if version == "bootable@":
        assert answer.code == 0
    else:
        assert answer.error["code"] in ("unknown-version", "unknown-image")
        assert "bootable" in answer.error["hint"] or built[1]["version"] in answer.error["hint"]


@pytest.mark.slow_image
def test_the_tree_has_what_the_recipe_says_and_nothing_of_the_server(built: Built, tmp_path: Any) -> None:
    ctl, value = built
    listing = _ostree(ctl, "ls", "-R", value["commit"])
    files = {line.split()[4]: line.split() for line in listing.splitlines()}
    assert files["/usr/local/bin/hello"][0] == "-00755"
    assert _ostree(ctl, "cat", value["commit"], "/etc/motd") == "Welcome\n"
    assert _ostree(ctl, "cat", value["commit"], "/etc/one") == "one\n"
    assert _ostree(ctl, "cat", value["commit"], "/etc/hostname") == "sidus\n"
    assert files["/etc/machine-id"][3] == "0"
    assert files["/etc/two"][-1] == "words"
    assert not [path for path in files if path.startswith(("/dev/", "/tmp/", "/var/tmp/", "/etc/ssh/ssh_host_"))]
    assert not [path for path in files if path.startswith("/var/log/") and files[path][0].startswith("-")]
    assert not [
        path for path in files if path.startswith(("/var/lib/apt/lists/", "/var/cache/apt/")) and files[path][3] != "0"
    ]
    owners = {(words[1], words[2]) for words in files.values()}
    assert ("0", "0") in owners
    assert len(owners) > 1  # shadow, mail and the like keep their groups
    assert mode() in ("root", "userns")


def _ostree(ctl: Program, *words: str) -> str:
    from sidus_lab.sidusctl.privilege import Privilege

    done = Privilege(mode()).run(["ostree", f"--repo={ctl.site / 'repo'}", *words])
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()
