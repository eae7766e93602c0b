"""What can be wrong with a site whose every file is whole: keys, modes, clock, services, leftovers, what is handed out.

Each finding is a row, and how to mend it where that loses nothing. Looking changes nothing.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Callable, Iterator, List, NamedTuple, Optional
from urllib.parse import urlsplit

from . import damage, shapes
from .node import derived, hostkey, inventory, order, reports
from .site import Site

OLD = 3600.0
"""Seconds after which a file aside is nobody's: writing one takes less than a second."""
_WAITS = 86400.0
"""Seconds after which nobody is about to start: an order's own files, with the host key, lie open for that long."""
_AHEAD = 300.0
_PATIENCE = 2.0


class Finding(NamedTuple):
    """What was found, and how it is mended (None: not without a decision of somebody's)."""

    row: shapes.DoctorRow
    mend: Optional[Callable[[], object]] = None


def finding(
    what: shapes.DamagedWhat,
    where: object,
    why: str,
    hint: str,
    mend: Optional[Callable[[], object]] = None,
    step: "tuple[str, ...]" = (),
) -> Finding:
    """A finding in words."""
    row: shapes.DoctorRow = {
        "what": what,
        "where": str(where),
        "why": why,
        "hint": hint,
        "next": list(step),
        "mended": False,
    }
    return Finding(row, mend)


def orphans(site: Site) -> Iterator[Finding]:
    """Secrets of no node, and files aside that were never renamed; under the site's lock."""
    before = time.time() - OLD
    aside = [*site.root.glob(".site.json.*"), *site.root.glob(".nodes.json.*"), *site.boot.glob(".*")]
    for folder in (site.jobs, site.boot, site.secrets, site.published):
        aside += [*folder.glob("*/.*"), *(folder.glob(".*") if folder == site.jobs else ())]
    old = [path for path in dict.fromkeys(aside) if path.lstat().st_mtime < before]
    if not damage.nodes_unreadable(site):  # else nobody knows whose secrets these are
        kept = inventory.look(site)
        known = {*kept.known, *kept.raw}
        old += [path for path in site.secrets.glob("*") if path.is_dir() and path.name not in known]
    for path in old:
        yield finding(
            "orphan",
            path,
            "Left behind by a call that was killed.",
            "doctor --mend removes it",
            functools.partial(_remove, path),
        )


def keys(site: Site) -> Iterator[Finding]:
    """Host keys that are lost, or that count no more; orders that nobody takes."""
    for name, node in inventory.look(site).known.items():
        secrets = site.secrets / name
        if node["host_key"] and hostkey.private(secrets, node["host_key"]) is None:
            yield finding(
                "key",
                secrets,
                "The host key that the inventory names for {} is not here, so it cannot be started.".format(name),
                "make it a new one, then start it",
                step=("node-rekey", name),
            )
        for stale in (secrets / hostkey.NEXT, secrets / (hostkey.PRIVATE + ".pub")):
            if stale.exists():
                yield finding(
                    "key",
                    stale,
                    "A file of a key that does not count.",
                    "doctor --mend removes it",
                    functools.partial(_settle, secrets, node["host_key"], stale),
                )
        ordered = order.read(site, name)
        if ordered is not None and ordered.taken is None and time.time() - ordered.when > _WAITS:
            yield finding(
                "key",
                secrets,
                "A start of {} was ordered {:.0f} hours ago and never taken: its host key lies open since.".format(
                    name, (time.time() - ordered.when) / 3600
                ),
                "doctor --mend takes the order back; or start it",
                functools.partial(inventory.note_boots, site, {name: ""}),
            )


def handed_out(site: Site) -> Iterator[Finding]:
    """What lies under boot/ and is not what the inventory says."""
    known = inventory.look(site).known
    for path in derived.differing(site, known):
        yield finding(
            "boot",
            path,
            "What nodes are handed here is not what the inventory says.",
            "doctor --mend writes it anew",
            functools.partial(derived.derive, site, known),
        )


def modes(site: Site) -> Iterator[Finding]:
    """What others may read, or write, that they should not."""
    wanted = {**site.closed(), site.nodes: 0o600}
    if site.privilege().mode != "sudo":
        wanted[site.repo] = 0o700
    for path, mode in wanted.items():
        if path.exists() and path.lstat().st_mode & 0o777 & ~mode:
            yield finding(
                "mode",
                path,
                "Other users of this server may read what is in here.",
                "doctor --mend takes that right away",
                functools.partial(os.chmod, path, mode),
            )


def clock(site: Site) -> Iterator[Finding]:
    """Moments that have not been yet: the clock was put back, or was wrong before."""
    limit = time.time() + _AHEAD
    with contextlib.suppress(OSError):
        seen = reports.read(site.log)
        moments = [each.time for rows in seen.reports.values() for each in rows] + [each.time for each in seen.fetches]
        if moments and max(moments) > limit:
            yield finding(
                "clock",
                site.log,
                "The web server's log has entries of {:.0f} minutes from now.".format(
                    (max(moments) - time.time()) / 60
                ),
                "set the server's clock (timedatectl), then start the nodes again: their reports cannot be told apart",
            )
    ahead = [name for name, node in inventory.look(site).known.items() if (node["power_on"] or 0) > limit]
    if ahead:
        yield finding(
            "clock",
            site.nodes,
            "{} was switched on at a moment that has not been yet.".format(ahead[0]),
            "set the server's clock (timedatectl), then start it again",
        )


def services(site: Site) -> Iterator[Finding]:
    """Whether the web server hands out what lies in boot/; asked at the site's URL, and at this machine's own port."""
    first = site.boot / "boot.ipxe"
    if not first.exists() or not any(node["assignment"] for node in inventory.look(site).known.values()):
        return
    url = site.facts()["url"]
    port, path = urlsplit(url).port or 80, urlsplit(url).path
    wanted = first.read_bytes()
    answers: List[bytes] = []
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for base in ("http://127.0.0.1:{}{}".format(port, path), url):
        with (
            contextlib.suppress(OSError, ValueError),
            opener.open(base + "/boot/boot.ipxe", timeout=_PATIENCE) as answer,
        ):
            answers.append(answer.read(1 << 16))
    if wanted in answers:
        return
    why = "answers at {}, but hands out something else" if answers else "does not answer at {}, as seen from here"
    yield finding(
        "service", url, "The web server " + why.format(url) + ".", "sidusctl serve show nginx says how it is set up"
    )


def free(site: Site, least: int) -> Iterator[Finding]:
    """A disk almost full."""
    there = shutil.disk_usage(site.root).free
    if there < least:
        yield finding("space", site.root, "Only {} MB are free.".format(there >> 20), "make room on this disk")


def all_of(site: Site) -> List[Callable[[Site], Iterator[Finding]]]:
    """What is looked at in a site whose inventory can be read, in order."""
    return [] if damage.nodes_unreadable(site) else [keys, handed_out, modes, clock, services]


def _settle(secrets: Path, public: str, stale: Path) -> None:
    hostkey.settle(secrets, public)
    _remove(stale)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    elif os.path.lexists(path):
        path.unlink()
