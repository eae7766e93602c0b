"""All that is damaged in a site, each entry listed with what to do about it; nothing is changed."""

from __future__ import annotations

from typing import List

from . import shapes
from .errors import CtlError
from .image import manifests
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
    """The site's facts, the inventory, jobs and published folders that cannot be read; none where there is no site."""
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
    return found + jobs.listing(site)["damaged"] + manifests.look(site).damaged
