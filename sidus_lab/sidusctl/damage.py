"""All that is damaged in a site, each entry listed with what to do about it; nothing is changed."""

from __future__ import annotations

from typing import List

from . import shapes
from .errors import CtlError
from .history import holds
from .image import manifests, tags
from .job import jobs
from .node import inventory
from .site import Site


def nodes_unreadable(site: Site) -> bool:
    """Whether the inventory as a whole cannot be read."""
    try:
        inventory.look(site)
    except CtlError:
        return True
    return False


def listing(site: Site) -> List[shapes.DamagedRow]:
    """The site's facts, inventory, tags, holds, jobs and published folders that cannot be read; none without a site."""
    if not (site.root / "site.json").exists():
        return []
    found: List[shapes.DamagedRow] = []
    try:
        site.facts()
    except CtlError as error:
        return [error.to_row("site", str(site.root / "site.json"))]
    try:
        found += inventory.look(site).damaged
    except CtlError as error:  # the file as a whole
        found.append(error.to_row("node", str(site.nodes)))
    for load, name in ((tags.load, "tags.json"), (holds.load, "holds.json")):
        try:
            load(site)
        except CtlError as error:
            found.append(error.to_row("site", str(site.root / name)))
    return found + jobs.listing(site)["damaged"] + manifests.look(site).damaged
