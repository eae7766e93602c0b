"""The contract of every kind of power: what this half says, the server's half understands as that very way."""

from __future__ import annotations

import argparse

import pytest

from sidus_lab.sidus.power import KINDS, ByHand, Ipmi, Power, PowerCommand, Redfish, WakeOnLan
from sidus_lab.sidusctl import grammar
from sidus_lab.sidusctl.power import kinds

EXAMPLES: list[tuple[Power, dict[str, object]]] = [
    (Ipmi("192.0.2.9", "admin", "s3cret"), {"host": "192.0.2.9", "port": 623, "user": "admin", "cipher": None}),
    (Ipmi("bmc9", "a", "", port=16992, cipher=3), {"host": "bmc9", "port": 16992, "user": "a", "cipher": 3}),
    (
        Redfish("https://192.0.2.9", "admin", "s3cret", fingerprint="ab" * 32),
        {"url": "https://192.0.2.9", "user": "admin", "system": "", "fingerprint": "ab" * 32},
    ),
    (WakeOnLan("52:54:00:12:34:56"), {"mac": "52:54:00:12:34:56", "broadcast": "255.255.255.255"}),
    (PowerCommand("/x/strip", "7", "s3cret"), {"program": "/x/strip", "argument": "7"}),
    (ByHand(), {}),
]


def test_both_halves_have_the_same_kinds() -> None:
    assert {kind.kind for kind in KINDS} == set(kinds.KINDS)
    assert {type(power) for power, _ in EXAMPLES} == set(KINDS)


@pytest.mark.parametrize(("power", "way"), EXAMPLES)
def test_contract(power: Power, way: dict[str, object]) -> None:
    theirs = kinds.KINDS[power.kind]
    parser = argparse.ArgumentParser()
    for each in theirs.words:
        parser.add_argument(*each.names, **each.options)
    given: grammar.Given = parser.parse_args(power.words())
    assert dict(theirs.given(given)) == {"kind": power.kind, **way}
    assert bool(theirs.secret) or not power.secret()
    assert "s3cret" not in repr(power)
    assert "s3cret" not in power.words()
