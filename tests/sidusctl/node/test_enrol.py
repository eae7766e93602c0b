"""What is kept of a node's TPM: taken once, never silently exchanged, and never none because it cannot be read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sidusctl.conftest import Program, add_by_hand

GIVEN: dict[str, Any] = {
    "key": "ab" * 90,
    "firmware": {"0": "00" * 32, "2": "22" * 32, "7": "77" * 32},
    "loaders": ["ef" * 32],
}
NONCE = "00" * 16


def enrol(ctl: Program, *words: str, **changes: Any) -> Any:
    return ctl("node", "enrol", "node1", *words, stdin=json.dumps({**GIVEN, **changes}))


def known(ctl: Program) -> Any:
    return ctl("node", "witness", "node1", stdin=NONCE).value["nodes"][0]["tpm"]


def test_it_is_kept_until_somebody_forgets_it(ctl: Program) -> None:
    add_by_hand(ctl, 1)
    assert known(ctl) is None
    first = enrol(ctl).value
    assert {key: first["enrolled"][key] for key in GIVEN} == GIVEN
    assert known(ctl) == first["enrolled"]
    assert (ctl.site / "secrets" / "node1" / "tpm.json").stat().st_mode & 0o777 == 0o600
    assert enrol(ctl).value == first  # the same once more
    assert ctl("node", "enrol", "node1", "--forget").value == {"name": "node1", "enrolled": None}
    assert ctl("node", "enrol", "node1", "--forget").code == 0
    assert known(ctl) is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"key": "cd" * 90}, "another TPM"),
        ({"firmware": {**GIVEN["firmware"], "7": "00" * 32}}, "other firmware"),
        ({"loaders": []}, "other firmware"),
    ],
)
def test_another_is_taken_only_when_that_is_said(ctl: Program, changes: dict[str, Any], said: str) -> None:
    add_by_hand(ctl, 1)
    first = enrol(ctl).value["enrolled"]
    refused = enrol(ctl, **changes).error
    assert (refused["code"], said in refused["message"]) == ("already-enrolled", True)
    assert known(ctl) == first
    assert enrol(ctl, "--replace", **changes).code == 0
    assert {key: known(ctl)[key] for key in GIVEN} == {**GIVEN, **changes}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 9000,
        json.dumps({**GIVEN, "key": ""}),
        json.dumps({**GIVEN, "key": "ab\n" * 60}),
        json.dumps({**GIVEN, "firmware": {"0": "00" * 32}}),
        json.dumps({**GIVEN, "firmware": {**GIVEN["firmware"], "7": "x"}}),
        json.dumps({**GIVEN, "loaders": ["ef"]}),
        json.dumps({**GIVEN, "loaders": ["ef" * 32] * 17}),
        json.dumps({**GIVEN, "more": 1}),
    ],
)
def test_what_is_no_enrolment(ctl: Program, text: str) -> None:
    add_by_hand(ctl, 1)
    assert ctl("node", "enrol", "node1", stdin=text).error["code"] == "bad-enrolment"
    assert known(ctl) is None


def test_one_that_cannot_be_read_is_not_none_and_hides_no_node(ctl: Program) -> None:
    for number in (1, 2):
        add_by_hand(ctl, number)
    enrol(ctl)
    for damage in ("{", "{}", json.dumps({**GIVEN, "when": 1.0, "key": ""})):
        (ctl.site / "secrets" / "node1" / "tpm.json").write_text(damage)
        one, two = ctl("node", "witness", stdin=NONCE).value["nodes"]
        assert (one["tpm"]["key"], two["tpm"]) == ("", None)
    assert enrol(ctl).error["code"] == "damaged"
    assert ctl("node", "enrol", "node1", "--forget").code == 0
    assert enrol(ctl).code == 0


def test_a_later_node_of_that_name_is_not_enrolled(ctl: Program) -> None:
    add_by_hand(ctl, 1)
    enrol(ctl)
    ctl("node", "remove", "node1")
    add_by_hand(ctl, 1)
    assert known(ctl) is None


@pytest.mark.parametrize("name", ["", "node9", "node[1-2]"])
def test_one_known_node_at_a_time(ctl: Program, name: str) -> None:
    for number in (1, 2):
        add_by_hand(ctl, number)
    assert ctl("node", "enrol", name, stdin=json.dumps(GIVEN)).code == 1
