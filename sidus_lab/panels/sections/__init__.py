"""The sections of the control room: one file each, and the table that names them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from sidus_lab.kinds import Kinds
from sidus_lab.panels.room import Room
from sidus_lab.panels.sections.history import HistorySection
from sidus_lab.panels.sections.image import ImageSection
from sidus_lab.panels.sections.jobs import JobsSection
from sidus_lab.panels.sections.log import LogSection
from sidus_lab.panels.sections.nodes import NodesSection
from sidus_lab.panels.sections.proof import ProofSection
from sidus_lab.panels.sections.section import Section, View

__all__ = ["DEFAULT", "SECTIONS", "Section", "View", "make_sections"]

#: Every kind of section by its name. Another one is made known with ``SECTIONS.add(name, kind)``.
SECTIONS: Final[Kinds[Callable[[Room], Section]]] = Kinds(
    "section",
    {each.name: each for each in (ImageSection, NodesSection, ProofSection, LogSection, JobsSection, HistorySection)},
)
#: Those that a control room shows unless told otherwise, from top to bottom.
DEFAULT: Final = ("image", "nodes", "proof", "log", "jobs")


def make_sections(names: Sequence[str], room: Room) -> dict[str, Section]:
    """Make sections of these kinds for a room, in this order. Raises `SidusError` for a kind that is not known."""
    return {name: make(room) for name, make in {name: SECTIONS[name] for name in names}.items()}
