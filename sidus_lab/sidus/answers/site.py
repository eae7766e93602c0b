"""The site itself: `init`, `check`, and how it is served: `site plan`, `up`, `down`, `check`."""

from __future__ import annotations

from typing import cast

from sidus_lab.sidus.answers.reading import reading
from sidus_lab.sidus.checks import Checks, Need
from sidus_lab.sidus.hints import in_python
from sidus_lab.sidus.planned import SiteDown, SitePlan, SiteUp
from sidus_lab.sidus.settings import SiteSettings
from sidus_lab.sidusctl import shapes


@reading
def settings(value: object) -> SiteSettings:
    """Read what ``init`` gave."""
    found = cast("shapes.Site", value)
    return SiteSettings(found["site"], found["url"], found["privilege"], tuple(found["authorized"]))


@reading
def doctor(value: object, where: str) -> Checks:
    """Read what ``doctor`` gave of the site `where`: a line for each thing found, and one for the free space."""
    found = cast("shapes.Doctor", value)
    rows = [Need("free space", True, f"{found['free'] / 1e9:.1f} GB")]
    for row in found["found"]:
        text = f"{row['where']}: {row['why']}"
        if row["mended"]:
            rows.append(Need(row["what"], True, f"mended: {text}"))
        else:
            rows.append(Need(row["what"], False, text, in_python(row["hint"], row["next"])))
    return Checks(where, tuple(rows))


@reading
def checks(value: object, where: str, folder: str = "") -> Checks:
    """Read what ``check`` gave of the machine `where`; with `folder`, say also whether the site in it is made."""
    found = cast("shapes.Check", value)
    rows = [
        Need(need["name"], need["ok"], str(need["found"]) if need["ok"] else f"missing: {need['why']}")
        for need in found["needs"]
    ]
    working = [mode for mode, row in found["privilege"].items() if row["works"]]
    reasons = "; ".join(f"{mode}: {row['why_not']}" for mode, row in found["privilege"].items())
    mend = "become root, allow sudo without a password, or get a subuid range: usermod --add-subuids"
    if working:
        rows.append(Need("privilege", True, f"by {working[0]}"))
    else:
        rows.append(Need("privilege", False, reasons, mend))
    if folder:
        site = found["site"]
        rows.append(Need("site", True, site) if site else Need("site", False, folder, "lab.init()"))
    for row in found.get("damaged", ()):  # an old recording has none
        rows.append(Need("damaged " + row["what"], False, row["why"], in_python(row["hint"], row["next"])))
    return Checks(where, tuple(rows), found["install"])


@reading
def site_plan(value: object) -> SitePlan:
    """Read what ``site plan`` gave."""
    found = cast("shapes.SitePlan", value)
    return SitePlan(
        url=found["url"],
        words=tuple(found["words"]),
        files={row["path"]: row["content"] for row in found["files"]},
        states={row["path"]: row["state"] for row in found["files"]},
        services={row["unit"]: " ".join(row["command"]) for row in found["services"]},
        obstacles=tuple(f"{row['why']} ({row['hint']})" for row in found["obstacles"]),
        lines=dict(found["lines"]),
    )


@reading
def site_up(value: object) -> SiteUp:
    """Read what ``site up`` gave."""
    found = cast("shapes.SiteUp", value)
    states = {row["name"]: row["state"] for row in found["services"]}
    return SiteUp(found["url"], tuple(found["words"]), states, dict(found["lines"]))


@reading
def site_down(value: object) -> SiteDown:
    """Read what ``site down`` gave."""
    found = cast("shapes.SiteDown", value)
    return SiteDown(tuple(row["name"] for row in found["services"]), tuple(found["removed"]))


@reading
def site_check(value: object, where: str) -> Checks:
    """Read what ``site check`` gave of the site `where`."""
    found = cast("shapes.SiteCheck", value)
    rows = tuple(Need(row["name"], row["ok"], row["text"], row["hint"]) for row in found["rows"])
    return Checks(where, rows, well="A machine can boot from here.", ill="not so")
