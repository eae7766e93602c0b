"""The site itself: `init` and `check`."""

from __future__ import annotations

from typing import cast

from sidus_lab.sidus.answers.reading import reading
from sidus_lab.sidus.checks import Checks, Need
from sidus_lab.sidus.hints import in_python
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
