"""The sections of the control room: one file each, and the table that names them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from sidus_lab.errors import SidusError
from sidus_lab.panels.room import Room
from sidus_lab.panels.sections.image import ImageSection
from sidus_lab.panels.sections.jobs import JobsSection
from sidus_lab.panels.sections.log import LogSection
from sidus_lab.panels.sections.nodes import NodesSection
from sidus_lab.panels.sections.proof import ProofSection
from sidus_lab.panels.sections.section import Section, View

__all__ = ["DEFAULT", "SECTIONS", "Section", "View", "make_sections"]

#: Every kind of section by its name. Another one becomes known by adding it here, as a test does.
SECTIONS: Final[dict[str, Callable[[Room], Section]]] = {
    each.name: each for each in (ImageSection, NodesSection, ProofSection, LogSection, JobsSection)
}
#: Those that a control room shows unless told otherwise, from top to bottom.
DEFAULT: Final = ("image", "nodes", "proof", "log", "jobs")


def make_sections(names: Sequence[str], room: Room) -> dict[str, Section]:
    """Make sections of these kinds for a room, in this order. Raises `SidusError` for a name that is not known."""
    unknown = [name for name in names if name not in SECTIONS]
    if unknown or not names:
        raise SidusError(
            f"There is no section {unknown[0]!r}." if unknown else "A control room needs a section.",
            hint="choose from " + ", ".join(SECTIONS),
        )
    return {name: SECTIONS[name](room) for name in dict.fromkeys(names)}
