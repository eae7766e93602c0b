"""What the inventory says of a node, as a value."""

from __future__ import annotations

from dataclasses import replace

from sidus_lab.sidus.inventory import InventoryEntry, PowerWay
from sidus_lab.sidus.versions import Assignment

ENTRY = InventoryEntry("node1", "52:54:00:00:00:01", "192.0.2.1", 22, "ssh-ed25519 AAAA", PowerWay("by-hand"))
GIVEN = Assignment("ab" * 32, "memory", ("asked",), "small", "0123456789ab", ("quiet",), 10.0)


def test_what_it_boots() -> None:
    assert ENTRY.boots == "nothing assigned"
    assert replace(ENTRY, assignment=GIVEN).boots == "small@0123456789ab"
    assert str(GIVEN) == "small@0123456789ab (abababababab) with quiet"


def test_equal_facts_are_equal() -> None:
    assert replace(ENTRY, assignment=GIVEN) == replace(ENTRY, assignment=replace(GIVEN))
    assert replace(ENTRY, power=PowerWay("ipmi", {"host": "192.0.2.9"})) != ENTRY
