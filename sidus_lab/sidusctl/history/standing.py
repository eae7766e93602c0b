"""Which nodes stand on which published version: assigned, booted, told by the web server, proved."""

from __future__ import annotations

import json
import math
import os
import re
from typing import Dict, List, NamedTuple, Set

from .. import folded
from ..errors import CtlError
from ..node import inventory, order, proven
from ..site import Site

_FETCHED = re.compile(r"/published/([0-9a-f]{64})/")
_TAIL = 64 << 20
"""Bytes of the web server's log that are read from its end."""
_WAYS_BACK = 2  # what a node proved last, and the one before it: where `node rollback` leads


class Standing(NamedTuple):
    """Root hash -> names of nodes; `fetched` are the root hashes that somebody fetched of late.

    `named` is ``image@version`` -> names of nodes that need it, said by the inventory itself: it holds where the
    published folder cannot be read. `unsure` are nodes of whose newest boot nobody knows what it was told, and when it
    was ordered.
    """

    assigned: Dict[str, List[str]]
    booted: Dict[str, List[str]]
    proved: Dict[str, List[str]]
    named: Dict[str, List[str]]
    fetched: Set[str]
    unsure: Dict[str, float]


def look(site: Site, since: float = math.inf) -> Standing:
    """Look at the inventory, the orders, and the log since a moment.

    Raises CtlError as `inventory.load`, and ``damaged`` for a node that cannot be read: nobody knows what it needs.
    """
    kept = inventory.look(site)
    for row in kept.damaged:
        raise CtlError("damaged", row["why"], hint=row["hint"], step=row["next"])
    found = Standing({}, {}, {}, {}, _fetched(site, since), {})
    for name in sorted(kept.known, key=folded.natural):
        node = kept.known[name]
        ordered, proved = order.read(site, name), proven.load(site, name)[:_WAYS_BACK]
        if node["assignment"]:
            found.assigned.setdefault(node["assignment"]["root_hash"], []).append(name)
        if ordered is not None and ordered.root:
            found.booted.setdefault(ordered.root, []).append(name)
        elif ordered is not None or node["power_on"] is not None:
            found.unsure[name] = ordered.when if ordered is not None else node["power_on"] or 0.0
        for each in proved:
            found.proved.setdefault(each["root_hash"], []).append(name)
        for each in [*([node["assignment"]] if node["assignment"] else []), *proved]:
            users = found.named.setdefault("{}@{}".format(each["image"], each["version"]), [])
            users += [name] if name not in users else []
    return found


def _fetched(site: Site, since: float) -> Set[str]:
    found: Set[str] = set()
    try:
        with open(site.log, "rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - _TAIL))
            lines = stream.read(_TAIL).decode("utf-8", errors="replace").split("\n")
    except OSError:
        return found
    for line in lines:
        match = _FETCHED.search(line)
        if match and _time(line) >= since:
            found.add(match.group(1))
    return found


def _time(line: str) -> float:
    """When a line of the log was written; one that does not say counts as just now."""
    try:
        return float(json.loads(line)["time"])
    except (ValueError, KeyError, TypeError):
        return math.inf
