"""`image log`: the versions of an image, what changed in each, and who stands on it."""

from __future__ import annotations

from typing import List, Optional

from .. import shapes
from ..image import catalogue, changes, tags
from ..image.store import Store, Version
from ..site import Site
from . import holds, standing


def log(site: Site, image: str) -> shapes.Log:
    """All versions of an image, newest first.

    Raises CtlError ``unknown-image``, or as `standing.look`.
    """
    store = Store(site.repo, site.privilege())
    versions, roots, tagged = store.versions(image), catalogue.roots(site), tags.load(site)
    stands, held = standing.look(site), holds.load(site)
    locks = [store.lock_or_none(version.commit) for version in versions]
    rows: List[shapes.LogRow] = []
    for number, version in enumerate(versions):
        root = roots.get(version.content, "")
        older = number + 1 if number + 1 < len(versions) else None
        rows.append(
            {
                **catalogue.entry(version, roots),
                "tags": tags.of(tagged, version.commit),
                "assigned": stands.assigned.get(root, []),
                "booted": stands.booted.get(root, []),
                "held": [each["why"] for each in held if each["root_hash"] == root],
                "changed": _changed(versions, locks, older, number),
            }
        )
    return {"image": image, "versions": rows}


def _changed(
    versions: List[Version], locks: "List[List[shapes.Package]]", older: Optional[int], number: int
) -> shapes.Changed:
    found: shapes.Changed = {"new": [], "gone": [], "up": [], "down": [], "again": [], "recipe": []}
    if older is None:
        return found
    for row in changes.packages(locks[older], locks[number]):
        found[row["what"]].append(row["name"])
    recipes = [versions[each].info["recipe"] for each in (older, number)]
    found["recipe"] = [row["key"] for row in changes.recipe(*recipes)]
    return found
