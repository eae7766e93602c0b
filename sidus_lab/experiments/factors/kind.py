"""What a kind of factor is: how a level reaches the program, and how one that changes the machine is undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sidus_lab.errors import SidusError
from sidus_lab.transport import Transport

DEFAULT = "default"  #: The level that means: not set at all.


class DesignError(SidusError):
    """An experiment was described in a way that cannot be run.

    >>> try:
    ...     sl.Design(repetitions=5, boots=2)
    ... except sl.DesignError as error:
    ...     print(error)
    5 complete blocks cannot be spread evenly over 2 boots.
    Next: take 6 repetitions in 6 blocks, or other boots
    """


@dataclass(frozen=True)
class Process:
    """What a factor adds to the process that is measured: variables of its environment, words of its command line.

    `unset` names the variables that must not be there unless this factor sets them.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    unset: tuple[str, ...] = ()


class FactorKind(Protocol):
    """One way to set something on purpose.

    The life of a level on a node: `find` what is there now; that is written down on the disk here, as owed to the node;
    `set` the level; `verify` what the node then says. At the end, or at the next contact after a session was killed,
    `undo` brings back what was found. A kind that changes nothing on the node (``changes_node`` is false) is asked
    for `process` alone, and need not do anything in the others.
    """

    @property
    def changes_node(self) -> bool:
        """Whether a level changes the node itself, and so must be undone."""

    def check_name(self, name: str) -> None:
        """Raise `DesignError` when there can be no factor of this name."""

    def process(self, name: str, level: str) -> Process:
        """Return what the process gets at this level; at the level ``default`` it adds nothing."""

    def find(self, name: str, node: Transport) -> str:
        """Return what is set on the node now, as a text that `undo` understands. Raises `SidusError`."""

    def set(self, name: str, level: str, node: Transport) -> None:
        """Set the level (never ``default``: that is what `undo` brings). Raises `SidusError`."""

    def verify(self, name: str, node: Transport) -> str:
        """Return what the node says is set now; it is recorded, and compared by the verdict. Raises `SidusError`."""

    def undo(self, name: str, found: str, node: Transport) -> None:
        """Bring back what `find` found; a second time does no harm, after a restart neither. Raises `SidusError`."""


class OfProcess:
    """A kind that lives and ends with the process: there is nothing to find on the node, and nothing to undo."""

    @property
    def changes_node(self) -> bool:
        """Nothing on the node changes."""
        return False

    def find(self, name: str, node: Transport) -> str:  # noqa: ARG002
        """Nothing is there before the process."""
        return ""

    def set(self, name: str, level: str, node: Transport) -> None:
        """It is set when the process starts."""

    def verify(self, name: str, node: Transport) -> str:  # noqa: ARG002
        """Only the process can tell; a workload does so in its metrics (``observed:<factor>``)."""
        return ""

    def undo(self, name: str, found: str, node: Transport) -> None:
        """It ended with the process."""
