"""Holds: a published version that a study speaks of stays, whatever else goes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import List, Sequence, cast

from .. import formats, shapes
from ..errors import CtlError
from ..image import authors, manifests, messages
from ..site import Site


def load(site: Site) -> List[shapes.Hold]:
    """All holds, oldest first. Raises CtlError ``no-site``, ``site-format`` or ``damaged``."""
    site.facts()
    found = formats.read("holds", _file(site))
    return [] if found is None else cast(shapes.HoldsNote, found)["holds"]


def hold(site: Site, roots: Sequence[str], why: str) -> List[shapes.Hold]:
    """Hold published versions for a reason; the same once more changes nothing.

    Raises CtlError ``unknown-version`` for a root hash that is not published, or ``bad-message``.
    """
    reason = messages.check(why)
    with site.lock():
        there = {each["root_hash"] for each in manifests.published(site)}
        known = load(site)
        for root_hash in roots:
            if root_hash not in there:
                raise CtlError(
                    "unknown-version",
                    "No published version has the root hash {!r}.".format(root_hash[:80]),
                    hint="image list names them in full",
                )
            if not any((each["root_hash"], each["why"]) == (root_hash, reason) for each in known):
                when = round(time.time(), 3)
                known.append({"root_hash": root_hash, "why": reason, "author": authors.account(), "when": when})
        _write(site, known)
    return known


def release(site: Site, why: str) -> List[shapes.Hold]:
    """Let go what was held for a reason. Raises CtlError ``unknown-hold``."""
    with site.lock():
        known = load(site)
        rest = [each for each in known if each["why"] != why.strip()]
        if len(rest) == len(known):
            reasons = sorted({each["why"] for each in known})
            raise CtlError(
                "unknown-hold",
                "Nothing is held for {!r}.".format(why[:80]),
                hint="held for: " + ", ".join(reasons)[:400] if reasons else "nothing is held",
            )
        _write(site, rest)
    return rest


def _file(site: Site) -> Path:
    return site.root / "holds.json"


def _write(site: Site, known: List[shapes.Hold]) -> None:
    formats.write("holds", _file(site), {"holds": known})
