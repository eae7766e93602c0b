"""What every kind of damage must be: words for people, one place, a command that a recording finds again."""

from __future__ import annotations

import pytest

from sidus_lab.drill import FAULTS, Fault, copy
from sidus_lab.errors import SidusError
from sidus_lab.sidus.claims import LEVELS
from sidus_lab.sidus.played import asked


@pytest.mark.parametrize("kind", FAULTS)
class TestFault:
    def test_it_says_what_it_does_and_what_it_teaches(self, kind: str) -> None:
        fault: Fault = FAULTS[kind]
        assert fault.text[0].isupper()
        assert len(fault.text) < 40, "it stands on a button"
        assert fault.lesson.endswith(".")

    def test_who_must_notice_it(self, kind: str) -> None:
        fault = FAULTS[kind]
        known = LEVELS if fault.where == "node" else ("verity", "scrub")
        assert fault.caught_by in known

    def test_its_command(self, kind: str) -> None:
        fault = FAULTS[kind]
        words = fault.command("/srv/a", "ab" * 32)
        if fault.where == "image":
            assert asked.fault(words) == kind
            assert copy.MARK in words[2]
            assert asked.fault(copy.mend("/srv/a", "ab" * 32)) == ""
        else:
            assert asked.touches(words)
            assert asked.key(words) == tuple(words)


def test_an_unknown_kind() -> None:
    with pytest.raises(SidusError, match="damage of the kind 'fire' is not known"):
        FAULTS["fire"]
