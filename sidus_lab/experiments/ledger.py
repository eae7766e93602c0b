"""What is owed to nodes: written to the disk before a node is changed, crossed out when it is as it was.

A session may be killed at any moment. Whoever comes next reads here what was found on each node before it was changed,
and which restart was begun and not seen to its end, and makes up for it before anything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from sidus_lab.experiments import journal
from sidus_lab.experiments.journal import Journal

NAME = "owed.jsonl"
RESTART = "restart"  # what is owed to a node whose restart was begun


@dataclass(frozen=True)
class Debt:
    """Something owed to a node: its `what` (``factor`` or ``restart``), the factor's name, and what was `found`."""

    node: str
    what: Literal["factor", "restart"]
    name: str
    found: str = ""


def owed(folder: Path) -> list[Debt]:
    """Return what is owed, in the order in which it was incurred. Raises `RunError` for a file that was edited."""
    open_: dict[tuple[str, str, str], Debt] = {}
    rows: Sequence[Mapping[str, Any]] = journal.read(folder / NAME)[0]
    for row in rows:
        debt = Debt(row["node"], row["what"], row["name"], row["found"])
        place = (debt.node, debt.what, debt.name)
        if row["state"] == "owed":
            open_.setdefault(place, debt)  # what was found first is what was there before anybody changed it
        else:
            open_.pop(place, None)
    return list(open_.values())


class Ledger:
    """The open file of what is owed; every thread may. Use as a context, under the folder's lock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._book = Journal(folder / NAME)

    def __enter__(self) -> Ledger:
        self._book.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.__exit__(kind, error, trace)

    def owe(self, debt: Debt) -> None:
        """Write a debt and return when the disk has it. Raises `RunError`: then nothing may be changed."""
        self._book.append([{**asdict(debt), "state": "owed"}])

    def pay(self, debt: Debt) -> None:
        """Cross a debt out. Raises `RunError`."""
        self._book.append([{**asdict(debt), "state": "paid"}])

    def of(self, node: str) -> list[Debt]:
        """Return what is owed to one node."""
        return [debt for debt in owed(self._folder) if debt.node == node]
