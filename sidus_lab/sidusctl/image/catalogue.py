"""What `image list` and `image show` say."""

from __future__ import annotations

from typing import Dict, List

from .. import shapes
from ..site import Site
from . import manifests, names
from .store import Store, Version


def entry(version: Version, roots: Dict[str, str]) -> shapes.Version:
    """A version as it is answered; `roots` is what `roots` gave."""
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


def roots(site: Site) -> Dict[str, str]:
    """content -> the root hash under which it is published; of more than one, that which comes first."""
    return {each["content"]: each["root_hash"] for each in reversed(manifests.published(site))}


def listing(site: Site) -> shapes.Images:
    """All images with all their versions, newest version first; and the manifests of all published versions."""
    store, known = Store(site.repo, site.privilege()), manifests.look(site)
    found = {each["content"]: each["root_hash"] for each in reversed(known.whole)}
    images: List[shapes.Image] = []
    damaged: List[shapes.DamagedRow] = []
    for name in store.images():
        whole, broken = store.look(name)
        images.append({"name": name, "versions": [entry(version, found) for version in whole]})
        damaged += [error.to_row("version", "{}@{}".format(name, commit[:12])) for commit, error in broken.items()]
    return {"images": images, "published": known.whole, "damaged": [*known.damaged, *damaged]}


def show(site: Site, name: str) -> shapes.VersionShown:
    """One version with its recipe, lock and manifest, and the names of the image's other versions."""
    store = Store(site.repo, site.privilege())
    version = names.find(site, store, name)
    found = [each for each in manifests.published(site) if each["content"] == version.content]
    return {
        **entry(version, roots(site)),
        "recipe": version.info["recipe"],
        "lock": store.lock(version.commit),
        "manifest": found[0] if found else None,
        "versions": [each.name for each in store.versions(version.image)],
    }
