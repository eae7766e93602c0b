"""The parts of the control room: image, nodes, proof, log. Each shows what was found and submits what is clicked."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import ipywidgets as widgets

from sidus_lab import actions
from sidus_lab.actions import Action, Control
from sidus_lab.embedded import Embedded, default_home
from sidus_lab.errors import SidusError
from sidus_lab.nodeset import expand, fold
from sidus_lab.panels import code, logs, markup
from sidus_lab.panels.model import (
    NodeCard,
    Snapshot,
    assigned_summary,
    manifest_facts,
    version_options,
)
from sidus_lab.panels.parts import ErrorLine, Section, SureButton, button, on_any_shell
from sidus_lab.sidus.nodes import Nodes
from sidus_lab.sidus.proof import Proof

T = TypeVar("T")

MAX_CARDS = 24  # above this, nodes are one table, and the buttons for a set of nodes serve all of them
POWER_SECONDS = 3.0


class Room(Protocol):
    """What the parts need of the room they are in."""

    @property
    def error(self) -> ErrorLine: ...

    def nodes(self, names: Sequence[str]) -> Nodes:
        """Give these nodes without asking the server."""

    def submit(self, action: Action[T], names: Sequence[str], then: Callable[[T], object] | None = None) -> None:
        """Show an action, hold the buttons of these nodes while it runs, and call `then` with its result."""


class ImagePart:
    """Which version the nodes boot, and which they could."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._names: list[str] = []
        self._published: Sequence[Any] = ()
        self._assigned = widgets.HTML()
        self._facts = widgets.HTML()
        self.choice = widgets.Dropdown(options=[], description="Version", layout=widgets.Layout(flex="1 1 auto"))
        self.choice.style.description_width = "4.5em"
        self.scrub = widgets.Checkbox(
            value=True,
            description="read and verify every block at each boot",
            indent=False,
            layout=widgets.Layout(width="auto"),
        )
        self.nodeset = widgets.Text(description="Nodes", layout=widgets.Layout(width="15em"))
        self.nodeset.style.description_width = "4.5em"
        self.assign = button(
            "Assign", "check", "The nodes boot this version from their next start on", room.error.guard(self._assign)
        )
        for each in (self.choice, self.scrub, self.nodeset):
            each.observe(room.error.guard(self._show_code), "value")
        line = widgets.Layout(align_items="center", grid_gap="10px")
        self.section = Section(
            "Image",
            [
                self._assigned,
                widgets.HBox([self.choice], layout=line),
                self._facts,
                widgets.HBox([self.nodeset, self.scrub, self.assign], layout=line),
            ],
        )
        self.widget = self.section.widget

    def show(self, snapshot: Snapshot) -> None:
        """Show what is assigned and what could be."""
        self._assigned.value = markup.muted(assigned_summary(snapshot))
        self._published = snapshot.published
        names = list(snapshot.entries)
        if names != self._names:
            self._names = names
            self.nodeset.value = fold(names)
        options = version_options(snapshot.published)
        if options != list(self.choice.options):
            chosen = self.choice.value
            self.choice.options = options
            known = [value for _, value in options]
            self.choice.value = chosen if chosen in known else next(iter(known), None)
        self.assign.disabled = not options or not names
        self._show_code()

    def _show_code(self) -> None:
        chosen = self.choice.value or ""
        self.section.show_code(code.image(self.nodeset.value, chosen, scrub=self.scrub.value))
        facts = next((manifest_facts(each) for each in self._published if each.root_hash == chosen), [])
        self._facts.value = markup.facts(facts) if facts else markup.muted("Nothing is published yet: see the code.")

    def _assign(self) -> None:
        names = expand(self.nodeset.value)
        nodes, version, scrub = self._room.nodes(names), self.choice.value, self.scrub.value
        action = actions.start(
            lambda _control: nodes.assign(version, scrub=scrub), name=f"assign {nodes.folded}", expected=POWER_SECONDS
        )
        self._room.submit(action, names)


