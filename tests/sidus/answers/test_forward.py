"""Answers of an older sidusctl in the shape of today."""

from __future__ import annotations

import json

import pytest

from sidus_lab.sidus import answers
from sidus_lab.sidus.answers.forward import brought
from tests.sidus.standins import entry, status


def test_a_key_that_is_missing_is_empty_and_one_that_is_unknown_stays() -> None:
    row = status("node1", "up", alarms=[], later="x")
    del row["alarms"], row["reason"], row["last"], row["seconds"]
    found = brought("node status", {"nodes": [row]})
    assert found == {
        "nodes": [{**row, "alarms": [], "reason": "", "last": None, "seconds": None}],
        "damaged": [],
    }
    assert answers.statuses(found)[0].word == "up"


def test_what_lies_deeper_too() -> None:
    row = entry("node1")
    del row["assignment"]["levels"], row["power_on"]
    found = answers.inventory(brought("node list", {"nodes": [row]}))[0]
    assert found.assignment is not None
    assert (found.assignment.levels, found.powered_on) == ((), None)


def test_an_answer_of_today_stays_as_it_is_and_that_of_an_unknown_verb_too() -> None:
    whole = {"nodes": [status("node1", "off", alarms=[])], "damaged": []}
    assert brought("node status", whole) == whole
    assert brought("image dance", {"a": 1}) == {"a": 1}
    assert brought("node status", None) is None


@pytest.mark.parametrize("verb", ["check", "doctor", "image list", "job list", "node list", "node witness"])
def test_every_shape_can_be_made_from_nothing(verb: str) -> None:
    assert isinstance(brought(verb, {}), dict)


def test_what_was_printed_before_the_value_stays() -> None:
    first = b'{"event": "progress", "step": "a", "fraction": null, "line": ""}'
    last = json.dumps({"event": "result", "value": {"jobs": []}}).encode()
    said = answers.brought_line("job list", first + b"\n" + last + b"\n").splitlines()
    assert said[0] == first
    assert json.loads(said[1])["value"] == {"jobs": [], "damaged": []}
    assert answers.brought_line("job list", b"no json\n") == b"no json\n"
    assert answers.brought_line("job list", b"") == b""
