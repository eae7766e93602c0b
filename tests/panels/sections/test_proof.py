"""The proof of the control room: only nodes that are up are asked, and none on which something is under way."""

from __future__ import annotations

from sidus_lab.panels.sections.proof import ProofSection
from tests.panels.sections.alone import Alone, view


def test_only_nodes_that_are_up_are_asked() -> None:
    room = Alone()
    section = ProofSection(room)
    section.show(view("node1", "node2"))
    assert section.prove.disabled
    section.show(view("node1", "node2", word="up"))
    assert not section.prove.disabled
    section.prove.click()
    assert room.asked == [("prove", ["node1", "node2"])]


def test_it_waits_for_what_is_under_way_on_them() -> None:
    section = ProofSection(Alone())
    section.show(view("node1", "node2", word="up", busy=["node2"]))
    assert section.prove.disabled
