"""boot/: what the web server hands to machines that start, written anew from the inventory."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Mapping, Optional

from .. import files, shapes
from ..image import uefi
from ..site import Site
from . import hostkey, ipxe, order, overlay, trace


def derive(site: Site, known: Mapping[str, shapes.NodeFacts]) -> None:
    """Write boot/ anew from the inventory: what is equal stays untouched, what is not wanted any more goes."""
    facts = site.facts()
    url = facts["url"]
    wanted: Dict[Path, bytes] = {site.boot / "boot.ipxe": ipxe.first_script(url).encode()}
    for name, node in known.items():
        if node["assignment"] is None:
            continue
        script = site.boot / "by-mac" / (ipxe.hyphenated(node["mac"]) + ".ipxe")
        ordered = order.read(site, name)
        if ordered is None or ordered.taken is not None:
            wanted[script] = ipxe.unordered_script(url, name).encode()
            continue
        own = own_files(site, name)
        start = trace.start(name, ordered, own)
        image = uefi.published(site.published / node["assignment"]["root_hash"]) is not None
        wanted[script] = ipxe.node_script(url, name, node["assignment"], start, uefi=image).encode()
        wanted[site.boot / "overlay" / start.file] = overlay.packed(overlay.archive(own, ordered.word))
    for path, content in wanted.items():
        if _content(path) != content:
            files.write(path, content)
    for folder in ("by-mac", "overlay"):
        for path in (site.boot / folder).glob("*"):
            if path not in wanted and not path.name.startswith("."):
                path.unlink()


def own_files(site: Site, name: str) -> List[overlay.Entry]:
    """The node's own files, its newest host key among them."""
    secrets = site.secrets / name
    keys = [(secrets / each).read_bytes() for each in (hostkey.PRIVATE, hostkey.PUBLIC)]
    return overlay.own_files(name, keys[0], keys[1], site.facts()["authorized"])


def _content(path: Path) -> Optional[bytes]:
    try:
        return path.read_bytes()
    except OSError:
        return None
