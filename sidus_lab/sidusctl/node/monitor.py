"""`node status`: asks for the power, reads the web server's log, and lets `status` decide."""

from __future__ import annotations

import time
from typing import Dict, List, Sequence

from .. import shapes
from ..image import manifests
from ..image.forms.kinds import FORMS
from ..power import switch
from ..site import Site
from . import inventory, order, reports, status, trace


def look(site: Site, nodeset: str, *, ask_power: bool = True) -> List[shapes.Status]:
    """For each node its name, power, the error of asking for it, and its status.

    Without `ask_power` a node counts as on when it reported since it was switched on.
    """
    chosen = inventory.select(site, nodeset)
    silent: List[shapes.PowerRow] = [{"name": node["name"], "power": "unknown", "error": None} for node in chosen]
    powers = switch.power(chosen, "status", lambda name: inventory.secret(site, name)) if ask_power else silent
    traces = follow(site, [node["name"] for node in chosen])
    sizes = {entry["root_hash"]: _fetched(entry) for entry in manifests.published(site)}
    now = time.time()
    rows: List[shapes.Status] = []
    for node, answer in zip(chosen, powers):
        assignment = node["assignment"]
        seen = traces[node["name"]]
        decided = status.decide(
            answer["power"],
            node["power_on"],
            seen.reports,
            now,
            image_bytes=sizes.get(assignment["root_hash"], 0) if assignment else 0,
        )
        rows.append(decided.row(answer, seen.alarms))
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
    inventory.note_boots(site, fresh)
    return traces


def _fetched(manifest: shapes.Manifest) -> int:
    form = FORMS.get(manifest["form"])
    return sum(manifest["files"][name]["bytes"] for name in (form.fetched if form else ()))
