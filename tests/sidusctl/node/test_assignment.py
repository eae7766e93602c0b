"""Which published version a node boots from its next start on."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sidusctl.conftest import Program, add_node


@pytest.mark.parametrize("version", ["debian12", "debian12@0123", "debian12@0123456789ab", "ab" * 32, "abababab"])
def test_names_of_a_version(ctl: Program, published: dict[str, Any], version: str) -> None:
    add_node(ctl, 1)
    assert (
        ctl("node", "assign", "node1", version).value["nodes"][0]["assignment"]["root_hash"] == published["root_hash"]
    )


@pytest.mark.parametrize("version", ["nosuch", "ababab", "ffffffff", "debian12@ffff", "$(id)", "ab" * 33, ""])
def test_a_version_that_does_not_exist(ctl: Program, published: dict[str, Any], version: str) -> None:
    add_node(ctl, 1)
    answer = ctl("node", "assign", "node1", version)
    assert answer.error["code"] == "unknown-version"
    assert "debian12@0123456789ab" in answer.error["hint"]
    assert ctl("node", "list").value["nodes"][0]["assignment"] is None
    assert not list((ctl.site / "boot").glob("by-mac/*"))


@pytest.mark.parametrize("argument", ["a=b;reboot", "a b", 'x="y"', "init=/bin/sh"])
def test_arguments_that_could_break_the_boot(ctl: Program, published: dict[str, Any], argument: str) -> None:
    add_node(ctl, 1)
    assert ctl("node", "assign", "node1", "debian12", "--arg", argument).error["code"] in (
        "bad-argument",
        "reserved-argument",
    )


def test_the_form_and_its_levels_go_with_it(ctl: Program, published: dict[str, Any]) -> None:
    add_node(ctl, 1)
    found = ctl("node", "assign", "node1", "debian12").value["nodes"][0]["assignment"]
    assert (found["form"], found["levels"]) == (published["form"], published["levels"])


def test_the_same_once_more_keeps_its_time(ctl: Program, published: dict[str, Any]) -> None:
    add_node(ctl, 1)
    first = ctl("node", "assign", "node1", "debian12").value["nodes"][0]["assignment"]
    assert ctl("node", "assign", "node1", "debian12").value["nodes"][0]["assignment"] == first
    changed = ctl("node", "assign", "node1", "debian12", "--arg", "nosmt").value["nodes"][0]["assignment"]
    assert changed["when"] > first["when"]


def test_nothing_published_yet_names_the_next_step(ctl: Program) -> None:
    add_node(ctl, 1)
    assert ctl("node", "assign", "node1", "debian12").error["next"] == ["image-publish", "NAME"]
