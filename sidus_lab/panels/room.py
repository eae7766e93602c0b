"""What the parts of the control room need of the room they are in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from sidus_lab.actions import Action
from sidus_lab.panels.parts import ErrorLine
from sidus_lab.sidus.nodes import Nodes

T = TypeVar("T")

POWER_SECONDS = 3.0  # what a change of power or of an assignment takes


class Room(Protocol):
    """What the parts need of the room they are in."""

    @property
    def error(self) -> ErrorLine: ...

    def nodes(self, names: Sequence[str]) -> Nodes:
        """Give these nodes without asking the server."""

    def submit(self, action: Action[T], names: Sequence[str], then: Callable[[T], object] | None = None) -> None:
        """Show an action, hold the buttons of these nodes while it runs, and call `then` with its result."""
