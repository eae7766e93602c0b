"""What `image list` and `image show` say."""

from __future__ import annotations

from typing import Any, Dict, Optional

from ..site import Site
from . import publish
from .store import Store, Version


def _entry(version: Version, roots: Dict[str, str]) -> Dict[str, Any]:
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
    }


def _roots(site: Site) -> Dict[str, str]:
    """content -> root hash of what is published."""
    return {entry["content"]: entry["root_hash"] for entry in publish.published(site)}


def listing(site: Site) -> Dict[str, Any]:
    """All images with all their versions, newest version first; and the manifests of all published versions."""
    store, roots = Store(site.repo, site.privilege()), _roots(site)
    images = [
        {"name": name, "versions": [_entry(version, roots) for version in store.versions(name)]}
        for name in store.images()
    ]
    return {"images": images, "published": publish.published(site)}


def show(site: Site, name: str) -> Dict[str, Any]:
    """One version with its recipe, lock and manifest, and the names of the image's other versions."""
    store = Store(site.repo, site.privilege())
    version = store.find(name)
    manifest: Optional[Dict[str, Any]] = publish.of_version(site, version)
    return {
        **_entry(version, _roots(site)),
        "recipe": version.info["recipe"],
        "lock": store.lock(version.commit),
        "manifest": manifest,
        "versions": [entry.name for entry in store.versions(version.image)],
    }
