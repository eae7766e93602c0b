"""`node rekey`: a host key is believed no more, at once; the node shows a new one from its next ordered start."""

from __future__ import annotations

from typing import List

from .. import shapes
from ..errors import CtlError
from ..site import Site
from . import hostkey, inventory, order


def rekey(site: Site, nodeset: str) -> List[shapes.Node]:
    """Give nodes new host keys. A start that is ordered and not yet taken is ordered anew, with the new key and word.

    All of them at once, or none: the inventory names the new keys from one moment on; until then the old ones count,
    and lie where they lay. Raises CtlError as `inventory.select`, and ``bad-nodeset`` for an empty text.
    """
    if not nodeset:
        raise CtlError("bad-nodeset", "No node is named.", hint="for example node1 or node[1-24]")
    names = [node["name"] for node in inventory.select(site, nodeset)]

    def renew(known: inventory.Known) -> List[shapes.Node]:
        there = [name for name in names if name in known]
        for name in there:
            ordered = order.read(site, name)
            if ordered is not None and ordered.taken is None:
                known[name]["power_on"] = order.give(site, name, known[name]).when
            secrets = site.secrets / name
            secrets.mkdir(parents=True, exist_ok=True, mode=0o700)  # the mending of a folder that was lost
            known[name]["host_key"] = hostkey.prepare(secrets)
        return [inventory.named(name, known[name]) for name in there]

    return inventory.change(site, renew)
