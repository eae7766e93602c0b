"""What a section of the bench counted: what should hold, on how many tries it did, and what first did not."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST = 5


@dataclass
class Row:
    """One line of the table."""

    what: str
    tries: int = 0
    failed: int = 0
    words: list[str] = field(default_factory=list)
    note: str = ""

    def count(self, wrong: list[str]) -> None:
        """One more try, with what was wrong with it."""
        self.tries += 1
        if wrong:
            self.failed += 1
            if len(self.words) < MOST:
                self.words.append("; ".join(wrong)[:600])


@dataclass
class Tally:
    """The rows of a section, by what they are about."""

    title: str
    rows: dict[str, Row] = field(default_factory=dict)

    def __getitem__(self, what: str) -> Row:
        return self.rows.setdefault(what, Row(what))

    @property
    def failed(self) -> int:
        """Tries that did not hold."""
        return sum(row.failed for row in self.rows.values())

    def text(self) -> str:
        """The section as it is printed: a line a row, and below it what went wrong first."""
        lines = [self.title]
        for row in self.rows.values():
            note = f"   {row.note}" if row.note else ""
            lines.append(f"  {row.what:<58} {row.tries:>6} tried {row.failed:>4} failed{note}")
            lines += [f"      {words}" for words in row.words]
        return "\n".join(lines)
