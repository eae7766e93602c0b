"""The proof's decisions: both sides of every claim, on facts of a real node."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sidus_lab.errors import SidusError
from sidus_lab.sidus.facts import Drift, NodeFacts
from sidus_lab.sidus.judge import common_command_line, prove
from sidus_lab.sidus.proof import Claim, NodeProof, Proof
from tests.sidus.test_facts import ROOT_HASH, parsed

OTHER = "ab" * 32


def node(name: str = "node1", **changes: object) -> NodeFacts:
    """Facts of a node in order: scrubbed, nothing drifted."""
    facts = parsed()
    line = facts.command_line.replace("sidus.node=node1", f"sidus.node={name}").replace(
        "sidus.node=node2", f"sidus.node={name}"
    )
    return replace(facts, **{"name": name, "scrub": "passed", "drift": (), "command_line": line, **changes})  # type: ignore[arg-type]


def judged(facts: NodeFacts, assigned: str = ROOT_HASH) -> NodeProof:
    return prove([facts], {facts.name: assigned}).nodes[0]


def proof_of(*facts: NodeFacts, missing: dict[str, str] | None = None) -> Proof:
    return prove(facts, {each.name: ROOT_HASH for each in facts}, missing)


def test_everything_holds() -> None:
    found = judged(node())
    assert found.proven
    assert [found.asked, found.enforced, found.scrubbed, found.drift] == [
        Claim(True, ROOT_HASH[:12]),
        Claim(True, f"{ROOT_HASH[:12]}, status V"),
        Claim(True, "every block read and verified"),
        Claim(True, "none"),
    ]


@pytest.mark.parametrize(
    ("changes", "assigned", "level", "words"),
    [
        ({"asked": ""}, ROOT_HASH, "asked", "names no root hash"),
        ({}, "", "asked", "nothing is assigned"),
        ({}, OTHER, "asked", f"{OTHER[:12]} is assigned: boot it again"),
        ({"enforced": ""}, ROOT_HASH, "enforced", "does not stand on a verity device"),
        ({"enforced": OTHER}, ROOT_HASH, "enforced", "not what was asked"),
        ({"status": "C"}, ROOT_HASH, "enforced", "found corruption (status C)"),
        ({"status": ""}, ROOT_HASH, "enforced", "status unknown"),
        ({"drift": (Drift("changed", 3, "etc/hosts"),)}, ROOT_HASH, "drift", "changed /etc/hosts"),
        ({"drift": (Drift("deleted", 0, "usr/bin/fio"),)}, ROOT_HASH, "drift", "deleted /usr/bin/fio"),
    ],
)
def test_a_node_is_not_proven(changes: dict[str, object], assigned: str, level: str, words: str) -> None:
    found = judged(node(**changes), assigned)
    claim: Claim = getattr(found, level)
    assert not claim.holds
    assert words in claim.text
    assert not found.proven
    proof = prove([node(**changes)], {"node1": assigned})
    assert not proof.same
    assert proof.verdict == "Not proven: node1. The table says why."
    assert claim.text in str(proof)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"scrub": "not-done"}, "not done: blocks are verified when they are read"),
        ({"scrub": "failed", "status": "C"}, "a block does not fit"),
        ({"scrub": "passed", "status": "C"}, "a block does not fit"),  # found after the scrub
    ],
)
def test_the_scrub_is_a_claim_of_its_own(changes: dict[str, object], words: str) -> None:
    found = judged(node(**changes))
    assert not found.scrubbed.holds
    assert words in found.scrubbed.text
    assert found.proven == (changes.get("status", "V") == "V")


def test_state_files_are_no_drift_of_the_system() -> None:
    drift = (Drift("added", 1, "var/log/x"), Drift("changed", 33, "etc/machine-id"), Drift("added", 1, "tmp/y"))
    found = judged(node(drift=drift))
    assert found.drift == Claim(True, "none of the system's files (3 state files)")


def test_many_drifted_files_are_counted_and_the_first_named() -> None:
    drift = tuple(Drift("added", 1, f"usr/bin/{n}") for n in range(5))
    assert judged(node(drift=drift)).drift.text == (
        "5 of the system's files: added /usr/bin/0, added /usr/bin/1, added /usr/bin/2, ..."
    )


def test_two_nodes_that_are_the_same() -> None:
    proof = proof_of(node("node1"), node("node2"))
    assert proof.same
    assert proof.different == ()
    assert {"root hash", "kernel", "kernel build", "command line", "CPU model", "CPU flags"} <= set(proof.equal)
    assert proof.root_hash == ROOT_HASH
    assert proof.verdict == (
        f"node[1-2] run the same software, image {ROOT_HASH[:12]}: every block of it was read and verified."
    )


def test_without_the_scrub_the_sentence_says_less() -> None:
    proof = proof_of(node("node1"), node("node2", scrub="not-done"))
    assert proof.same
    assert proof.verdict.endswith("verified whenever a block is read.")


def test_different_hardware_is_named_and_is_still_the_same_software() -> None:
    first, second = node("node1"), node("node2")
    flags = tuple(flag for flag in second.hardware.flags if flag != "sse4_2")
    second = replace(second, hardware=replace(second.hardware, cpu="Another CPU", flags=flags))
    proof = proof_of(first, second)
    assert proof.same
    found = {entry.field: dict(entry.values) for entry in proof.different}
    assert found == {
        "CPU model": {"node1": first.hardware.cpu, "node2": "Another CPU"},
        "CPU flags": {"node1": "sse4_2", "node2": "no others"},
    }
    assert "different: CPU model: node1" in str(proof)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"release": "6.1.0-99-amd64"}, "kernel"),
        ({"version": "#1 SMP other"}, "kernel"),
        ({"build_id": "00" * 20}, "kernel build"),
        ({"command_line": "boot=sidus sidus.node=node2 mitigations=off"}, "command line"),
    ],
)
def test_other_software_is_not_the_same(changes: dict[str, object], field: str) -> None:
    proof = proof_of(node("node1"), node("node2", **changes))
    assert all(each.proven for each in proof.nodes)
    assert not proof.same
    assert proof.verdict == f"Each of node[1-2] is proven, but they are not the same: {field} differ."


def test_other_images_are_not_the_same_even_when_each_is_what_was_asked() -> None:
    second = node("node2", asked=OTHER, enforced=OTHER)
    proof = prove([node("node1"), second], {"node1": ROOT_HASH, "node2": OTHER})
    assert all(each.proven for each in proof.nodes)
    assert not proof.same
    assert proof.root_hash == ""
    assert "root hash differ" in proof.verdict


def test_the_nodes_own_arguments_are_not_compared() -> None:
    line = "boot=sidus BOOTIF=01-52-54 sidus.node=node1 sidus.root=ab quiet"
    assert common_command_line(line) == "boot=sidus sidus.root=ab quiet"


def test_a_node_that_could_not_be_asked() -> None:
    proof = proof_of(node("node1"), missing={"node2": "Nothing answers.\nNext: look"})
    assert not proof.same
    assert proof.verdict == "Not proven for all: node2 could not be asked."
    assert "missing:   node2: Nothing answers." in str(proof)


def test_nobody_could_be_asked() -> None:
    proof = proof_of(missing={"node1": "gone", "node2": "gone"})
    assert not proof.same
    assert proof.root_hash == ""
    assert proof.verdict == "No node could be asked."
    assert "node2: gone" in str(proof)
    assert proof.to_dict()["nodes"] == []


def test_one_node_alone() -> None:
    proof = proof_of(node())
    assert proof.same
    assert (proof.equal, proof.different) == ((), ())
    assert proof.verdict == f"node1 runs the image {ROOT_HASH[:12]}: every block of it was read and verified."


def test_plain_data_and_html() -> None:
    facts = node("node1", command_line="boot=sidus <script>alert(1)</script>")
    proof = proof_of(facts, node("node2", drift=(Drift("added", 1, "usr/<b>"),)))
    data = json.loads(json.dumps(proof.to_dict()))
    assert data["same"] is False
    assert data["nodes"][1]["claims"]["drift"]["holds"] is False
    assert data["nodes"][1]["drift"] == [{"how": "added", "size": 1, "path": "usr/<b>"}]
    bundle = proof._repr_mimebundle_()
    assert "<b>" not in bundle["text/html"].replace("<b>node", "")
    assert "<script>" not in bundle["text/html"]
    assert proof.verdict in bundle["text/plain"]


def test_a_stored_proof_is_read_as_the_same_value() -> None:
    missing = {"node3": "gone"}
    proof = proof_of(node(drift=(Drift("added", 3, "var/x"),)), node("node2", enforced=OTHER), missing=missing)
    assert Proof.from_dict(json.loads(json.dumps(proof.to_dict()))) == proof


@pytest.mark.parametrize("plain", [{}, {"nodes": 3}, {"format": 99}, {"nodes": [{}], "equal": []}])
def test_what_is_no_stored_proof(plain: dict[str, object]) -> None:
    with pytest.raises(SidusError, match=r"stored proof|format 99"):
        Proof.from_dict(plain)
