"""Which published version a node boots from its next start on."""

from __future__ import annotations

import time
from typing import List, Sequence

from .. import shapes
from ..errors import CtlError
from ..image import manifests, tags
from ..image import names as names_of
from ..site import Site
from . import inventory, ipxe


def assign(site: Site, nodeset: str, version: str, arguments: Sequence[str]) -> List[shapes.Node]:
    """Let nodes boot a published version from their next start on.

    Raises CtlError ``unknown-version``, ``not-published``, ``ambiguous-name``, ``bad-argument``, ``reserved-argument``
    or as `inventory.select`.
    """
    names = [node["name"] for node in inventory.select(site, nodeset)]
    wanted = ipxe.check_arguments(arguments)

    def take(known: inventory.Known) -> List[shapes.Node]:
        # Found under the lock: what is assigned cannot be taken away between the look and the writing.
        assignment = _assignment(site, version, wanted)
        for name in names:
            if name in known:
                now = known[name]["assignment"]
                # The same once more keeps its time, which goes on telling whether the node was started since.
                when = now["when"] if now is not None and same(now, assignment) else assignment["when"]
                known[name]["assignment"] = {**assignment, "when": when}
        return [inventory.named(name, known[name]) for name in names if name in known]

    return inventory.change(site, take)


def same(one: shapes.Assignment, other: shapes.Assignment) -> bool:
    """Whether two assignments boot the same: root, form and kernel arguments, whatever they are called."""
    return _boots(one) == _boots(other)


def _boots(given: shapes.Assignment) -> object:
    return given["root_hash"], given["form"], given["arguments"]


def _assignment(site: Site, version: str, arguments: List[str]) -> shapes.Assignment:
    tagged, broken = tags.load_for_names(site)
    try:
        manifest = _tagged(site, version, tagged[version]) if version in tagged else _find_published(site, version)
    except CtlError as error:
        raise broken or error from None
    assignment: shapes.Assignment = {
        "root_hash": manifest["root_hash"],
        "form": manifest["form"],
        "levels": manifest["levels"],
        "image": manifest["image"],
        "version": manifest["version"],
        "arguments": arguments,
        "when": round(time.time(), 3),
    }
    if version in tagged:
        assignment["tag"] = version
    return assignment


def _tagged(site: Site, tag: str, facts: shapes.TagFacts) -> shapes.Manifest:
    """What a tag means at this moment."""
    all_published = manifests.published(site)
    if any(entry["image"] == tag for entry in all_published):
        raise names_of.ambiguous(tag)
    found = next((entry for entry in all_published if entry["content"] == facts["content"]), None)
    if found is None:
        name = "{}@{}".format(facts["image"], facts["commit"][:12])
        raise CtlError(
            "not-published",
            "Tag {!r} means {}, which is not published.".format(tag, name),
            hint="publish it first",
            step=("image-publish", name),
        )
    return found


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
