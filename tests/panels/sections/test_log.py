"""The log of the control room: the console where the lab has one, else the reports of the boot."""

from __future__ import annotations

from types import SimpleNamespace

from sidus_lab.panels.sections.log import LogSection
from tests.panels.sections.alone import Alone, text_of, view


class Console:
    """A console that answers at once, and counts."""

    def __init__(self) -> None:
        self.read_of: list[str] = []

    def read(self, node: str) -> str:
        self.read_of.append(node)
        return f"\x1b[1mlogin of {node}\x1b[0m"


def test_a_site_with_consoles_shows_them() -> None:
    console = Console()
    section = LogSection(Alone(site=SimpleNamespace(consoles=console)))
    section.show(view("node1", "node2"))
    assert section.live
    assert "Console" in text_of(section.widget)
    assert "login of node1" in text_of(section.widget)
    section.attend("node2")
    assert "login of node2" in text_of(section.widget)
    section.follow.value = False
    before = len(console.read_of)
    section.look()
    assert (section.live, len(console.read_of)) == (False, before)


def test_a_site_without_consoles_shows_what_nodes_reported() -> None:
    section = LogSection(Alone())
    section.show(view("node1"))
    assert not section.live
    assert "Boot reports" in text_of(section.widget)
    assert "node1 reported nothing" in text_of(section.widget)