class NodesPart:
    """The nodes, with buttons for each and for a set of them."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._cards: list[NodeCard] = []
        self._rows: dict[str, _CardView] = {}
        self.nodeset = widgets.Text(layout=widgets.Layout(width="11em"))
        self.nodeset.tooltip = "The nodes that these buttons are for, such as node[1-4]"
        self.nodeset.observe(room.error.guard(self._show_code), "value")
        guard = room.error
        self.on = button("Power on", "power-off", "Power these nodes on", guard.guard(lambda: self._power("on")))
        self.off = SureButton(
            "Power off", "stop", "Power these nodes off", "", self._doubt, guard, lambda: self._power("off")
        )
        self.boot = SureButton(
            "Boot",
            "refresh",
            "Power these nodes off and on, and wait until they are up",
            "primary",
            self._doubt,
            guard,
            self._boot,
        )
        self._grid = widgets.Box(
            layout=widgets.Layout(
                display="grid", grid_template_columns="repeat(auto-fit, minmax(310px, 1fr))", grid_gap="8px"
            )
        )
        self._table = widgets.HTML()
        line = widgets.HBox(
            [self.nodeset, self.on, self.off.widget, self.boot.widget], layout=widgets.Layout(grid_gap="6px")
        )
        self.section = Section("Nodes", [self._grid, self._table], extra=[line])
        self.widget = self.section.widget

    def show(self, cards: list[NodeCard]) -> None:
        """Show the nodes."""
        before = [card.name for card in self._cards]
        self._cards = cards
        names = [card.name for card in cards]
        if names != before:
            self.nodeset.value = fold(names)
        if len(cards) > MAX_CARDS:
            self._grid.children = ()
            self._table.value = markup.cards_table(cards)
        else:
            self._table.value = "" if cards else markup.muted("No nodes yet: lab.add_node(...) takes one in.")
            for card in cards:
                if card.name not in self._rows:
                    self._rows[card.name] = _CardView(card.name, self._room)
                self._rows[card.name].show(card)
            views = tuple(self._rows[name].widget for name in names)
            if self._grid.children != views:
                self._grid.children = views
        self.off.settle()
        self.boot.settle()
        self._show_code()

    def view(self, name: str) -> _CardView:
        """Give the view of one node."""
        return self._rows[name]

    def _show_code(self) -> None:
        self.section.show_code(code.nodes(self.nodeset.value))

    def _chosen(self) -> list[str]:
        names = expand(self.nodeset.value)
        if not names:
            raise SidusError("No nodes are named.", hint="write their names, such as node[1-4]")
        return names

    def _doubt(self) -> str:
        chosen = set(self._chosen())
        up = [card.name for card in self._cards if card.name in chosen and card.word == "up"]
        return f"Sure? {fold(up)} {'is' if len(up) == 1 else 'are'} up" if up and len(chosen) > 1 else ""

    def _power(self, word: str) -> None:
        names = self._chosen()
        self._room.submit(power(self._room.nodes(names), word), names)

    def _boot(self) -> None:
        names = self._chosen()
        self._room.submit(self._room.nodes(names).boot(), names)


class _CardView:
    """One node: what it does, and three buttons."""

    def __init__(self, name: str, room: Room) -> None:
        self._head = widgets.HTML(layout=widgets.Layout(flex="1 1 auto"))
        self._detail, self._body = widgets.HTML(), widgets.HTML()
        guard = room.error.guard
        self.on = button(
            "On", "power-off", f"Power on {name}", guard(lambda: self._submit(power(room.nodes([name]), "on")))
        )
        self.off = button(
            "Off", "stop", f"Power off {name}", guard(lambda: self._submit(power(room.nodes([name]), "off")))
        )
        self.boot = button(
            "Boot",
            "refresh",
            f"Boot {name}: off, on, and wait until it is up",
            guard(lambda: self._submit(room.nodes([name]).boot())),
        )
        self._name, self._room = name, room
        buttons = widgets.HBox([self.on, self.off, self.boot], layout=widgets.Layout(grid_gap="4px", flex="0 0 auto"))
        head = widgets.HBox([self._head, buttons], layout=widgets.Layout(align_items="center", flex_flow="row wrap"))
        self.widget = widgets.VBox([head, self._detail, self._body])
        self.widget.add_class("sr-card")
        self.widget.add_class("sr-node")
        on_any_shell(self.widget)

    def show(self, card: NodeCard) -> None:
        """Show the node as it is."""
        self._head.value, self._body.value = markup.card_head(card), markup.card_body(card)
        self._detail.value = markup.card_detail(card)
        self._detail.layout.display = "" if card.detail else "none"
        self.on.disabled, self.off.disabled = not card.can_on, not card.can_off
        self.boot.disabled = not card.can_boot

    def _submit(self, action: Action[Any]) -> None:
        self._room.submit(action, [self._name])


class ProofPart:
    """The proof of what the nodes run, at the moment when it was asked for."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._names: list[str] = []
        self._shown = widgets.HTML(markup.muted("Asks every node what its kernel enforces, and compares."))
        self.scrub = widgets.Checkbox(
            value=False, description="read every block now (slower)", indent=False, layout=widgets.Layout(width="auto")
        )
        self.scrub.observe(room.error.guard(self._show_code), "value")
        self.prove = button("Prove", "shield", "Ask all nodes that are up what they run", room.error.guard(self._prove))
        line = widgets.HBox([self.prove, self.scrub], layout=widgets.Layout(grid_gap="10px", align_items="center"))
        self.section = Section("Proof", [self._shown], extra=[line])
        self.widget = self.section.widget
        self.proof: Proof | None = None

    def show(self, cards: Sequence[NodeCard]) -> None:
        """Know which nodes are up."""
        self._names = [card.name for card in cards if card.word == "up"]
        self.prove.disabled = not self._names
        self._show_code()

    def _show_code(self) -> None:
        self.section.show_code(code.proof(fold(self._names), scrub=self.scrub.value))

    def _prove(self) -> None:
        names, scrub = list(self._names), self.scrub.value
        nodes = self._room.nodes(names)

        def work(control: Control) -> Proof:
            control.progress(None, "asking the nodes")
            return nodes.prove(scrub=scrub, cancel=control.cancelled)

        self._room.submit(actions.start(work, name=f"prove {nodes.folded}", expected=POWER_SECONDS), [], self._found)

    def _found(self, proof: Proof) -> None:
        self.proof = proof
        at = time.strftime("%H:%M:%S", time.localtime())
        self._shown.value = markup.proof(proof._repr_mimebundle_()["text/html"], at)


