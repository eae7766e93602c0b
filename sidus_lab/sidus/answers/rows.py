"""Answers about nodes taken apart into one row for each node, and put together again from rows of several answers."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from sidus_lab.sidus.answers.events import Answer, event_of
from sidus_lab.sidus.answers.forward import brought
from sidus_lab.sidus.answers.reading import reading
from sidus_lab.sidusctl import shapes

Row = dict[str, object]


@dataclass(frozen=True)
class Given:
    """What a node was told to boot, of all that an assignment says: what makes it another one."""

    root_hash: str
    arguments: tuple[str, ...]
    name: str  # image@version

    def __str__(self) -> str:
        more = f" with {' '.join(self.arguments)}" if self.arguments else ""
        return f"{self.name} ({self.root_hash[:12]}){more}"


@reading
def rows(value: object) -> dict[str, Row]:
    """Give the row of each node in the answer of a verb that answers node by node."""
    found = cast("shapes.Nodes", value)["nodes"]
    return {row["name"]: cast("Row", dict(row)) for row in found}


@reading
def given(row: Row) -> Given | None:
    """Give what the row of an inventory says that the node boots; None for nothing."""
    found = cast("shapes.Node", row)["assignment"]
    if found is None:
        return None
    return Given(found["root_hash"], tuple(found["arguments"]), f"{found['image']}@{found['version']}")


@reading
def reached(row: Row) -> tuple[str, int]:
    """Give the address and the SSH port in the row of an inventory."""
    node = cast("shapes.Node", row)
    return node["address"], node["ssh_port"]


@reading
def is_up(row: Row) -> bool:
    """Whether the row of a state says that the node is up."""
    return cast("shapes.Status", row)["state"] == "up"


def assigned_as(row: Row, other: Row | None) -> Row:
    """Give the row of an inventory with the assignment that another row has; with none, of None."""
    return {**row, "assignment": None if other is None else other["assignment"]}


def answered(value: object, of: Iterable[Row]) -> object:
    """Give an answer with these rows in the place of its own."""
    return {**cast("dict[str, object]", value), "nodes": list(of)}


def printed(value: object) -> bytes:
    """Give what sidusctl prints when it answers a value."""
    return json.dumps({"event": "result", "value": value}).encode() + b"\n"


def brought_line(verb: str, stdout: bytes) -> bytes:
    """Give what sidusctl printed with its value in the shape of today; anything else as it is."""
    lines = stdout.splitlines()
    found = event_of(lines[-1]) if lines else None
    if not isinstance(found, Answer):
        return stdout
    return b"".join(line + b"\n" for line in lines[:-1]) + printed(brought(verb, found.value))
