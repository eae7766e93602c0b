"""Nodes: `node list`, `assign`, `remove`, `power`, `status`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from sidus_lab.sidus.answers.damage import damaged
from sidus_lab.sidus.answers.reading import reading
from sidus_lab.sidus.damage import Found
from sidus_lab.sidus.inventory import InventoryEntry, PowerWay
from sidus_lab.sidus.newcomers import Newcomer, Newcomers
from sidus_lab.sidus.status import LOSSES, NodeStatus
from sidus_lab.sidus.versions import Assignment
from sidus_lab.sidus.witness import Enrolment, Witness, alarm_from_dict, enrolment_from_dict, witness_from_dict
from sidus_lab.sidusctl import shapes


@dataclass(frozen=True)
class PowerAnswer:
    """The power of one node, or why it could not be asked or switched."""

    word: Literal["on", "off", "unknown"]
    error: str


@reading
def inventory(value: object) -> Found[InventoryEntry]:
    """Read what ``node list`` or ``node assign`` gave."""
    found = cast("shapes.Nodes", value)
    return Found(map(_entry, found["nodes"]), damaged(found))


@reading
def removed(value: object) -> list[str]:
    """Read what ``node remove`` gave: the names."""
    return list(cast("shapes.Removed", value)["removed"])


@reading
def proven(value: object) -> dict[str, tuple[Assignment, ...]]:
    """Read what ``node proven`` gave: what each node proved, newest first."""
    return {row["name"]: tuple(map(_assignment, row["proven"])) for row in cast("shapes.ProvenRows", value)["nodes"]}


@reading
def newcomers(value: object) -> Newcomers:
    """Read what ``node newcomers`` gave."""
    return Newcomers(
        tuple(
            Newcomer(**{key: word for key, word in row.items() if key != "times"})  # type: ignore[arg-type]
            for row in cast("shapes.Newcomers", value)["machines"]
        )
    )


@reading
def power(value: object) -> dict[str, PowerAnswer]:
    """Read what ``node power`` gave, by node."""
    rows = cast("shapes.PowerRows", value)["nodes"]
    return {row["name"]: PowerAnswer(row["power"], row["error"] or "") for row in rows}


@reading
def statuses(value: object) -> list[NodeStatus]:
    """Read what ``node status`` gave."""
    return [_status(row) for row in cast("shapes.Statuses", value)["nodes"]]


@reading
def witnesses(value: object) -> dict[str, Witness]:
    """Read what ``node witness`` gave, by node."""
    rows = cast("shapes.Witnesses", value)["nodes"]
    return {row["name"]: witness_from_dict(row) for row in rows}


@reading
def enrolled(value: object) -> Enrolment:
    """Read what ``node enrol`` gave: what is known of the node from now on."""
    found = cast("shapes.EnrolledNode", value)["enrolled"]
    if found is None:
        raise ValueError("nothing was enrolled")
    return enrolment_from_dict(found)


def _entry(found: shapes.Node) -> InventoryEntry:
    given = found["assignment"]
    settings = {key: item for key, item in found["power"].items() if key != "kind"}
    return InventoryEntry(
        name=found["name"],
        mac=found["mac"],
        address=found["address"],
        ssh_port=found["ssh_port"],
        host_key=found["host_key"],
        power=PowerWay(found["power"]["kind"], settings),
        assignment=_assignment(given) if given else None,
        powered_on=found["power_on"],
    )


def _assignment(found: shapes.Assignment) -> Assignment:
    return Assignment(
        root_hash=found["root_hash"],
        form=found["form"],
        levels=tuple(found["levels"]),
        image=found["image"],
        version=found["version"],
        arguments=tuple(found["arguments"]),
        when=float(found["when"]),
        tag=found.get("tag", ""),
    )


def _status(row: shapes.Status) -> NodeStatus:
    reason = row["reason"]
    if row["state"] in ("slow", "lost"):
        reason = LOSSES.get(reason, reason).format(stage=row["stage"])
    return NodeStatus(
        name=row["name"],
        word=row["state"],
        stage=row["stage"],
        seconds=row["seconds"],
        fraction=row["fraction"],
        reason=reason or row["error"] or "",
        power=row["power"],
        stages=tuple((each["stage"], float(each["time"])) for each in row["stages"]),
        alarms=tuple(alarm_from_dict(each) for each in row.get("alarms", ())),
    )
