"""What a section of the control room is: the base class that each of them fills in."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import ipywidgets as widgets

from sidus_lab.panels.model import NodeCard, Snapshot


@dataclass(frozen=True)
class View:
    """What a section is given to show: what one look at the site found, and the cards made of it."""

    snapshot: Snapshot
    cards: Sequence[NodeCard]

    @property
    def names(self) -> list[str]:
        """All nodes of the room, in the order of the inventory."""
        return [card.name for card in self.cards]


class Section(ABC):
    """One part of the control room. A kind of section is a subclass in a file of its own, made with the room it is in.

    A section never looks at the site from a handler and never waits: it shows what it is given, and submits what is
    clicked to its room.

    Attributes
    ----------
    name : str
        What it is chosen by, as in ``ControlRoom(lab, sections=["nodes", "log"])``.
    reads_jobs : bool
        Whether it shows the site's jobs, which are read for those that do.
    widget : Widget
        What it shows, with a heading and the code that does the same.

    Examples
    --------
    >>> list(sl.panels.SECTIONS)[:2]
    ['image', 'nodes']
    """

    name: ClassVar[str]
    reads_jobs: ClassVar[bool] = False
    widget: widgets.Widget

    @abstractmethod
    def show(self, view: View) -> None:
        """Show what was found. Called after every look at the site, and when an action begins or ends."""

    @property
    def live(self) -> bool:
        """Whether `look` should be called each second."""
        return False

    def look(self) -> None:  # noqa: B027 - most sections have nothing to do here
        """Read again what changes between two looks at the site, such as the end of a log."""

    def attend(self, node: str) -> None:  # noqa: B027
        """Turn to this node: something was just started on it."""
