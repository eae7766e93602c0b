"""`doctor`: what is wrong in a site's folder, and mending what can be mended without losing anything."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import List

from . import damage, files, health, shapes
from .health import Finding, finding
from .image import verify
from .image.store import Store
from .site import Site

_FREE = 1 << 30


def look(site: Site, *, mend: bool = False) -> shapes.Doctor:
    """Damaged entries, files and versions with other hashes, keys, leftovers, clock, services, space.

    With `mend` a damaged job is moved to ``attic/``, orphans are removed, and what is derived is written anew; the rest
    says what to do about it.
    """
    site.facts()
    found: List[shapes.DoctorRow] = []
    with site.lock():
        listed = [_listed(site, row) for row in damage.listing(site)]
        found += [_mended(each, mend) for each in (*listed, *health.orphans(site))]
    for part in health.all_of(site):
        found += [_mended(each, mend) for each in list(part(site))]
    known = {row["where"] for row in found}
    for entry in verify.verify(site, "")["published"]:
        where = site.published / entry["root_hash"]
        if entry["faults"] and str(where) not in known:
            found.append(finding("published", where, entry["faults"][0], entry["hint"]).row)
            found[-1]["next"] = entry["next"]
        for why in entry["unseen"]:
            found.append(finding("published", where, why, "what was not looked at has not passed: install it").row)
    found += [row for row in _versions(site) if row["where"] not in known]
    found += [each.row for each in health.free(site, _FREE)]
    free = shutil.disk_usage(site.root).free
    return {"found": found, "ok": all(row["mended"] for row in found), "free": free}


def _listed(site: Site, row: shapes.DamagedRow) -> Finding:
    mend = (lambda: _to_attic(site, Path(row["where"]))) if row["what"] == "job" else None
    return Finding({**row, "mended": False}, mend)


def _mended(each: Finding, mend: bool) -> shapes.DoctorRow:
    if mend and each.mend is not None:
        each.mend()
        each.row["mended"] = True
    return each.row


def _versions(site: Site) -> List[shapes.DoctorRow]:
    """Versions that are damaged in the repository: every file of it is read."""
    if not (site.repo / "config").exists():
        return []
    store = Store(site.repo, site.privilege())
    faults = store.fsck()
    rows: List[shapes.DoctorRow] = []
    for image in store.images():
        whole, damaged = store.look(image)
        for commit, error in damaged.items():
            rows.append({**error.to_row("version", "{}@{}".format(image, commit[:12])), "mended": False})
        for version in whole:
            if version.commit in faults:
                where = "{}@{}".format(image, version.name)
                rows.append(finding("version", where, faults[version.commit], "build it again with --force").row)
    return rows


def _to_attic(site: Site, job: Path) -> None:
    attic = site.root / "attic"
    attic.mkdir(mode=0o700, exist_ok=True)
    os.rename(job, attic / "{}-{}".format(job.name, int(time.time())))
    files.sync_folder(site.jobs)
