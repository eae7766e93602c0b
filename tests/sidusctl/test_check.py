"""What is there and what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab.sidusctl import check, needs, tools
from tests.sidusctl.conftest import Program, mode


def test_the_table_is_whole() -> None:
    names = [need.name for need in needs.NEEDS]
    assert len(set(names)) == len(names)
    for need in needs.NEEDS:
        assert need.package
        assert need.why
        assert set(need.parts) <= set(needs.PARTS)
        assert bool(need.programs) + bool(need.files) + bool(need.module) == 1
    assert {part for need in needs.NEEDS for part in need.parts} == set(needs.PARTS)


def test_what_is_needed_to_build_is_here(ctl: Program) -> None:
    value = ctl("check", "--part", "build").value
    assert value["ok"], value
    assert value["install"] == ""
    assert value["privilege"][mode()]["works"]
    assert {row["name"] for row in value["needs"]} == {need.name for need in needs.NEEDS if "build" in need.parts}


def test_what_is_missing_comes_with_one_command(ctl: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "find", lambda program: None)
    value = check.check(check.Site(ctl.site), ["build"])
    missing = {row["package"] for row in value["needs"] if not row["ok"]}
    assert {"mmdebstrap", "ostree", "squashfs-tools", "cryptsetup-bin"} <= missing
    assert not value["ok"]
    command = value["install"].split()
    assert set(command[command.index("-y") + 1 :]) == missing
    assert command[0] == ("apt-get" if mode() == "root" else "sudo")


def test_system_programs_are_found_off_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    found = tools.find("veritysetup")
    assert found is not None
    assert Path(found).parts[-2] == "sbin"


def test_the_command_for_root_and_for_others() -> None:
    assert check.install_command(["b", "a", "a"], root=True) == "apt-get install -y a b"
    assert check.install_command(["a"], root=False) == "sudo apt-get install -y a"
    assert check.install_command([], root=True) == ""


def test_it_works_before_there_is_a_site(pyz: Path, tmp_path: Path) -> None:
    assert Program(pyz, tmp_path / "none")("check").value["site"] is None
