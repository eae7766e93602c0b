"""What a server needs, and what of it is there: one line a thing, with the command that installs it when missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sidus_lab import html, palette


@dataclass(frozen=True)
class Need:
    """One thing needed: whether it is there, where or why not, and what to do."""

    name: str
    ok: bool
    text: str
    hint: str = ""


@dataclass(frozen=True)
class Checks:
    """All checks of one machine. True when everything needed is there."""

    where: str
    rows: Sequence[Need]
    install: str = ""
    well: str = "Everything is there."
    ill: str = "missing"

    def __bool__(self) -> bool:
        return all(row.ok for row in self.rows)

    def __str__(self) -> str:
        width = max((len(row.name) for row in self.rows), default=0)
        lines = [self.where]
        for row in self.rows:
            shape = palette.STATES["passed" if row.ok else "missing"].shape
            lines.append(f"  {shape} {row.name.ljust(width)}  {row.text}{f'   -> {row.hint}' if row.hint else ''}")
        missing = sum(not row.ok for row in self.rows)
        lines.append(self.well if not missing else f"{missing} {self.ill}.")
        if self.install:
            lines.append(f"Next: {self.install}")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        rows = [[html.state("passed" if r.ok else "missing"), r.name, r.text, r.hint] for r in self.rows]
        return html.mimebundle(str(self), html.table(rows, ["", self.where, "", "what to do"]))
