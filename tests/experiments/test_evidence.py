"""The proofs of a run held against its records: which rows they cover, and what the verdict is told of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sidus_lab.errors import SidusError
from sidus_lab.experiments import evidence
from sidus_lab.experiments.evidence import Proofs, Taken
from sidus_lab.sidus.facts import NodeFacts
from sidus_lab.sidus.judge import prove
from sidus_lab.sidus.layers import Drift
from sidus_lab.sidus.proof import Proof
from tests.sidus.test_facts import ROOT_HASH
from tests.sidus.test_proof import drifted, node, proof_of

OTHER = "ab" * 32


def facts(name: str, boot: str, **changes: Any) -> NodeFacts:
    return replace(node(name), boot=boot, **changes)


def proof(*each: NodeFacts) -> Proof:
    return proof_of(*each)


def taken(*pairs: tuple[str, Proof]) -> Proofs:
    moments = ["before", *["after"] * (len(pairs) - 1)]
    return Proofs(tuple(Taken(moment, when, each) for moment, (when, each) in zip(moments, pairs, strict=True)))


def rows(*places: tuple[str, str, str], **changes: Any) -> pd.DataFrame:
    """Rows of (node, boot, when)."""
    table = pd.DataFrame(places, columns=["node", "boot", "when"]).assign(root_hash=ROOT_HASH, status="ok")
    return table.assign(**changes)


BOTH = proof(facts("node1", "b1"), facts("node2", "b2"))
MEASURED = rows(("node1", "b1", "12:00"), ("node2", "b2", "12:01"))
WHOLE = taken(("11:00", BOTH), ("13:00", BOTH))


def test_before_and_after_cover_every_row() -> None:
    assert WHOLE.gaps(MEASURED) == {}
    told = WHOLE.summary(MEASURED)
    assert told is not None
    assert told["same"]
    assert told["nodes"] == ["node1", "node2"]
    assert told["levels"].pop("measured") == {"node1": None, "node2": None}  # no TPM: not looked at
    assert all(of == {"node1": True, "node2": True} for of in told["levels"].values())
    assert WHOLE.before == WHOLE.after == BOTH
    assert set(WHOLE.hardware) == {"node1", "node2"}


@pytest.mark.parametrize(
    ("proofs", "records", "node", "words"),
    [
        (WHOLE, rows(("node1", "b1", "12:00"), ("node2", "b9", "12:01")), "node2", "no proof was taken in its boot b9"),
        (WHOLE, rows(("node1", "b1", "12:00"), ("node3", "b3", "12:01")), "node3", "no proof was taken in its boot b3"),
        (WHOLE, MEASURED.assign(root_hash=OTHER), "node1", f"name the image {OTHER[:12]}, and its proofs"),
        (taken(("11:00", BOTH)), MEASURED, "node1", "nobody looked at it after its last execution in boot b1"),
        (WHOLE, MEASURED.assign(boot=[None, "b2"]), "node1", "do not say in which boot"),
    ],
)
def test_rows_that_no_proof_covers(proofs: Proofs, records: pd.DataFrame, node: str, words: str) -> None:
    gap = proofs.gaps(records)[node]
    assert words in "; ".join(map(str, gap))
    told = proofs.summary(records)
    assert told is not None
    assert not told["same"]
    assert told["gaps"][node] == [gap[0].kind]


def test_a_node_that_was_started_anew_in_the_middle() -> None:
    """The rows before are not covered, since nobody looked at what that boot had become; the later ones are."""
    after = proof(facts("node1", "b1"), facts("node2", "b9"))
    records = rows(("node1", "b1", "12:00"), ("node2", "b2", "12:01"), ("node2", "b9", "12:02"))
    gaps = taken(("11:00", BOTH), ("13:00", after)).gaps(records)
    assert {name: list(map(str, why)) for name, why in gaps.items()} == {
        "node2": ["nobody looked at it after its last execution in boot b2"]
    }
    with_middle = taken(("11:00", BOTH), ("12:01:30", BOTH), ("13:00", after))
    assert with_middle.gaps(records) == {}


def test_drift_that_came_during_the_run_is_seen() -> None:
    later = proof(facts("node1", "b1"), facts("node2", "b2", **drifted(Drift("changed", 3, "etc/hosts"))))
    told = taken(("11:00", BOTH), ("13:00", later)).summary(MEASURED)
    assert told is not None
    assert not told["same"]
    assert told["levels"]["clean"] == {"node1": True, "node2": False}


def test_another_image_in_a_later_boot_is_a_difference() -> None:
    second = prove([facts("node1", "b7", asked=OTHER, enforced=OTHER)], {"node1": OTHER})
    records = pd.concat([MEASURED, rows(("node1", "b7", "12:30"), root_hash=OTHER)])
    told = taken(("11:00", BOTH), ("12:10", BOTH), ("13:00", second)).summary(records)
    assert told is not None
    assert "root hash" in told["different"]
    assert not told["same"]


def test_without_a_proof_nothing_is_said() -> None:
    assert Proofs().summary(MEASURED) is None
    assert Proofs().before is None
    assert Proofs().after is None


def test_stored_and_read_again(tmp_path: Path) -> None:
    evidence.store(tmp_path, "before", BOTH)
    evidence.store(tmp_path, "after", None, "the server is gone")
    evidence.store(tmp_path, "after", BOTH)
    assert {path.name for path in tmp_path.iterdir()} == {
        "proof-before.json",
        "proof-after.json",
        "proof-after-2.json",
    }
    read = evidence.read(tmp_path)
    assert [each.moment for each in read.taken] == ["before", "after"]
    assert [each.proof for each in read.taken] == [BOTH, BOTH]
    assert [why for _, why in read.failed] == ["the server is gone"]
    assert json.loads((tmp_path / "proof-before.json").read_text())["same"] is True


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"stored": {"moment": "before", "when": "x"}, "nodes": 3}'])
def test_a_damaged_proof_is_an_error_and_not_no_proof(tmp_path: Path, text: str) -> None:
    (tmp_path / "proof-before.json").write_text(text)
    with pytest.raises(SidusError, match="stored proof"):
        evidence.read(tmp_path)