class LogPart:
    """The tail of one node's console where it can be read from here, else what the node reported while it booted."""

    def __init__(self, room: Room, embedded: Embedded | None) -> None:
        self._embedded = embedded
        self._snapshot: Snapshot | None = None
        self._text = widgets.HTML()
        self.node = widgets.Dropdown(options=[], layout=widgets.Layout(width="11em"))
        self.follow = widgets.Checkbox(
            value=True, description="show", indent=False, layout=widgets.Layout(width="auto")
        )
        for each in (self.node, self.follow):
            each.observe(room.error.guard(self.look), "value")
        heading = "Console" if embedded else "Boot reports"
        line = widgets.HBox([self.node, self.follow], layout=widgets.Layout(grid_gap="10px", align_items="center"))
        self.section = Section(heading, [self._text], extra=[line])
        self.widget = self.section.widget

    @property
    def live(self) -> bool:
        """Whether there is a file to read again each second."""
        return self._embedded is not None and bool(self.follow.value)

    def show(self, snapshot: Snapshot) -> None:
        """Take the nodes and their reports."""
        self._snapshot = snapshot
        names = list(snapshot.entries)
        if names != list(self.node.options):
            chosen = self.node.value
            self.node.options = names
            self.node.value = chosen if chosen in names else next(iter(names), None)
        self.look()

    def choose(self, name: str) -> None:
        """Show this node's log from now on."""
        if name in self.node.options:
            self.node.value = name

    def look(self) -> None:
        """Show the log as it is now."""
        name = self.node.value
        self._text.layout.display = "" if self.follow.value and name else "none"
        if not name or not self.follow.value:
            return
        if self._embedded is not None:
            text = logs.tail(logs.read_tail(self._embedded.console(name)))
            home = "" if self._embedded.home == default_home() else str(self._embedded.home.root)
            self.section.show_code(code.log(name, console=True, home=home))
        else:
            statuses = self._snapshot.statuses if self._snapshot else ()
            text = "\n".join(logs.boot_reports(status) for status in statuses if status.name == name)
            self.section.show_code(code.log(name, console=False))
        self._text.value = markup.log(text, f"log of {name}")


def power(nodes: Nodes, word: str) -> Action[dict[str, str]]:
    """Power nodes on or off as an action."""

    def work(control: Control) -> dict[str, str]:
        control.progress(None, "asking their BMCs")
        return nodes.power(word)

    return actions.start(work, name=f"power {word} {nodes.folded}", expected=POWER_SECONDS)
