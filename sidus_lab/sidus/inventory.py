"""What the server's inventory says of one node: a frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sidus_lab.sidus.versions import Assignment


@dataclass(frozen=True)
class PowerWay:
    """How a node is switched on and off: the kind, and what this kind needs to know (never a password)."""

    kind: str
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class InventoryEntry:
    """One node as the server knows it.

    Attributes
    ----------
    mac : str
        The address of the network card that it boots by.
    address, ssh_port
        Where its SSH answers, as the server reaches it.
    host_key : str
        The public line of the key that it must show.
    power : PowerWay
        How it is switched on and off.
    assignment : Assignment or None
        What it boots from its next start on.
    powered_on : float or None
        When it was last switched on from here: seconds since 1970, the server's clock.
    """

    name: str
    mac: str
    address: str
    ssh_port: int
    host_key: str
    power: PowerWay
    assignment: Assignment | None = None
    powered_on: float | None = None

    @property
    def boots(self) -> str:
        """What it boots, as ``image@version``, or ``nothing assigned``."""
        return self.assignment.name if self.assignment is not None else "nothing assigned"
