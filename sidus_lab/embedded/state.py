"""What a lab keeps between two commands: whether it is up, who wanted that, its machines and its ports."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sidus_lab.embedded.machine import Machine
from sidus_lab.embedded.processes import Process
from sidus_lab.embedded.service import free_ports, is_taken
from sidus_lab.sidusctl import files


@dataclass(frozen=True)
class Ports:
    """The loopback ports of a lab; kept from one start to the next where they are still free."""

    ssh: int
    web: int
    bmc: dict[str, int]
    line: dict[str, int]
    node: dict[str, int]

    @classmethod
    def choose(cls, names: Sequence[str], before: Ports | None = None) -> Ports:
        """Give the ports of `before` when they fit these nodes and nobody has taken them, else free ones."""
        if before is not None and list(before.bmc) == list(names) and not any(map(is_taken, before.all())):
            return before
        found = iter(free_ports(2 + 3 * len(names)))
        return cls(
            ssh=next(found),
            web=next(found),
            bmc={name: next(found) for name in names},
            line={name: next(found) for name in names},
            node={name: next(found) for name in names},
        )

    def all(self) -> list[int]:
        """Give all of them."""
        return [self.ssh, self.web, *self.bmc.values(), *self.line.values(), *self.node.values()]


@dataclass(frozen=True)
class Owner:
    """What started a lab for itself alone (such as a demo): when its process is gone, the lab has no owner left."""

    name: str
    process: Process


@dataclass(frozen=True)
class State:
    """What is up, who started it, and where it listens; the default is a lab that was never up."""

    up: bool = False
    owner: Owner | None = None
    machines: list[Machine] = field(default_factory=list)
    ports: Ports | None = None

    @property
    def names(self) -> list[str]:
        """The names of the nodes."""
        return [machine.name for machine in self.machines]

    def write(self, path: Path) -> None:
        """Replace the file as a whole."""
        owner = self.owner
        content = {
            "up": self.up,
            "owner": {"name": owner.name, **vars(owner.process)} if owner else None,
            "machines": [[m.name, m.cpu, m.mac, m.memory, m.cores, list(m.more), m.measured] for m in self.machines],
            "ports": vars(self.ports) if self.ports else None,
        }
        files.write(path, json.dumps(content, indent=1).encode(), 0o600)


def read(path: Path) -> State:
    """Give the state that was written; a lab that was never up where there is none or it cannot be read."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        return _parse(json.loads(path.read_text()))
    return State()


def _parse(content: dict[str, Any]) -> State:
    owner, ports = content["owner"], content["ports"]
    return State(
        up=bool(content["up"]),
        owner=Owner(str(owner["name"]), Process(int(owner["pid"]), int(owner["started"]))) if owner else None,
        machines=[
            Machine(name, cpu, mac, memory, cores, tuple(more), *measured)
            for name, cpu, mac, memory, cores, more, *measured in content["machines"]
        ],
        ports=Ports(**ports) if ports else None,
    )
