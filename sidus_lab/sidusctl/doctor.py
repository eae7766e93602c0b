"""`doctor`: what is wrong in a site's folder, and mending what can be mended without losing anything."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import List

from . import damage, files, shapes
from .image import verify
from .node import inventory
from .site import Site

_OLD = 3600.0
"""Seconds after which a file aside is nobody's: writing one takes less than a second."""
_FREE = 1 << 30


def look(site: Site, *, mend: bool = False) -> shapes.Doctor:
    """Damaged entries, published files with other hashes, what a killed call left behind, and a disk almost full.

    With `mend` a damaged job is moved to ``attic/``, and orphans are removed; the rest says what to do about it.
    """
    site.facts()
    found: List[shapes.DoctorRow] = []
    with site.lock():
        for row in damage.listing(site):
            mended = mend and row["what"] == "job" and _to_attic(site, Path(row["where"]))
            found.append({**row, "mended": mended})
        for path in _orphans(site):
            found.append(_row("orphan", path, "Left behind by a call that was killed.", "doctor --mend removes it"))
            found[-1]["mended"] = mend and _removed(path)
    known = {row["where"] for row in found}
    for entry in verify.verify(site, "")["published"]:
        where = site.published / entry["root_hash"]
        if entry["faults"] and str(where) not in known:
            found.append(_row("published", where, entry["faults"][0], entry["hint"]))
            found[-1]["next"] = entry["next"]
    free = shutil.disk_usage(site.root).free
    if free < _FREE:
        found.append(_row("space", site.root, "Only {} MB are free.".format(free >> 20), "make room on this disk"))
    return {"found": found, "ok": all(row["mended"] for row in found), "free": free}


def _row(what: shapes.DamagedWhat, where: Path, why: str, hint: str) -> shapes.DoctorRow:
    return {"what": what, "where": str(where), "why": why, "hint": hint, "next": [], "mended": False}


def _orphans(site: Site) -> List[Path]:
    """Secrets of no node, and files aside that were never renamed; under the site's lock."""
    before = time.time() - _OLD
    aside = [
        *site.root.glob(".site.json.*"),
        *site.root.glob(".nodes.json.*"),
        *site.jobs.glob(".*"),
        *site.boot.glob("*/.*"),
        *site.boot.glob(".*"),
    ]
    aside += [*site.jobs.glob("*/.*"), *site.secrets.glob("*/.*"), *site.published.glob("*/.*")]
    old = [path for path in aside if path.lstat().st_mtime < before]
    if damage.nodes_unreadable(site):  # then nobody knows whose secrets these are
        return old
    kept = inventory.look(site)
    return old + [
        path for path in site.secrets.glob("*") if path.is_dir() and path.name not in {*kept.known, *kept.raw}
    ]


def _to_attic(site: Site, job: Path) -> bool:
    attic = site.root / "attic"
    attic.mkdir(mode=0o700, exist_ok=True)
    os.rename(job, attic / "{}-{}".format(job.name, int(time.time())))
    files.sync_folder(site.jobs)
    return True


def _removed(path: Path) -> bool:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink()
    return not os.path.lexists(path)
