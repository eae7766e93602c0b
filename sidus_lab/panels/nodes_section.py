"""The nodes in the control room: a card for each, or one table for many, and buttons for any set of them."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from sidus_lab.actions import Action
from sidus_lab.errors import SidusError
from sidus_lab.nodeset import expand, fold
from sidus_lab.panels import code, markup
from sidus_lab.panels.model import NodeCard
from sidus_lab.panels.parts import Section, SureButton, button, on_any_shell
from sidus_lab.panels.room import Room
from sidus_lab.sidus.each import Each
from sidus_lab.sidus.nodes import Nodes, PowerWord

MAX_CARDS = 24  # above this, nodes are one table, and the buttons for a set of nodes serve all of them


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


def power(nodes: Nodes, word: str) -> Action[Each[PowerWord]]:
    """Power nodes on or off as an action."""
    return nodes.switch(word)
