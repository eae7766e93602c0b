"""Real starts, recorded: what machines of the embedded lab (OVMF, swtpm) handed over, and what must be said of them.

Each file of `starts/` holds nonce, evidence, and what the server knew: ``honest``; ``changed-initrd``, where the
published program had been exchanged for one with another initrd, which started and reported as if nothing were.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from sidus_lab.sidus.claims import Claim
from sidus_lab.sidus.facts import NodeFacts
from sidus_lab.sidus.measured.claim import claim
from sidus_lab.sidus.measured.evidence import evidence_from_dict
from sidus_lab.sidus.witness import Witness, witness_from_dict
from tests.sidus.test_proof import node

STARTS = Path(__file__).parent / "starts"


def recorded(name: str) -> tuple[NodeFacts, Witness]:
    told = json.loads((STARTS / f"{name}.json").read_text())
    evidence = evidence_from_dict(told["evidence"])
    return node(nonce=told["nonce"], tpm=True, evidence=evidence), witness_from_dict(told["witness"])


def test_an_honest_start() -> None:
    assert claim(*recorded("honest")) == Claim("measured", "holds", "measured", {}, "tpm")


def test_a_start_that_lies() -> None:
    found = claim(*recorded("changed-initrd"))
    assert found == Claim("measured", "fails", "other-image", {"register": 11}, "tpm")


def test_a_lying_node_hands_over_the_honest_quote_of_an_earlier_start() -> None:
    """Both are starts of one machine, so the key is the same: only the nonce tells them apart."""
    honest, before = recorded("honest")
    lying, after = recorded("changed-initrd")
    assert before.tpm == after.tpm
    assert claim(replace(lying, evidence=honest.evidence), after).reason == "old-quote"
