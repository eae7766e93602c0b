"""boot/: what the web server hands to machines that start, written anew from the inventory."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, Mapping, Optional

from .. import files, shapes
from ..site import Site
from . import hostkey, ipxe, overlay


def derive(site: Site, known: Mapping[str, shapes.NodeFacts]) -> None:
    """Write boot/ anew from the inventory: what is equal stays untouched, what is not wanted any more goes."""
    facts = site.facts()
    url = facts["url"]
    wanted: Dict[Path, bytes] = {site.boot / "boot.ipxe": ipxe.first_script(url).encode()}
    for name, node in known.items():
        if node["assignment"] is None:
            continue
        script = ipxe.node_script(url, name, node["assignment"])
        wanted[site.boot / "by-mac" / (ipxe.hyphenated(node["mac"]) + ".ipxe")] = script.encode()
        secrets = site.secrets / name
        keys = [(secrets / each).read_bytes() for each in (hostkey.PRIVATE, hostkey.PUBLIC)]
        own = overlay.own_files(name, keys[0], keys[1], facts["authorized"])
        wanted[site.boot / "overlay" / (name + ".cpio.gz")] = overlay.cpio(own)
    for path, content in wanted.items():
        if _content(path) != content:
            files.write(path, content)
    for folder in ("by-mac", "overlay"):
        for path in (site.boot / folder).glob("*"):
            if path not in wanted and not path.name.startswith("."):
                path.unlink()


def _content(path: Path) -> Optional[bytes]:
    try:
        return path.read_bytes()
    except OSError:
        return None
