"""What a machine is known by: its card, where it is reached, its power's secret; checked before it is kept."""

from __future__ import annotations

import re
from typing import List

from .. import shapes
from ..errors import CtlError
from ..power.kind import Kind
from ..power.kinds import KINDS

_MAC = re.compile(r"([0-9a-f]{2}:){5}[0-9a-f]{2}\Z")


def check_secret(kind: Kind, secret: str) -> str:
    """What belongs to a way of power, unchanged.

    Raises CtlError ``bad-password``.
    """
    if "\n" in secret or "\0" in secret or len(secret) > 64:
        raise CtlError(
            "bad-password",
            "The {} must be one line of at most 64 characters.".format(kind.secret or "secret"),
            hint="give it on stdin",
        )
    return secret


def check_mac(mac: str) -> str:
    """A network card's address in its one form.

    Raises CtlError ``bad-mac``.
    """
    found = mac.lower().replace("-", ":")
    if not _MAC.match(found) or int(found[:2], 16) & 1:
        raise CtlError(
            "bad-mac", "{!r} is not the address of a network card.".format(mac), hint="for example 52:54:00:12:34:56"
        )
    return found


def places(facts: shapes.NodeFacts) -> List[str]:
    """Where a node is reached, in words: no two nodes may share one of these."""
    power = facts["power"]
    found = [
        "MAC " + facts["mac"],
        "address and SSH port {} port {}".format(facts["address"], facts["ssh_port"]),
        KINDS[power["kind"]].place(power) if power["kind"] in KINDS else None,
    ]
    return [place for place in found if place is not None]


def refuse_double(name: str, mine: shapes.NodeFacts, other: str, theirs: shapes.NodeFacts) -> None:
    """Raises CtlError ``duplicate`` for two nodes that share a place."""
    for place in places(mine):
        if place in places(theirs):
            raise CtlError(
                "duplicate",
                "Node {!r} has the {} already.".format(other, place),
                hint="give {!r} one of its own, or take the other one away".format(name),
                step=("node-remove", other),
            )
