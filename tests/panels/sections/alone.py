"""A room for one section: it starts nothing, and writes down what it was asked to start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, cast

from sidus_lab.actions import Action
from sidus_lab.errors import SidusError
from sidus_lab.panels import model
from sidus_lab.panels.model import Snapshot
from sidus_lab.panels.parts import ErrorLine
from sidus_lab.panels.rules import Wanted
from sidus_lab.panels.sections import View
from sidus_lab.sidus.damage import Damaged
from sidus_lab.sidus.job import JobFacts
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.nodes import Nodes
from sidus_lab.sidus.status import NodeStatus
from sidus_lab.sidus.versions import Published
from tests.panels.test_model import BARE, ENTRY


@dataclass
class Alone:
    """The room; `asked` holds what was submitted: what, and on which nodes. Nodes it gives are names only."""

    site: Any = field(default_factory=lambda: SimpleNamespace(consoles=None))
    known: tuple[str, ...] = ("node1", "node2")
    wanted: Wanted | None = None
    error: ErrorLine = field(default_factory=ErrorLine)
    asked: list[tuple[str, list[str]]] = field(default_factory=list)
    starts: list[Callable[[], Action[Any]]] = field(default_factory=list)

    @property
    def lab(self) -> Lab:
        return cast("Lab", self.site)

    def nodes(self, names: Sequence[str]) -> Nodes:
        if not set(names) <= set(self.known):
            raise SidusError("There is no such node.", hint="give one of these names")
        return cast("Nodes", SimpleNamespace(folded=",".join(names), names=list(names)))

    def submit(self, what: str, names: Sequence[str], start: Callable[[], Action[Any]], then: Any = None) -> None:
        self.asked.append((what, list(names)))
        self.starts.append(start)


def view(
    *names: str,
    word: str = "off",
    bare: bool = False,
    busy: Sequence[str] = (),
    published: Sequence[Published] = (),
    jobs: Sequence[JobFacts] = (),
    wanted: Wanted | None = None,
    damaged: Sequence[Damaged] = (),
) -> View:
    """What a look found: these nodes, all in one state; `bare` ones have nothing assigned."""
    power = "off" if word == "off" else "on"
    statuses = [NodeStatus(name, word, "", 1.0, 0.5, "", power, ()) for name in names]
    entries = {name: replace(BARE if bare else ENTRY, name=name) for name in names}
    found = Snapshot(entries, statuses, published, 0.0, 0.0, cast("Any", jobs), damaged)
    return View(found, model.cards(found, busy, wanted))


def inside(widget: Any) -> Iterator[Any]:
    """A widget and all that it holds."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from inside(child)


def text_of(widget: Any) -> str:
    """All that a widget shows (HTML)."""
    return "\n".join(str(each.value) for each in inside(widget) if isinstance(getattr(each, "value", None), str))
