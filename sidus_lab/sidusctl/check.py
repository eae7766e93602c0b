"""`check`: what is there and what is missing on this server, with the one command that installs it."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import List, Optional, Sequence

from . import privilege, shapes, tools
from .needs import NEEDS, PARTS, Need
from .site import Site


def found(need: Need) -> Optional[str]:
    """Where a need is met (a path), or None."""
    for program in need.programs:
        path = tools.find(program)
        if path is not None:
            return path
    for name in need.files:
        if Path(name).exists():
            return name
    if need.module:
        spec = importlib.util.find_spec(need.module)
        return None if spec is None else str(spec.origin)
    return None


def install_command(packages: Sequence[str], *, root: bool) -> str:
    """The command that installs packages; empty when there is nothing to install."""
    names = " ".join(sorted(set(packages)))
    return "{}apt-get install -y {}".format("" if root else "sudo ", names) if names else ""


def check(site: Site, parts: Sequence[str] = PARTS) -> shapes.Check:
    """The table of needs with what was found, the three ways to privilege tried for real, and the site's state."""
    rows: List[shapes.NeedRow] = []
    root = os.geteuid() == 0
    for need in NEEDS:
        if not set(need.parts) & set(parts):
            continue
        where = found(need)
        rows.append(
            {
                "name": need.name,
                "what": need.what,
                "why": need.why,
                "parts": list(need.parts),
                "package": need.package,
                "found": where,
                "ok": where is not None,
                "hint": "" if where else install_command([need.package], root=root),
            }
        )
    missing = [row["package"] for row in rows if not row["ok"]]
    reasons = privilege.probe_all()
    return {
        "needs": rows,
        "ok": not missing and None in reasons.values(),
        "install": install_command(missing, root=root),
        "privilege": {mode: {"works": reason is None, "why_not": reason} for mode, reason in reasons.items()},
        "damaged": [],
        "site": str(site.root) if (site.root / "site.json").exists() else None,
    }
