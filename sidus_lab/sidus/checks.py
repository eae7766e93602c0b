"""What a server needs, and what of it is there: one line a thing, with the command that installs it when missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sidus_lab import html, palette


@dataclass(frozen=True)
class Check:
    """One thing needed: whether it is there, where or why not, and what to do."""

    name: str
    ok: bool
    text: str
    hint: str = ""


@dataclass(frozen=True)
class Checks:
    """All checks of one machine. True when everything needed is there."""

    where: str
    rows: Sequence[Check]
    install: str = ""

    def __bool__(self) -> bool:
        return all(row.ok for row in self.rows)

    def __str__(self) -> str:
        width = max((len(row.name) for row in self.rows), default=0)
        lines = [self.where]
        for row in self.rows:
            shape = palette.STATES["passed" if row.ok else "missing"].shape
            lines.append(f"  {shape} {row.name.ljust(width)}  {row.text}{f'   -> {row.hint}' if row.hint else ''}")
        missing = sum(not row.ok for row in self.rows)
        lines.append("Everything is there." if not missing else f"{missing} missing.")
        if self.install:
            lines.append(f"Next: {self.install}")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        rows = [[html.state("passed" if r.ok else "missing"), r.name, r.text, r.hint] for r in self.rows]
        return html.mimebundle(str(self), html.table(rows, ["", self.where, "", "what to do"]))


def from_server(where: str, found: Mapping[str, Any]) -> Checks:
    """Read what ``sidusctl check`` gave."""
    rows = [
        Check(need["name"], bool(need["ok"]), str(need["found"]) if need["ok"] else f"missing: {need['why']}")
        for need in found["needs"]
    ]
    working = [mode for mode, state in found["privilege"].items() if state["works"]]
    reasons = "; ".join(f"{mode}: {state['why_not']}" for mode, state in found["privilege"].items())
    rows.append(
        Check(
            "privilege",
            bool(working),
            f"by {working[0]}" if working else reasons,
            ""
            if working
            else "become root, allow sudo without a password, or get a subuid range: usermod --add-subuids",
        )
    )
    return Checks(where, rows, str(found.get("install") or ""))
