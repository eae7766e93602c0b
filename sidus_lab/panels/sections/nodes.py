"""The nodes in the control room: a card for each, or one table for many, and buttons for any set of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from sidus_lab import actions
from sidus_lab.actions import Action, Control
from sidus_lab.errors import SidusError
from sidus_lab.nodeset import expand, fold
from sidus_lab.panels import code, markup, rules
from sidus_lab.panels.model import NodeCard
from sidus_lab.panels.parts import Frame, SureButton, on_any_shell
from sidus_lab.panels.room import Room
from sidus_lab.panels.rules import Facts, Verb, Wanted
from sidus_lab.panels.sections.section import Section, View
from sidus_lab.sidus.nodes import Nodes

MAX_CARDS = 24  # above this, nodes are one table, and the buttons for a set of nodes serve all of them

_ICONS: dict[Verb, str] = {"on": "power-off", "off": "stop", "boot": "refresh"}
_VERBS: tuple[Verb, ...] = ("on", "off", "boot")
_SHORT: dict[Verb, str] = {"on": "On", "off": "Off", "boot": "Boot"}
_LONG: dict[Verb, str] = {"on": "Power on", "off": "Power off", "boot": "Boot"}
_ABOUT: dict[Verb, str] = {
    "on": "switch on what is off and has a version to boot",
    "off": "switch off what is not off",
    "boot": "off, on, and wait until it is up; what has no version gets the chosen one first",
}
_NOTHING: dict[Verb, str] = {
    "on": "what is off needs a version to boot: press Assign first",
    "off": "these nodes are off",
    "boot": "there is no version to boot: build and publish an image, then press Boot again",
}


class NodesSection(Section):
    """The nodes, with buttons for each and for a set of them; one rule (`rules`) says which can be pressed."""

    name = "nodes"

    def __init__(self, room: Room) -> None:
        self._room = room
        self._cards: Sequence[NodeCard] = ()
        self._rows: dict[str, _CardView] = {}
        self.nodeset = widgets.Text(description="Set of nodes", layout=widgets.Layout(width="17em"))
        self.nodeset.style.description_width = "auto"
        self.nodeset.tooltip = "The nodes that these buttons are for, such as node[1-4]"
        self.nodeset.observe(room.error.guard(self._changed), "value")
        self._buttons = {verb: self._button(verb) for verb in _VERBS}
        self.on, self.off, self.boot = (self._buttons[verb].widget for verb in ("on", "off", "boot"))
        self._grid = widgets.Box(
            layout=widgets.Layout(
                display="grid", grid_template_columns="repeat(auto-fit, minmax(min(310px, 100%), 1fr))", grid_gap="8px"
            )
        )
        self._table = widgets.HTML()
        line = widgets.HBox(
            [self.nodeset, self.on, self.off, self.boot], layout=widgets.Layout(grid_gap="6px", flex_flow="row wrap")
        )
        self.frame = Frame("Nodes", [line, self._grid, self._table])
        self.widget = self.frame.widget

    def show(self, view: View) -> None:
        """Show the nodes."""
        before = [card.name for card in self._cards]
        self._cards = view.cards
        self.frame.show_damaged(view.snapshot.damaged_of("node"))
        names = view.names
        if names != before:
            self.nodeset.value = fold(names)
        many = len(names) > MAX_CARDS
        self._table.value = markup.cards_table(view.cards) if many else ""
        if not names:
            self._table.value = markup.muted("No nodes yet: lab.add_node(...) takes one in.")
        for card in () if many else view.cards:
            if card.name not in self._rows:
                self._rows[card.name] = _CardView(card.name, self._room)
            self._rows[card.name].show(card)
        rows = () if many else tuple(self._rows[name].widget for name in names)
        if self._grid.children != rows:
            self._grid.children = rows
        self._changed()

    def view(self, name: str) -> _CardView:
        """Give the view of one node."""
        return self._rows[name]

    def _changed(self) -> None:
        self.frame.show_code(code.nodes(self.nodeset.value))
        try:
            chosen: list[Facts] | None = self._chosen()
        except SidusError:
            chosen = None  # half a name, maybe: a click says what is wrong with it
        wanted = self._room.wanted is not None
        for verb, made in self._buttons.items():
            made.widget.disabled = chosen is not None and not rules.accepted(verb, chosen, wanted=wanted)
            made.rename(f"{_LONG[verb]} {self.nodeset.value}" if chosen else f"{_LONG[verb]} the set")
            made.settle()

    def _chosen(self) -> list[Facts]:
        names = expand(self.nodeset.value)
        if not names:
            raise SidusError("No nodes are named.", hint="write their names, such as node[1-4]")
        found = [card.facts for card in self._cards if card.name in set(names)]
        if len(found) < len(set(names)):
            self._room.nodes(names)  # raises, and says which name nobody has
        return found

    def _button(self, verb: Verb) -> SureButton:
        look, about = "primary" if verb == "boot" else "", f"{_LONG[verb]} the set: {_ABOUT[verb]}"
        return _verb_button(verb, f"{_LONG[verb]} the set", about, look, _LONG[verb], self._room, self._chosen)


class _CardView:
    """One node: what it does, and three buttons."""

    def __init__(self, name: str, room: Room) -> None:
        self._room = room
        self._card: NodeCard | None = None
        self._head = widgets.HTML(layout=widgets.Layout(flex="1 1 auto"))
        self._detail, self._body = widgets.HTML(), widgets.HTML()
        self._buttons = {
            verb: _verb_button(
                verb, f"{word} {name}", f"{_LONG[verb]} {name}: {_ABOUT[verb]}", "", word, room, self._facts
            )
            for verb, word in _SHORT.items()
        }
        self.on, self.off, self.boot = (self._buttons[verb].widget for verb in ("on", "off", "boot"))
        layout = widgets.Layout(grid_gap="4px", flex="0 1 auto", flex_flow="row wrap")
        buttons = widgets.HBox([self.on, self.off, self.boot], layout=layout)
        head = widgets.HBox([self._head, buttons], layout=widgets.Layout(align_items="center", flex_flow="row wrap"))
        self.widget = widgets.VBox([head, self._detail, self._body])
        self.widget.add_class("sr-card")
        self.widget.add_class("sr-node")
        on_any_shell(self.widget)

    @property
    def text(self) -> str:
        """What it shows (HTML)."""
        return str(self._head.value + self._detail.value + self._body.value)

    def show(self, card: NodeCard) -> None:
        """Show the node as it is."""
        self._card = card
        self._head.value, self._body.value = markup.card_head(card), markup.card_body(card)
        self._detail.value = markup.card_detail(card)
        self._detail.layout.display = "" if card.detail else "none"
        wanted = self._room.wanted is not None
        for verb, made in self._buttons.items():
            made.widget.disabled = not rules.can(verb, card.facts, wanted=wanted)
            made.settle()

    def _facts(self) -> list[Facts]:
        return [self._card.facts] if self._card is not None else []


def _verb_button(
    verb: Verb, text: str, about: str, look: str, short: str, room: Room, chosen: Callable[[], list[Facts]]
) -> SureButton:
    """Give the button that does `verb` to those of the chosen nodes to which it does something."""

    def doubt() -> str:
        nodes, wanted = chosen(), room.wanted
        if any(node.busy for node in nodes):
            return ""  # nothing will be started
        return rules.question(verb, [n for n in nodes if rules.can(verb, n, wanted=wanted is not None)], wanted)

    def act() -> None:
        nodes, wanted = chosen(), room.wanted
        usable = rules.accepted(verb, nodes, wanted=wanted is not None)
        # Those that are held are named too: the room shows what works on them, and starts nothing beside it.
        names = [node.name for node in nodes if node.busy or node.name in usable]
        if not names:
            raise SidusError(f"{text}: it would do nothing.", hint=_NOTHING[verb])
        bare = [node.name for node in nodes if not node.assigned and node.name in usable]
        room.submit(verb, names, lambda: _start(verb, room, names, wanted, bare))

    return SureButton(text, _ICONS[verb], about, look, doubt, room.error, act, short)


def _start(verb: Verb, room: Room, names: Sequence[str], wanted: Wanted | None, bare: Sequence[str]) -> Action[Any]:
    """Start what a button does; Boot assigns the chosen version first to those that have none (`bare`)."""
    nodes = room.nodes(names)
    if verb != "boot":
        return nodes.switch(verb)
    if not bare or wanted is None:
        return nodes.boot()
    first = room.nodes(bare)

    def work(control: Control) -> Nodes:
        control.progress(None, f"assigning {wanted.name} to {first.folded}")
        first.assign(wanted.root_hash, scrub=wanted.scrub)
        return control.follow(nodes.boot())

    return actions.start(work, name=f"assign and boot {nodes.folded}")
