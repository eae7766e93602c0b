"""Which published version a node boots from its next start on."""

from __future__ import annotations

import time
from typing import List, Sequence

from .. import shapes
from ..errors import CtlError
from ..image import manifests
from ..site import Site
from . import inventory, ipxe


def assign(site: Site, nodeset: str, version: str, arguments: Sequence[str]) -> List[shapes.Node]:
    """Let nodes boot a published version from their next start on.

    Raises CtlError ``unknown-version``, ``bad-argument``, ``reserved-argument`` or as `inventory.select`.
    """
    names = [node["name"] for node in inventory.select(site, nodeset)]
    wanted = ipxe.check_arguments(arguments)
    manifest = _find_published(site, version)
    assignment: shapes.Assignment = {
        "root_hash": manifest["root_hash"],
        "form": manifest["form"],
        "levels": manifest["levels"],
        "image": manifest["image"],
        "version": manifest["version"],
        "arguments": wanted,
        "when": round(time.time(), 3),
    }

    def take(known: inventory.Known) -> List[shapes.Node]:
        for name in names:
            # The same once more changes nothing: `when` goes on telling whether the node was started since.
            if name in known and {**(known[name]["assignment"] or {}), "when": assignment["when"]} != assignment:
                known[name]["assignment"] = assignment
        return [inventory.named(name, known[name]) for name in names if name in known]

    return inventory.change(site, take)


def _find_published(site: Site, version: str) -> shapes.Manifest:
    all_published = manifests.published(site)
    image, _, wanted = version.partition("@")
    by_image = [entry for entry in all_published if entry["image"] == image and entry["version"].startswith(wanted)]
    if by_image:
        return by_image[0]
    by_hash = [entry for entry in all_published if len(version) >= 8 and entry["root_hash"].startswith(version)]
    if len(by_hash) == 1:
        return by_hash[0]
    known = ["{}@{}".format(entry["image"], entry["version"]) for entry in all_published[:6]]
    raise CtlError(
        "unknown-version",
        "{} published version is called {!r}.".format("More than one" if by_hash else "No", version[:80]),
        hint="published: " + ", ".join(known) if known else "publish one first",
        step=() if known else ("image-publish", "NAME"),
    )
