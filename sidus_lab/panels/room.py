"""What the sections of the control room need of the room they are in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from sidus_lab.actions import Action
from sidus_lab.panels.parts import ErrorLine
from sidus_lab.panels.rules import Wanted
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.nodes import Nodes

T = TypeVar("T")

POWER_SECONDS = 3.0  # what a change of power or of an assignment takes


class Room(Protocol):
    """What a section needs of the room it is in."""

    wanted: Wanted | None  # what Assign and Boot give to nodes: chosen in one section, used in others

    @property
    def lab(self) -> Lab: ...

    @property
    def error(self) -> ErrorLine: ...

    def nodes(self, names: Sequence[str]) -> Nodes:
        """Give these nodes without asking the server. Raises `SidusError` for unknown names."""

    def submit(
        self,
        what: str,
        names: Sequence[str],
        start: Callable[[], Action[T]],
        then: Callable[[T], object] | None = None,
    ) -> None:
        """Start an action and show it, hold the buttons of its nodes, and call `then` with its result.

        While one that does `what` to the same nodes is under way, that one is shown instead. Raises `NodesBusy` when
        something else works on one of them.
        """
