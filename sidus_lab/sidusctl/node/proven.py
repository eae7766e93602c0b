"""What nodes proved: noted when a proof was taken, so that `node rollback` knows the way back.

It is no evidence, and no proof asks it: it only says which assignments a proof once stood for.
"""

from __future__ import annotations

import time
from typing import Dict, List, Optional, Sequence, cast

from .. import folded, formats, shapes
from ..errors import CtlError
from ..image import manifests
from ..site import Site
from . import inventory
from .assignment import same

MOST = 8
"""Assignments that are remembered of each node."""


def load(site: Site, name: str) -> List[shapes.Assignment]:
    """What a node proved, newest first, each assignment once.

    Raises CtlError ``site-format`` or ``damaged``.
    """
    found = formats.read("proven", site.secrets / name / "proven.json")
    return [] if found is None else cast(shapes.ProvenNote, found)["proven"]


def rows(site: Site, nodeset: str) -> List[shapes.ProvenRow]:
    """For each node what it proved. Raises CtlError as `inventory.select`, and as `load`."""
    return [{"name": node["name"], "proven": load(site, node["name"])} for node in inventory.select(site, nodeset)]


def note(site: Site, nodeset: str, root_hash: str) -> List[shapes.ProvenRow]:
    """Note that nodes proved a root hash: their assignment, for those that were started and have that root assigned.

    A proof holds only where the node's whole command line is that of the assignment, so its arguments are proved too.
    Raises CtlError as `inventory.select`.
    """
    names = [node["name"] for node in inventory.select(site, nodeset)]

    def take(known: inventory.Known) -> None:
        for name in names:
            node = known.get(name)
            given = node["assignment"] if node and node["power_on"] is not None else None
            if given is None or given["root_hash"] != root_hash:
                continue
            new: shapes.Assignment = {**given, "when": round(time.time(), 3)}
            older = [each for each in load(site, name) if not same(each, given)]
            formats.write("proven", site.secrets / name / "proven.json", {"proven": [new, *older][:MOST]}, 0o600)

    inventory.change(site, take)
    return rows(site, folded.fold(names))


def rollback(site: Site, nodeset: str, *, before: bool = False) -> List[shapes.Node]:
    """Assign to nodes again what each proved last; with `before`, what it proved last that is not assigned to it now.

    All of them or none. Raises CtlError ``nothing-proven``, ``not-published`` or as `inventory.select`.
    """
    names = [node["name"] for node in inventory.select(site, nodeset)]

    def take(known: inventory.Known) -> List[shapes.Node]:
        there = [name for name in names if name in known]
        wanted = {name: _target(load(site, name), known[name]["assignment"], before) for name in there}
        _refuse(site, wanted, before)
        for name, target in wanted.items():
            if target is not None and not _is(known[name]["assignment"], target):
                known[name]["assignment"] = {**target, "when": round(time.time(), 3)}
        return [inventory.named(name, known[name]) for name in there]

    return inventory.change(site, take)


def _target(
    proved: Sequence[shapes.Assignment], now: Optional[shapes.Assignment], before: bool
) -> Optional[shapes.Assignment]:
    return next((each for each in proved if not (before and _is(now, each))), None)


def _is(now: Optional[shapes.Assignment], wanted: shapes.Assignment) -> bool:
    return now is not None and same(now, wanted)


def _refuse(site: Site, wanted: "Dict[str, Optional[shapes.Assignment]]", before: bool) -> None:
    without = [name for name, target in wanted.items() if target is None]
    if without:
        raise CtlError(
            "nothing-proven",
            "{} proved nothing{} yet, so there is no way back.".format(
                folded.fold(without)[:200], " but what is assigned now" if before else ""
            ),
            hint="assign a version by its name; image log shows them",
        )
    there = {entry["root_hash"] for entry in manifests.published(site)}
    gone = {
        name: "{}@{}".format(target["image"], target["version"])
        for name, target in wanted.items()
        if target is not None and target["root_hash"] not in there
    }
    if gone:
        raise CtlError(
            "not-published",
            "What {} proved last is published no more: {}.".format(
                folded.fold(gone)[:200], ", ".join(sorted(set(gone.values())))[:200]
            ),
            hint="publish it again",
            step=("image-publish", sorted(gone.values())[0]),
        )
