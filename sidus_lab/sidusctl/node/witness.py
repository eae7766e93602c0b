"""`node witness`: what the server can say of a boot, asked together with the node itself."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, Dict, List

from ..errors import CtlError
from ..image import kernel, publish
from ..power import ipmi as bmc
from ..site import Site
from . import inventory, ipxe, monitor, order, overlay, vouch

_NONCE = re.compile(r"[0-9a-f]{32,64}\Z")
_LOADED = ("vmlinuz", "initrd")


def look(site: Site, nodeset: str, nonce: str) -> List[Dict[str, Any]]:
    """For each node: its power, its newest order and the boot that answered to it, what that boot must answer to the
    nonce, what was published for it and what of it lies there now, and alarms.

    Raises CtlError ``bad-nonce`` or as `inventory.select`.
    """
    if not _NONCE.match(nonce):
        raise CtlError("bad-nonce", "A nonce has 32 to 64 hexadecimal digits.", hint="one line on stdin, new each time")
    chosen = inventory.select(site, nodeset)
    powers = bmc.power(chosen, "status", lambda name: inventory.password(site, name))
    traces = monitor.follow(site, [node["name"] for node in chosen])
    facts = site.facts()
    manifests = {entry["root_hash"]: entry for entry in publish.published(site)}
    lying = {
        root_hash: _lying(site.published / root_hash)
        for root_hash in {(node["assignment"] or {}).get("root_hash", "") for node in chosen}
        if root_hash in manifests
    }
    rows = []
    for node, power in zip(chosen, powers):
        name, assignment = node["name"], node["assignment"] or {}
        root_hash = assignment.get("root_hash", "")
        ordered, seen = order.read(site, name), traces[node["name"]]
        own = overlay.digest(overlay.listed(inventory.own_files(site, name, list(facts["authorized"]))))
        files = manifests[root_hash]["files"] if root_hash in manifests else {}
        line = ipxe.command_line(str(facts["url"]), name, root_hash, assignment["arguments"], own) if root_hash else ""
        boot = ordered.boot if ordered and ordered.boot else seen.boot
        rows.append(
            {
                **power,
                "ordered": ordered.when if ordered else None,
                "boot": boot,
                "answer": vouch.of_answer(ordered.word, nonce, boot) if ordered and boot else "",
                "command_line": line,
                "own": own,
                "published": {each: files[each]["sha256"] for each in _LOADED if each in files},
                **lying.get(root_hash, {"found": {}, "build_id": ""}),
                "alarms": [alarm._asdict() for alarm in seen.alarms],
            }
        )
    return rows


def _lying(folder: Path) -> Dict[str, Any]:
    """What lies in a published folder now: read anew each time, since a flipped bit changes no date."""
    found = {}
    for name in _LOADED:
        try:
            found[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError:
            found[name] = ""
    return {"found": found, "build_id": kernel.build_id(folder / "vmlinuz")}
