"""`node status`: asks the BMCs, reads the web server's log, and lets `status` decide."""

from __future__ import annotations

import time
from typing import Any, Dict, List, Sequence

from ..image import publish
from ..power import ipmi as bmc
from ..site import Site
from . import inventory as nodes
from . import order, reports, status, trace


def look(site: Site, nodeset: str, *, ask_power: bool = True) -> List[Dict[str, Any]]:
    """For each node its name, power, error of its BMC, and its status.

    Without `ask_power` a node counts as on when it reported since it was switched on.
    """
    chosen = nodes.select(site, nodeset)
    silent = [{"name": node["name"], "power": "unknown", "error": None} for node in chosen]
    powers = bmc.power(chosen, "status", lambda name: nodes.password(site, name)) if ask_power else silent
    traces = follow(site, [node["name"] for node in chosen])
    sizes = {entry["root_hash"]: _fetched(entry) for entry in publish.published(site)}
    now = time.time()
    rows = []
    for node, answer in zip(chosen, powers):
        assignment = node["assignment"] or {}
        seen = traces[node["name"]]
        decided = status.decide(
            answer["power"],
            node["power_on"],
            seen.reports,
            now,
            image_bytes=sizes.get(assignment.get("root_hash", ""), 0),
        )
        rows.append({**answer, **decided.to_dict(), "alarms": [alarm._asdict() for alarm in seen.alarms]})
    return rows


def follow(site: Site, names: Sequence[str]) -> Dict[str, trace.Trace]:
    """What the log says of the newest order of each node; an order whose boot has reported is noted as taken."""
    log = reports.read(site.log)
    orders = {name: order.read(site, name) for name in names}
    traces = {name: trace.follow(name, orders[name], log.reports.get(name, []), log.fetches) for name in names}
    fresh = {}
    for name, ordered in orders.items():
        if ordered is not None and ordered.taken is None and traces[name].boot:
            fresh[name] = traces[name].boot
    nodes.note_boots(site, fresh)
    return traces


def _fetched(manifest: Dict[str, Any]) -> int:
    return sum(int(manifest["files"][name]["bytes"]) for name in ("root.squashfs", "root.verity"))
