"""The level measured: a node that lies about its start, or hides its TPM, fails by name; one without a TPM does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from sidus_lab import words
from sidus_lab.sidus import say
from sidus_lab.sidus.claims import Claim
from sidus_lab.sidus.facts import NodeFacts
from sidus_lab.sidus.judge import judge
from sidus_lab.sidus.measured import claim as measured
from sidus_lab.sidus.measured.evidence import Evidence
from sidus_lab.sidus.measured.judge import Parts
from sidus_lab.sidus.witness import UefiStart, Witness
from tests.sidus.measured import tpm
from tests.sidus.measured.conftest import COMMAND_LINE
from tests.sidus.measured.test_judge import start
from tests.sidus.test_proof import NONCE, ROOT_HASH, node, seen

pytestmark = tpm.needed
OTHER = "ab" * 32


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory, log: bytes) -> Iterator[Evidence]:
    with tpm.running(tmp_path_factory.mktemp("claim") / "tpm") as machine:
        start(machine, log)
        key = machine.key()
        yield replace(machine.evidence(bytes.fromhex(NONCE), log), key=key)


@pytest.fixture(scope="module")
def others(tmp_path_factory: pytest.TempPathFactory, log: bytes) -> Iterator[Evidence]:
    """The same start on another machine."""
    with tpm.running(tmp_path_factory.mktemp("others") / "tpm") as machine:
        start(machine, log)
        key = machine.key()
        yield replace(machine.evidence(bytes.fromhex(NONCE), log), key=key)


@pytest.fixture
def facts(evidence: Evidence) -> NodeFacts:
    return node(tpm=True, evidence=evidence)


@pytest.fixture
def server(facts: NodeFacts, evidence: Evidence, parts: Parts) -> Witness:
    uefi = UefiStart(**vars(parts), command_line=COMMAND_LINE)
    return seen(facts, uefi=uefi, tpm=measured.enrolment(evidence, uefi))


def test_an_honest_start(facts: NodeFacts, server: Witness) -> None:
    found = judge(facts, ROOT_HASH, server)
    assert found.claim("measured") == Claim("measured", "holds", "measured", {}, "tpm")
    assert found.proven


def test_without_a_tpm_or_an_enrolment_nobody_looked_and_nothing_is_worse(facts: NodeFacts, server: Witness) -> None:
    plain = replace(facts, tpm=False, evidence=None)
    nobody = replace(server, tpm=None)
    for told, about, reason in (
        (plain, nobody, "no-tpm"),
        (facts, nobody, "not-enrolled"),
        (facts, replace(nobody, uefi=None), "not-enrolled"),
    ):
        found = judge(told, ROOT_HASH, about)
        assert (found.claim("measured").state, found.claim("measured").reason) == ("not-looked-at", reason)
        assert found.proven
    assert measured.claim(facts, None).reason == "not-enrolled"
    assert measured.claim(replace(facts, nonce=""), server).reason == "no-nonce"


def lies(facts: NodeFacts, server: Witness, others: Evidence) -> dict[str, tuple[NodeFacts, Witness]]:
    """Name of the reason -> what is told, and what the server knows."""
    mine, uefi, known = facts.evidence, server.uefi, server.tpm
    assert mine is not None
    assert uefi is not None
    assert known is not None

    def told(**changes: object) -> tuple[NodeFacts, Witness]:
        return replace(facts, evidence=replace(mine, **changes)), server  # type: ignore[arg-type, type-var]

    def wanted(**changes: object) -> tuple[NodeFacts, Witness]:
        return facts, replace(server, uefi=replace(uefi, **changes))  # type: ignore[arg-type, type-var]

    handed = COMMAND_LINE + " sidus.overlay_sum="
    return {
        "tpm-gone": (replace(facts, tpm=False, evidence=None), server),
        "tpm-silent": (replace(facts, evidence=None), server),
        "no-uefi-image": (facts, replace(server, uefi=None)),
        "enrolment-damaged": (facts, replace(server, tpm=replace(known, key=b""))),
        "other-tpm": (replace(facts, evidence=others), server),
        "bad-signature": (replace(facts, evidence=replace(others, key=mine.key)), server),
        "old-quote": (replace(facts, nonce="11" * 16), server),
        "bad-quote": told(message=b""),
        "registers-not-signed": told(registers={**mine.registers, 11: bytes(32)}),
        "firmware-changed": (facts, replace(server, tpm=replace(known, firmware={**known.firmware, 0: bytes(32)}))),
        "other-command-line": wanted(command_line=handed + OTHER),  # other own files are another command line
        "other-image": wanted(initrd=OTHER),
        "other-program": wanted(image_program=OTHER),
        "log-not-signed": told(log=mine.log.replace(bytes.fromhex(uefi.image_program), bytes(32))),
        "no-log": told(log=mine.log[:-7]),
    }


def test_every_lie_is_refused_by_name(facts: NodeFacts, server: Witness, others: Evidence) -> None:
    for reason, (told, about) in lies(facts, server, others).items():
        found = judge(told, ROOT_HASH, about)
        claim = found.claim("measured")
        assert (claim.state, claim.reason) == ("fails", reason)
        assert claim.witness == "tpm"
        assert not found.proven, reason
        for language in words.LANGUAGES:
            with words.spoken_in(language):
                assert say.claim(claim)


def test_a_quote_of_another_machine_does_not_enrol_under_this_ones_key(others: Evidence, server: Witness) -> None:
    assert server.uefi is not None
    made = measured.enrolment(others, server.uefi)
    assert made != server.tpm
    assert measured.judged(others, server.uefi, made, NONCE).holds
    with pytest.raises(ValueError, match="not whole"):
        measured.enrolment(replace(others, key=b""), server.uefi)


def test_a_loader_before_the_image_is_pinned_at_enrolment(evidence: Evidence, server: Witness) -> None:
    """An iPXE that comes over TFTP: whatever the firmware started beside the image and its kernel."""
    assert server.uefi is not None
    assert server.tpm is not None
    assert server.tpm.loaders == ()
    foreign = replace(server.uefi, image_program=OTHER)
    assert measured.enrolment(evidence, foreign).loaders == (server.uefi.image_program,)
