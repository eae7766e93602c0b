"""A node's log in the control room: its console where that can be read from here, else what it reported at its boot."""

from __future__ import annotations

import ipywidgets as widgets

from sidus_lab.panels import code, logs, markup
from sidus_lab.panels.model import Snapshot
from sidus_lab.panels.parts import Frame
from sidus_lab.panels.room import Room
from sidus_lab.panels.sections.section import Section, View
from sidus_lab.sidus.consoles import tail


class LogSection(Section):
    """The tail of one node's console where it can be read from here, else what the node reported while it booted."""

    name = "log"

    def __init__(self, room: Room) -> None:
        self._consoles = room.lab.consoles
        self._snapshot: Snapshot | None = None
        self._text = widgets.HTML()
        self.node = widgets.Dropdown(options=[], description="of node", layout=widgets.Layout(width="15em"))
        self.node.style.description_width = "auto"
        self.follow = widgets.Checkbox(
            value=True, description="show", indent=False, layout=widgets.Layout(width="auto")
        )
        for each in (self.node, self.follow):
            each.observe(room.error.guard(self.look), "value")
        heading = "Console" if self._consoles is not None else "Boot reports"
        line = widgets.HBox(
            [self.node, self.follow], layout=widgets.Layout(grid_gap="10px", align_items="center", flex_flow="row wrap")
        )
        self.frame = Frame(heading, [self._text], extra=[line])
        self.widget = self.frame.widget

    @property
    def live(self) -> bool:
        """Whether there is a file to read again each second."""
        return self._consoles is not None and bool(self.follow.value)

    def show(self, view: View) -> None:
        """Take the nodes and their reports."""
        snapshot = self._snapshot = view.snapshot
        names = list(snapshot.entries)
        if names != list(self.node.options):
            chosen = self.node.value
            self.node.options = names
            self.node.value = chosen if chosen in names else next(iter(names), None)
        self.look()

    def attend(self, node: str) -> None:
        """Show this node's log from now on."""
        if node in self.node.options:
            self.node.value = node

    def look(self) -> None:
        """Show the log as it is now."""
        name = self.node.value
        self._text.layout.display = "" if self.follow.value and name else "none"
        if not name or not self.follow.value:
            return
        if self._consoles is not None:
            text = tail(self._consoles.read(name))
            self.frame.show_code(code.log(name, console=True))
        else:
            statuses = self._snapshot.statuses if self._snapshot else ()
            text = "\n".join(logs.boot_reports(status) for status in statuses if status.name == name)
            self.frame.show_code(code.log(name, console=False))
        self._text.value = markup.log(text, f"log of {name}")
