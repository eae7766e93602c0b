"""`node witness`: what the server can say of a boot, asked together with the node itself."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence

from .. import shapes
from ..errors import CtlError
from ..image import kernel, manifests, uefi
from ..own import digest
from ..power import switch
from ..site import Site
from . import derived, enrol, inventory, ipxe, monitor, order, overlay, trace, vouch

_NONCE = re.compile(r"[0-9a-f]{32,64}\Z")
_LOADED = ("vmlinuz", "initrd")


def look(site: Site, nodeset: str, nonce: str) -> List[shapes.Witness]:
    """For each node: its power, its newest order and the boot that answered to it, what that boot must answer to the
    nonce, what was published for it and what of it lies there now, and alarms.

    Raises CtlError ``bad-nonce`` or as `inventory.select`.
    """
    if not _NONCE.match(nonce):
        raise CtlError("bad-nonce", "A nonce has 32 to 64 hexadecimal digits.", hint="one line on stdin, new each time")
    chosen = inventory.select(site, nodeset)
    powers = switch.power(chosen, "status", lambda name: inventory.secret(site, name))
    traces = monitor.follow(site, [node["name"] for node in chosen])
    published = {entry["root_hash"]: entry for entry in manifests.published(site)}
    lying = {
        root_hash: _lying(site.published / root_hash)
        for root_hash in {node["assignment"]["root_hash"] for node in chosen if node["assignment"]} & published.keys()
    }
    rows: List[shapes.Witness] = []
    for node, power in zip(chosen, powers):
        name, assignment, seen = node["name"], node["assignment"], traces[node["name"]]
        ordered = order.read(site, name)
        own_files = derived.own_files(site, name, node["host_key"])
        own = digest(overlay.listed(own_files))
        boot = ordered.boot if ordered and ordered.boot else seen.boot
        root_hash = assignment["root_hash"] if assignment else ""
        files = published[root_hash]["files"] if root_hash in published else {}
        there = lying.get(root_hash, _Lying({}, ""))
        rows.append(
            {
                **power,
                "kind": node["power"]["kind"],
                "ordered": ordered.when if ordered else None,
                "boot": boot,
                "answer": vouch.of_answer(ordered.word, nonce, boot) if ordered and boot else "",
                "command_line": _command_line(site, name, assignment, own) if assignment else "",
                "own": own,
                "published": {each: files[each]["sha256"] for each in _LOADED if each in files},
                "found": there.found,
                "build_id": there.build_id,
                "uefi": _uefi(site, node, ordered, own_files, published.get(root_hash)),
                "tpm": enrol.look(site, name),
                "alarms": [alarm.row() for alarm in seen.alarms],
            }
        )
    return rows


def _command_line(site: Site, name: str, assignment: shapes.Assignment, own: str) -> str:
    url, arguments, form = site.facts()["url"], assignment["arguments"], assignment["form"]
    return ipxe.command_line(url, name, assignment["root_hash"], arguments, own, form=form)


def _uefi(
    site: Site,
    node: shapes.Node,
    ordered: Optional[order.Order],
    own: Sequence[overlay.Entry],
    manifest: Optional[shapes.Manifest],
) -> Optional[shapes.UefiStart]:
    """What a start under UEFI firmware must have been."""
    about = manifest["uefi"] if manifest is not None and uefi.IMAGE in manifest["files"] else None
    if node["assignment"] is None or ordered is None or manifest is None or about is None:
        return None
    start = trace.start(node["name"], ordered, own)
    return {
        "kernel": manifest["files"]["vmlinuz"]["sha256"],
        "initrd": manifest["files"]["initrd"]["sha256"],
        **about,
        "command_line": ipxe.uefi_line(site.facts()["url"], node["name"], node["assignment"], start, node["mac"]),
    }


class _Lying(NamedTuple):
    found: Dict[str, str]
    build_id: str


def _lying(folder: Path) -> _Lying:
    """What lies in a published folder now: read anew each time, since a flipped bit changes no date."""
    found = {}
    for name in _LOADED:
        try:
            found[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError:
            found[name] = ""
    return _Lying(found, kernel.build_id(folder / "vmlinuz"))
