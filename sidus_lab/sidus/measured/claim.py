"""The level ``measured`` of one node: from its evidence and what the server knows, to a claim of the proof. Pure."""

from __future__ import annotations

from sidus_lab.sidus.claims import Claim, State
from sidus_lab.sidus.facts import NodeFacts
from sidus_lab.sidus.measured.evidence import Evidence
from sidus_lab.sidus.measured.judge import FIRMWARE, Enrolled, Finding, Parts, judge, started
from sidus_lab.sidus.measured.quote import QuoteError, read_key
from sidus_lab.sidus.witness import Enrolment, UefiStart, Witness


def claim(facts: NodeFacts, server: Witness | None) -> Claim:
    """Say whether a node's TPM vouches for its start.

    Without a TPM, or without an enrolment, nobody looked. A node that is enrolled and does not show what it must fails:
    else it would be enough to hide the TPM.
    """

    def say(state: State, reason: str, **values: str | int) -> Claim:
        return Claim("measured", state, reason, values, "none" if state == "not-looked-at" else "tpm")

    enrolment = server.tpm if server else None
    if server is None or enrolment is None:
        return say("not-looked-at", "not-enrolled" if facts.tpm else "no-tpm")
    if not facts.nonce:
        return say("not-looked-at", "no-nonce")
    if not facts.tpm:
        return say("fails", "tpm-gone")
    if facts.evidence is None:
        return say("fails", "tpm-silent")
    if server.uefi is None:
        return say("fails", "no-uefi-image")
    found = judged(facts.evidence, server.uefi, enrolment, facts.nonce)
    register = {} if found.register is None else {"register": found.register}
    return say("holds" if found.holds else "fails", found.reason, **register)


def judged(evidence: Evidence, uefi: UefiStart, enrolment: Enrolment, nonce: str) -> Finding:
    """Judge evidence by what was enrolled and published; `nonce` in hexadecimal digits."""
    try:
        key = read_key(enrolment.key)
    except QuoteError:
        return Finding(False, "enrolment-damaged")
    if evidence.key != enrolment.key:
        return Finding(False, "other-tpm")
    enrolled = Enrolled(key, enrolment.firmware, enrolment.loaders)
    return judge(evidence, parts(uefi), uefi.command_line, enrolled, bytes.fromhex(nonce))


def enrolment(evidence: Evidence, uefi: UefiStart) -> Enrolment:
    """Give what a node would be enrolled with: its key, and its firmware and loaders as they are in this start.

    Raises QuoteError for a key that proves nothing, ValueError for a log that is none.
    """
    read_key(evidence.key)
    known = parts(uefi)
    programs = dict.fromkeys(started(evidence.log))  # iPXE has the firmware look at a program twice
    loaders = [each for each in programs if each not in (known.image_program, known.kernel_program)]
    firmware = {number: evidence.registers.get(number, b"") for number in FIRMWARE}
    return Enrolment(evidence.key, firmware, tuple(loaders))


def parts(uefi: UefiStart) -> Parts:
    """Give the hashes of what was published."""
    return Parts(uefi.kernel, uefi.initrd, uefi.osrel, uefi.image_program, uefi.kernel_program)
