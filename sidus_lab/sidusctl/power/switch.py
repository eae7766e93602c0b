"""Power of many nodes at once, whatever their kinds: the silence of one is its own error and no other's."""

from __future__ import annotations

import concurrent.futures
from typing import Callable, List, Literal, Sequence, Tuple, get_args

from .. import shapes
from ..errors import CtlError
from .kind import Kind
from .kinds import kind_of

Action = Literal["on", "off", "cycle", "status"]
ACTIONS: Tuple[str, ...] = get_args(Action)
_AT_ONCE = 32

_Do = Callable[[Kind, shapes.Power, str], shapes.PowerState]


def power(
    nodes: Sequence[shapes.Node],
    action: str,
    secret: Callable[[str], str],
    note_on: Callable[[List[str]], None] = lambda _names: None,
) -> List[shapes.PowerRow]:
    """Ask or switch all nodes at once, in the order given; `secret` gives that of a node by its name.

    `note_on` is called with the nodes that are off (or cannot say) and are switched on next: from that moment on their
    reports belong to a new start. A node that is on already goes on, and so do its reports. Raises CtlError only when a
    kind's program is missing.
    """
    for name in {node["power"]["kind"] for node in nodes}:
        kind_of(name).ready()
    with concurrent.futures.ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:

        def each(some: Sequence[shapes.Node], do: _Do) -> List[shapes.PowerRow]:
            return list(pool.map(lambda node: _one(node, secret, do), some))

        if action == "off":
            return each(nodes, _off)
        if action == "status":
            return each(nodes, _state)
        # A cycle is off and then on: a BMC's own "cycle" is refused when the machine is off.
        first = each(nodes, _off if action == "cycle" else _state)
        starting = [node for node, row in zip(nodes, first) if row["error"] is None and row["power"] != "on"]
        note_on([node["name"] for node in starting])
        rows = {row["name"]: row for row in [*first, *each(starting, _on)]}
        return [rows[node["name"]] for node in nodes]


def _state(kind: Kind, way: shapes.Power, secret: str) -> shapes.PowerState:
    return kind.state(way, secret)


def _on(kind: Kind, way: shapes.Power, secret: str) -> shapes.PowerState:
    return kind.on(way, secret)


def _off(kind: Kind, way: shapes.Power, secret: str) -> shapes.PowerState:
    return kind.off(way, secret)


def _one(node: shapes.Node, secret: Callable[[str], str], do: _Do) -> shapes.PowerRow:
    kind = kind_of(node["power"]["kind"])
    try:
        known = secret(node["name"]) if kind.secret else ""
    except OSError as problem:
        return _silent(node, "no {} on the server: {}".format(kind.secret, problem.strerror))
    try:
        return {"name": node["name"], "power": do(kind, node["power"], known), "error": None}
    except CtlError as problem:
        return _silent(node, problem.message)
    except OSError as problem:
        return _silent(node, "it cannot be reached: {}".format(problem.strerror))


def _silent(node: shapes.Node, error: str) -> shapes.PowerRow:
    return {"name": node["name"], "power": "unknown", "error": error}
