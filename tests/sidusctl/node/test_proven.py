"""What nodes proved, and the way back to it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sidusctl.conftest import Program, add_by_hand


def _publish(ctl: Program, like: dict[str, Any], sign: str) -> str:
    root_hash = sign * 64
    folder = ctl.site / "published" / root_hash
    folder.mkdir()
    changed = {"root_hash": root_hash, "content": sign * 64, "version": sign * 12, "commit": sign * 64}
    (folder / "manifest.json").write_text(json.dumps({**like, **changed}))
    return root_hash


def _boot(ctl: Program, root_hash: str, *words: str, proves: bool = True) -> None:
    assert ctl("node", "assign", "node1", root_hash, *words).code == 0
    ctl("node", "power", "node1", "on")
    if proves:
        assert ctl("node", "note-proof", "node1", root_hash).code == 0


def _assigned(ctl: Program) -> tuple[str, list[str]]:
    given = ctl("node", "list").value["nodes"][0]["assignment"]
    return given["root_hash"], given["arguments"]


def test_back_to_what_it_proved_last_with_its_arguments(ctl: Program, published: dict[str, Any]) -> None:
    one, two, three = (_publish(ctl, published, sign) for sign in "123")
    add_by_hand(ctl, 1)
    _boot(ctl, one)
    _boot(ctl, two, "--arg", "nosmt")
    _boot(ctl, three, proves=False)  # it did not come up, or was another one
    for _ in range(2):  # a second call changes nothing
        assert ctl("node", "rollback", "node1").code == 0
        assert _assigned(ctl) == (two, ["nosmt"])
    assert ctl("node", "rollback", "node1", "--before").code == 0  # two was proved, and is not wanted
    assert _assigned(ctl) == (one, [])
    rows = ctl("node", "proven").value["nodes"]
    assert [(each["root_hash"], each["arguments"]) for each in rows[0]["proven"]] == [(two, ["nosmt"]), (one, [])]


def test_what_never_ran_or_is_assigned_no_more_was_not_proved(ctl: Program, published: dict[str, Any]) -> None:
    one, two = (_publish(ctl, published, sign) for sign in "12")
    add_by_hand(ctl, 1)
    assert ctl("node", "assign", "node1", one).code == 0
    assert ctl("node", "note-proof", "node1", one).value["nodes"][0]["proven"] == []  # never started
    ctl("node", "power", "node1", "on")
    assert ctl("node", "assign", "node1", two).code == 0
    assert ctl("node", "note-proof", "node1", one).value["nodes"][0]["proven"] == []


def test_nothing_proven_and_what_is_gone_change_no_node(ctl: Program, published: dict[str, Any]) -> None:
    one, two = (_publish(ctl, published, sign) for sign in "12")
    for number in (1, 2):
        add_by_hand(ctl, number)
    _boot(ctl, one)
    assert ctl("node", "assign", "node[1-2]", two).code == 0
    refused = ctl("node", "rollback", "node[1-2]").error
    assert (refused["code"], refused["message"].split()[0]) == ("nothing-proven", "node2")
    assert _assigned(ctl) == (two, [])
    (ctl.site / "published" / one / "manifest.json").unlink()
    refused = ctl("node", "rollback", "node1").error
    assert (refused["code"], refused["next"]) == ("not-published", ["image-publish", "debian12@" + "1" * 12])
    assert _assigned(ctl) == (two, [])


def test_a_node_that_was_removed_takes_what_it_proved_with_it(ctl: Program, published: dict[str, Any]) -> None:
    add_by_hand(ctl, 1)
    _boot(ctl, _publish(ctl, published, "1"))
    assert ctl("node", "remove", "node1").code == 0
    add_by_hand(ctl, 1)
    assert ctl("node", "proven").value["nodes"] == [{"name": "node1", "proven": []}]


@pytest.mark.parametrize("text", ["{", '{"format": 1, "proven": [{}]}', '{"format": 99, "proven": []}'])
def test_a_file_that_is_not_whole_is_named(ctl: Program, text: str) -> None:
    add_by_hand(ctl, 1)
    (ctl.site / "secrets" / "node1" / "proven.json").write_text(text)
    assert ctl("node", "rollback", "node1").error["code"] in ("damaged", "site-format")
