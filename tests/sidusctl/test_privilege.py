"""The ways to files of other owners, tried for real."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from sidus_lab.sidusctl import privilege, tools
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.job import processes
from tests.sidusctl.conftest import mode


def test_the_mode_of_this_user_works() -> None:
    assert privilege.Privilege(mode()).probe() is None
    assert privilege.choose().mode == mode()


def test_files_of_other_owners_are_made_and_removed(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    taken = privilege.Privilege(mode())
    script = 'mkdir -m 700 "$1" && touch "$1/x" && chown 33:33 "$1/x" "$1"'
    assert taken.run(["sh", "-c", script, "sh", str(tree)]).returncode == 0
    assert tree.stat().st_uid != os.getuid()
    taken.remove(str(tree))
    assert not tree.exists()
    taken.remove(str(tree))  # nothing there is no error


def test_the_environment_arrives(tmp_path: Path) -> None:
    done = privilege.Privilege(mode()).run(["sh", "-c", 'echo "$A"'], {"A": "b c; $(id)"})
    assert done.stdout == b"b c; $(id)\n"


def test_nothing_of_the_callers_environment_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONDONTWRITEBYTECODE", "DPKG_ADMINDIR", "TMPDIR", "http_proxy"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("PATH", "/nowhere:" + os.environ["PATH"])
    said = privilege.Privilege(mode()).run(["env"], {"A": "b"}).stdout.decode()
    found = dict(line.split("=", 1) for line in said.splitlines())
    assert found == {**tools.clean_environment(), "A": "b"}
    assert "/nowhere" not in said


def test_killing_the_first_process_ends_them_all() -> None:
    taken = privilege.Privilege(mode())
    process = subprocess.Popen(taken.wrap(["sh", "-c", "sleep 1000 & sleep 1001"]), start_new_session=True)
    try:
        while len(processes.session(process.pid)) < 4:  # unshare, sh, two sleeps
            time.sleep(0.05)
        assert set(processes.tree(process.pid)) == set(processes.session(process.pid))
    finally:
        taken.kill([process.pid])
        process.wait()
    while processes.session(process.pid):
        time.sleep(0.05)


def test_root_is_not_for_everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "not root" in str(privilege.Privilege("root").probe())


def test_unknown_mode() -> None:
    with pytest.raises(CtlError) as caught:
        privilege.Privilege("magic")
    assert "userns" in caught.value.hint


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("unshare: unrecognized option '--map-auto'", "2.38"),
        ("unshare: failed to find subuid map", "subuids"),
        ("unshare: unshare failed: Operation not permitted", "kernel"),
    ],
)
def test_why_a_namespace_does_not_work(said: str, means: str) -> None:
    assert means in privilege._explain("userns", said)


def test_no_way_at_all_gives_the_reasons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privilege.Privilege, "probe", lambda self: f"no {self.mode} today")
    with pytest.raises(CtlError) as caught:
        privilege.choose()
    assert caught.value.code == "no-privilege"
    assert all(f"no {name} today" in caught.value.detail for name in privilege.MODES)


@pytest.mark.parametrize("name", privilege.MODES)
def test_whose_rights_a_recipe_has_is_said(name: str) -> None:
    said = privilege.Privilege(name).words()
    assert ("with root's rights" in said) == (name != "userns")
    assert ("without root's rights" in said) == (name == "userns")
