"""What an experiment needs of a node, and what a set of nodes may offer beyond that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol, runtime_checkable

from sidus_lab.experiments.journal import RunError
from sidus_lab.sidus.proof import Proof
from sidus_lab.transport import Transport


class Machine(Protocol):
    """What an experiment needs of a node. `sidus.Node` is one."""

    @property
    def name(self) -> str:
        """Name of the node, a column of the records."""

    def transport(self) -> Transport:
        """Return an open connection, a new one when the last was lost. Raises `SidusError` when the node is gone."""

    def facts(self) -> Mapping[str, Any]:
        """Read what the machine is now: ``root_hash``, ``hardware`` (digest) and ``boot`` (the kernel's boot id).

        Read anew at each call. Raises `SidusError` when the node is gone.
        """


@runtime_checkable
class Provable(Protocol):
    """A set of machines of which can be shown what they run. `sidus.Nodes` is one."""

    def prove(self) -> Proof:
        """Ask every one of them. Raises `SidusError`."""

    def origin(self) -> dict[str, Any]:
        """Say where their system comes from: ``images`` by root hash, ``stages`` of their boot. Raises `SidusError`."""


Machines = Mapping[str, Machine] | Iterable[Machine]


def by_name(machines: Machines) -> dict[str, Machine]:
    """Return machines by their names. Raises `RunError` when two have the same one."""
    found = list(machines.values()) if isinstance(machines, Mapping) else list(machines)
    named = {machine.name: machine for machine in found}
    if len(named) != len(found):
        raise RunError("Two machines have the same name.")
    return named


def provable(machines: Iterable[Machine]) -> Provable | None:
    """Return machines as a set of which something can be shown, or None where they are not nodes of one site."""
    if isinstance(machines, Provable):
        return machines
    found = list(machines)
    beside = getattr(found[0], "beside", None) if found else None
    if beside is None or not all(type(other) is type(found[0]) for other in found):
        return None
    together = beside(found[1:])
    return together if isinstance(together, Provable) else None
