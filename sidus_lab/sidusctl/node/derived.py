"""boot/: what the web server hands to machines that start, written anew from the inventory; and the nodes' names."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Mapping, Optional

from .. import files, shapes
from ..image import uefi
from ..serve import names
from ..serve.dnsmasq import Named
from ..site import Site
from . import hostkey, ipxe, order, overlay, trace


def derive(site: Site, known: Mapping[str, shapes.NodeFacts]) -> None:
    """Write boot/ anew from the inventory: what is equal stays untouched, what is not wanted any more goes."""
    wanted = _wanted(site, known)
    for path in _differing(site, wanted):
        if path in wanted:
            files.write(path, wanted[path])
        else:
            path.unlink()
    names.write(site.root, [Named(name, node["mac"], node["address"]) for name, node in sorted(known.items())])


def differing(site: Site, known: Mapping[str, shapes.NodeFacts]) -> List[Path]:
    """What is handed out and is not what the inventory says, and what is handed out though it does not say so."""
    return _differing(site, _wanted(site, known))


def _differing(site: Site, wanted: Mapping[Path, bytes]) -> List[Path]:
    there = [path for folder in ("by-mac", "overlay") for path in (site.boot / folder).glob("*")]
    other = [path for path, content in wanted.items() if _content(path) != content]
    return other + [path for path in there if path not in wanted and not path.name.startswith(".")]


def _wanted(site: Site, known: Mapping[str, shapes.NodeFacts]) -> Dict[Path, bytes]:
    url = site.facts()["url"]
    # Without a URL there is nothing that a machine could be told.
    wanted: Dict[Path, bytes] = {site.boot / "boot.ipxe": ipxe.first_script(url).encode()} if url else {}
    for name, node in known.items():
        if node["assignment"] is None or not url:
            continue
        script = site.boot / "by-mac" / (ipxe.hyphenated(node["mac"]) + ".ipxe")
        ordered = order.read(site, name)
        there = hostkey.private(site.secrets / name, node["host_key"]) is not None
        if ordered is None or ordered.taken is not None or not there:
            wanted[script] = ipxe.unordered_script(url, name).encode()
            continue
        own = own_files(site, name, node["host_key"])
        start = trace.start(name, ordered, own)
        image = uefi.published(site.published / node["assignment"]["root_hash"]) is not None
        wanted[script] = ipxe.node_script(url, name, node["assignment"], start, uefi=image).encode()
        wanted[site.boot / "overlay" / start.file] = overlay.packed(overlay.archive(own, ordered.word))
    return wanted


def own_files(site: Site, name: str, host_key: str) -> List[overlay.Entry]:
    """The node's own files, the key that the inventory names among them; an empty one where it is lost."""
    private = hostkey.private(site.secrets / name, host_key) or b""
    return overlay.own_files(name, private, hostkey.public_file(host_key), site.facts()["authorized"])


def _content(path: Path) -> Optional[bytes]:
    try:
        return None if path.is_symlink() else path.read_bytes()
    except OSError:
        return None
