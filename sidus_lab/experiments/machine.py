"""What an experiment needs of a node, and what a set of nodes may offer beyond that."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Protocol, cast, runtime_checkable

from sidus_lab.experiments.journal import RunError
from sidus_lab.sidus.node import Node
from sidus_lab.sidus.nodes import Nodes
from sidus_lab.sidus.power import ByHand
from sidus_lab.sidus.proof import Proof
from sidus_lab.transport import Transport


class Machine(Protocol):
    """What an experiment needs of a node. `sidus.Node` is one."""

    @property
    def name(self) -> str:
        """Name of the node, a column of the records."""

    def transport(self) -> Transport:
        """Return an open connection, a new one when the last was lost. Raises `SidusError` when the node is gone."""

    def facts(self) -> Mapping[str, object]:
        """Read what the machine is now: ``root_hash``, ``hardware``, ``settings`` (digests), ``boot`` (its boot id).

        Read anew at each call. Raises `SidusError` when the node is gone.
        """


@runtime_checkable
class Provable(Protocol):
    """A set of machines of which can be shown what they run. `sidus.Nodes` is one."""

    def prove(self) -> Proof:
        """Ask every one of them. Raises `SidusError`."""

    def origin(self) -> Mapping[str, object]:
        """Say where their system comes from: ``images`` by root hash, ``stages`` of their boot. Raises `SidusError`."""


Machines = Mapping[str, Machine] | Iterable[Machine]


def by_name(machines: Machines) -> dict[str, Machine]:
    """Return machines by their names. Raises `RunError` when two have the same one."""
    found = list(machines.values()) if isinstance(machines, Mapping) else list(machines)
    named = {machine.name: machine for machine in found}
    if len(named) != len(found):
        raise RunError("Two machines have the same name.")
    return named


def provable(machines: object) -> Provable | None:
    """Return machines as a set of which something can be shown, or None where they are not nodes of one site."""
    if isinstance(machines, Provable):
        return machines
    found = list(machines) if isinstance(machines, Iterable) else []
    nodes = [machine for machine in found if isinstance(machine, Node)]
    if not nodes or len(nodes) != len(found) or len({id(node.server) for node in nodes}) != 1:
        return None
    return Nodes.of(nodes)


def recorded(machines: Iterable[Machine]) -> str:
    """Say which recording is played in the place of machines; empty where all of them are there.

    What is measured on such machines was measured on the day of the recording, and is measured again by nobody.
    """
    found = {machine.server.recorded for machine in machines if isinstance(machine, Node)}
    return ", ".join(sorted(filter(None, found)))


def restarter(machine: Machine) -> Callable[[threading.Event], None] | None:
    """Return what starts a machine anew and waits until it is up, or None where it cannot be started from here.

    A node of a site is power-cycled by its BMC, if it has remote power at all; any other machine may have a method
    ``restart(cancel)``. The function
    raises `SidusError` when the machine does not come up, and `Cancelled` when its event is set.
    """
    own = getattr(machine, "restart", None)
    if callable(own):
        return cast(Callable[[threading.Event], None], own)
    if not isinstance(machine, Node) or machine.entry.power.kind == ByHand.kind:
        return None
    return partial(_cycle, Nodes.of([machine]))


def check_restarts(boots: int, machines: Mapping[str, Machine]) -> None:
    """Say before anything starts that a machine cannot be started anew, where this number of boots needs it.

    Raises `RunError`.
    """
    fixed = [name for name, machine in machines.items() if restarter(machine) is None]
    if boots > 1 and fixed:
        raise RunError(
            f"The design has {boots} boots, and {', '.join(fixed[:5])} cannot be started anew from here.",
            hint="take nodes of a site, which have a BMC, or a design with boots=1",
        )


def _cycle(node: Nodes, cancel: threading.Event) -> None:
    action = node.boot()
    while True:
        try:
            action.result(timeout=0.5)
            return
        except TimeoutError:
            if cancel.is_set():
                action.cancel()
