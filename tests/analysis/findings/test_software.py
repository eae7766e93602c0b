"""What is known of the software: no level that was not looked at counts as passed."""

from __future__ import annotations

from typing import Any

import pytest

from sidus_lab.analysis.findings.software import found, reached
from tests.analysis.findings.bits_example import records

RECORDS = records({"n1": "aaa", "n2": "bbb"})
ALL = {"asked": True, "enforced": True, "scrubbed": True, "clean": True}


def proof(**more: Any) -> dict[str, Any]:
    return {"same": True, "nodes": ["n1", "n2"], "levels": ALL, "different": []} | more


def test_proven() -> None:
    shown = found(RECORDS, proof())
    assert (shown.state, shown.why, shown.passed, shown.cause) == ("same", "proven", True, "none")


@pytest.mark.parametrize("level", ["enforced", "clean"])
@pytest.mark.parametrize("value", [None, False, {"n1": True, "n2": None}, {"n1": True, "n2": False}, {"n1": True}])
def test_a_level_that_was_not_reached_or_not_looked_at_never_passes(level: str, value: Any) -> None:
    shown = found(RECORDS, proof(levels={**ALL, level: value}))
    assert shown.state == "unknown"
    assert not shown.passed
    absent = {name: holds for name, holds in ALL.items() if name != level}
    assert found(RECORDS, proof(levels=absent)).state == "unknown"


def test_blocks_that_were_not_read_limit_the_claim_but_leave_it() -> None:
    shown = found(RECORDS, proof(levels={**ALL, "scrubbed": {"n1": True, "n2": None}}))
    assert shown.state == "same"
    assert shown.levels["scrubbed"].unseen == ("n2",)


def test_the_level_drift_is_read_under_both_its_names() -> None:
    levels = {"asked": True, "enforced": True, "scrubbed": True, "drift": {"n1": True, "n2": True}}
    assert found(RECORDS, proof(levels=levels)).state == "same"
    assert found(RECORDS, proof(levels={**levels, "drift": None})).why == "not-looked"


@pytest.mark.parametrize(
    ("given", "state", "why"),
    [
        (proof(nodes=["n1"]), "unknown", "strangers"),
        (proof(nodes=["other"]), "unknown", "strangers"),
        (proof(nodes=["n1"], same=False, different=["kernel"]), "unknown", "strangers"),
        (proof(same=False, different=["kernel"]), "different", "different"),
        (proof(same=False), "unknown", "not-shown"),
        (proof(same=None), "unknown", "not-shown"),
        ({}, "unknown", "strangers"),
    ],
)
def test_what_a_proof_allows(given: dict[str, Any], state: str, why: str) -> None:
    shown = found(RECORDS, given)
    assert (shown.state, shown.why) == (state, why)


def test_without_a_proof_only_a_difference_can_be_seen() -> None:
    assert found(RECORDS, None).why == "recorded"
    two = records({"n1 image=x": "aaa", "n2 image=y": "bbb"})
    assert (found(two, None).state, found(two, proof()).why) == ("different", "other-records")
    swapped = records({"n1 image=x": "aaa", "n1 image=y": "aaa", "n2 image=x": "aaa", "n2 image=y": "aaa"})
    assert found(swapped, None).state == "unknown"
    assert found(records({"n1": "aaa", "n2 image=": "aaa"}), None).why == "no-proof"


def test_reached() -> None:
    assert reached({"a": True, "b": False, "c": None}, ["a", "b", "c", "d"]).missed == ("b",)
    assert reached({"a": True, "b": False, "c": None}, ["a", "b", "c", "d"]).unseen == ("c", "d")
    assert reached(True, ["a"]).everywhere
    assert not reached(None, ["a"]).everywhere
