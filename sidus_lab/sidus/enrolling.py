"""Enrols nodes: asks them and the server, verifies the quote of this very start, and has the server keep it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable

from sidus_lab.errors import SidusError
from sidus_lab.sidus import answers, say
from sidus_lab.sidus.asking import witnesses
from sidus_lab.sidus.claims import Claim
from sidus_lab.sidus.each import Each
from sidus_lab.sidus.facts import NodeFacts
from sidus_lab.sidus.measured.claim import enrolment, judged
from sidus_lab.sidus.measured.quote import QuoteError
from sidus_lab.sidus.server import Server
from sidus_lab.sidus.witness import Enrolment, Witness


def enrol(
    server: Server, folded: str, inspect: Callable[[str], Each[NodeFacts]], *, replace: bool = False
) -> Each[Enrolment]:
    """Enrol the TPMs of nodes that run; `inspect` asks all of them with the nonce that it is given."""
    nonce = secrets.token_hex(16)
    seen = witnesses(server, folded, nonce)
    asked = inspect(nonce)
    found: dict[str, Enrolment | SidusError] = dict(asked.failed)
    for name, facts in asked.ok.items():
        try:
            made = shown(facts, seen[name])
            words = ["node", "enrol", name, *(["--replace"] if replace else [])]
            found[name] = answers.enrolled(server.call(*words, data=json.dumps(made.to_dict()).encode()))
        except SidusError as error:
            found[name] = error
    return Each("Enrol", found, words=str)


def shown(facts: NodeFacts, seen: Witness) -> Enrolment:
    """Give what a node is enrolled with, from a start that is itself the published one. Pure.

    Raises `SidusError` for a start that is not: what was wrong then would be taken for right ever after.
    """
    hint = "boot it under UEFI, with sidus.efi published, and ask again"
    if not facts.tpm or facts.evidence is None:
        raise SidusError(f"{facts.name} shows no TPM that gives a quote.", hint=hint)
    if seen.uefi is None or facts.boot != seen.boot:
        raise SidusError(f"{facts.name} was not started by this server with a program for UEFI firmware.", hint=hint)
    try:
        made = enrolment(facts.evidence, seen.uefi)
    except QuoteError as error:
        raise SidusError(f"{facts.name} cannot be enrolled: {error}.") from None
    except ValueError as error:
        raise SidusError(f"{facts.name} cannot be enrolled: its firmware's log is none ({error}).") from None
    finding = judged(facts.evidence, seen.uefi, made, facts.nonce)
    if not finding.holds:
        why = say.claim(Claim("measured", "fails", finding.reason, {"register": finding.register or 0}, "tpm"))
        raise SidusError(f"{facts.name} cannot be enrolled: {why}.", hint=hint)
    return made
