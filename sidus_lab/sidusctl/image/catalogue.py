"""What `image list` and `image show` say."""

from __future__ import annotations

from typing import Dict

from .. import shapes
from ..site import Site
from . import manifests
from .store import Store, Version


def _entry(version: Version, roots: Dict[str, str]) -> shapes.Version:
    return {
        "image": version.image,
        "version": version.name,
        "commit": version.commit,
        "content": version.content,
        "created": version.created,
        "packages": version.info["packages"],
        "kernel": version.info["kernel"],
        "suite": version.info["recipe"]["suite"],
        "published": roots.get(version.content),
        "author": version.info.get("author", ""),
        "host": version.info.get("host", ""),
        "parent": version.info.get("parent", ""),
        "how": version.info.get("how", ""),
        "message": version.info.get("message", ""),
        "steps": version.info.get("steps", []),
    }


def _roots(site: Site) -> Dict[str, str]:
    """content -> root hash of what is published."""
    return {entry["content"]: entry["root_hash"] for entry in manifests.published(site)}


def listing(site: Site) -> shapes.Images:
    """All images with all their versions, newest version first; and the manifests of all published versions."""
    store, known = Store(site.repo, site.privilege()), manifests.look(site)
    roots = {entry["content"]: entry["root_hash"] for entry in known.whole}
    return {
        "images": [
            {"name": name, "versions": [_entry(version, roots) for version in store.versions(name)]}
            for name in store.images()
        ],
        "published": known.whole,
        "damaged": known.damaged,
    }


def show(site: Site, name: str) -> shapes.VersionShown:
    """One version with its recipe, lock and manifest, and the names of the image's other versions."""
    store = Store(site.repo, site.privilege())
    version = store.find(name)
    found = [entry for entry in manifests.published(site) if entry["content"] == version.content]
    return {
        **_entry(version, _roots(site)),
        "recipe": version.info["recipe"],
        "lock": store.lock(version.commit),
        "manifest": found[0] if found else None,
        "versions": [entry.name for entry in store.versions(version.image)],
    }
