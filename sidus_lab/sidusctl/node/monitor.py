"""`node status`: asks the BMCs, reads the web server's log, and lets `status` decide."""

from __future__ import annotations

import time
from typing import Any, Dict, List

from ..image import publish
from ..power import ipmi as bmc
from ..site import Site
from . import inventory as nodes
from . import reports, status


def look(site: Site, nodeset: str, *, ask_power: bool = True) -> List[Dict[str, Any]]:
    """For each node its name, power, error of its BMC, and its status.

    Without `ask_power` a node counts as on when it reported since it was switched on.
    """
    chosen = nodes.select(site, nodeset)
    silent = [{"name": node["name"], "power": "unknown", "error": None} for node in chosen]
    powers = bmc.power(chosen, "status", lambda name: nodes.password(site, name)) if ask_power else silent
    told = reports.read(site.log)
    sizes = {entry["root_hash"]: _fetched(entry) for entry in publish.published(site)}
    now = time.time()
    rows = []
    for node, answer in zip(chosen, powers):
        assignment = node["assignment"] or {}
        decided = status.decide(
            answer["power"],
            node["power_on"],
            told.get(node["name"], []),
            now,
            image_bytes=sizes.get(assignment.get("root_hash", ""), 0),
        )
        rows.append({**answer, **decided.to_dict()})
    return rows


def _fetched(manifest: Dict[str, Any]) -> int:
    return sum(int(manifest["files"][name]["bytes"]) for name in ("root.squashfs", "root.verity"))
