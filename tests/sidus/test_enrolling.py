"""Enrolment: only a start that is the published one is taken, and the server's refusal is that node's own error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from sidus_lab.errors import SidusError
from sidus_lab.sidus.each import Each
from sidus_lab.sidus.enrolling import enrol, shown
from sidus_lab.sidus.facts import NodeFacts
from sidus_lab.sidus.measured.evidence import Evidence
from sidus_lab.sidus.measured.judge import Parts
from sidus_lab.sidus.witness import UefiStart, Witness, enrolment_from_dict
from tests.sidus.measured import tpm
from tests.sidus.measured.conftest import COMMAND_LINE, log, parts
from tests.sidus.measured.test_judge import start
from tests.sidus.standins import Answers
from tests.sidus.test_proof import NONCE, node, seen

__all__ = ["log", "parts"]  # fixtures of the room below
pytestmark = tpm.needed


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, log: bytes) -> Iterator[tpm.Tpm]:
    with tpm.running(tmp_path_factory.mktemp("enrolling") / "tpm") as started:
        start(started, log)
        started.key()
        yield started


def asked(machine: tpm.Tpm, log: bytes, nonce: str) -> Evidence:
    return replace(machine.evidence(bytes.fromhex(nonce), log), key=machine.key())


@pytest.fixture
def facts(machine: tpm.Tpm, log: bytes) -> NodeFacts:
    return node(tpm=True, evidence=asked(machine, log, NONCE))


@pytest.fixture
def server(facts: NodeFacts, parts: Parts) -> Witness:
    return seen(facts, uefi=UefiStart(**vars(parts), command_line=COMMAND_LINE))


def test_a_start_that_is_the_published_one(facts: NodeFacts, server: Witness) -> None:
    made = shown(facts, server)
    assert facts.evidence is not None
    assert (made.key, made.loaders) == (facts.evidence.key, ())
    assert set(made.firmware) == {0, 2, 7}
    assert enrolment_from_dict(json.loads(json.dumps(made.to_dict()))) == made
    assert str(made).startswith("TPM ")


def test_any_other_start_is_not_taken(facts: NodeFacts, server: Witness) -> None:
    assert server.uefi is not None
    assert facts.evidence is not None
    wrong = {
        "shows no TPM": (replace(facts, tpm=False, evidence=None), server),
        "not started by this server": (facts, replace(server, boot="another")),
        "with a program for UEFI firmware": (facts, replace(server, uefi=None)),
        "another kernel or initrd": (facts, replace(server, uefi=replace(server.uefi, initrd="ab" * 32))),
        "another command line": (facts, replace(server, uefi=replace(server.uefi, command_line="x"))),
        "an old one": (replace(facts, nonce="11" * 16), server),
        "the key is not whole": (replace(facts, evidence=replace(facts.evidence, key=b"")), server),
        "firmware's log is none": (replace(facts, evidence=replace(facts.evidence, log=b"x")), server),
    }
    for said, (told, about) in wrong.items():
        with pytest.raises(SidusError, match=said):
            shown(told, about)


def test_the_server_keeps_it_and_one_that_fails_hides_no_other(machine: tpm.Tpm, log: bytes, parts: Parts) -> None:
    told: dict[str, NodeFacts] = {}

    def inspect(nonce: str) -> Each[NodeFacts]:
        for name in ("node1", "node2"):
            told[name] = node(name, tpm=True, nonce=nonce, evidence=asked(machine, log, nonce))
        told["node2"] = replace(told["node2"], evidence=None)
        return Each("ask", {**told, "node3": SidusError("It is away.")})

    uefi = UefiStart(**vars(parts), command_line=COMMAND_LINE)

    def witness(*_: str) -> dict[str, Any]:
        rows = [{"name": name, **seen(node(name), uefi=uefi).to_dict()} for name in ("node1", "node2", "node3")]
        return {"nodes": rows}

    kept: list[tuple[str, ...]] = []

    def keep(*words: str) -> dict[str, Any]:
        kept.append(words)
        return {"name": words[0], "enrolled": {**shown(told[words[0]], seen(told[words[0]], uefi=uefi)).to_dict()}}

    connection = Answers({"node witness": witness, "node enrol": keep})
    found = enrol(connection.server, "node[1-3]", inspect, replace=True)
    assert list(found.ok) == ["node1"]
    assert {name: error.message for name, error in found.failed.items()} == {
        "node2": "node2 shows no TPM that gives a quote.",
        "node3": "It is away.",
    }
    assert kept == [("node1", "--replace")]
