"""The image in the control room: which version the nodes boot, and which they could."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets as widgets

from sidus_lab import actions
from sidus_lab.actions import Action
from sidus_lab.errors import SidusError
from sidus_lab.nodeset import expand, fold
from sidus_lab.panels import code, markup
from sidus_lab.panels.model import assigned_summary, manifest_facts, version_options
from sidus_lab.panels.parts import Frame, button
from sidus_lab.panels.room import POWER_SECONDS, Room
from sidus_lab.panels.rules import Wanted
from sidus_lab.panels.sections.section import Section, View
from sidus_lab.sidus.nodes import Nodes
from sidus_lab.sidus.versions import Published


class ImageSection(Section):
    """Which version the nodes boot, and which they could."""

    name = "image"

    def __init__(self, room: Room) -> None:
        self._room = room
        self._names: list[str] = []
        self._published: Sequence[Published] = ()
        self._assigned = widgets.HTML()
        self._facts = widgets.HTML()
        self.choice = widgets.Dropdown(
            options=[], description="Version", layout=widgets.Layout(flex="1 1 auto", width="auto", min_width="12em")
        )
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
            each.observe(room.error.guard(self._changed), "value")
        line = widgets.Layout(align_items="center", grid_gap="10px", flex_flow="row wrap")
        self.frame = Frame(
            "Image",
            [
                self._assigned,
                widgets.HBox([self.choice], layout=line),
                self._facts,
                widgets.HBox([self.nodeset, self.scrub, self.assign], layout=line),
            ],
        )
        self.widget = self.frame.widget

    def show(self, view: View) -> None:
        """Show what is assigned and what could be."""
        snapshot = view.snapshot
        self._assigned.value = markup.muted(assigned_summary(snapshot))
        self._published = snapshot.published
        self.frame.show_damaged(snapshot.damaged_of("version", "published"))
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
        self._changed()

    def _changed(self) -> None:
        chosen = self.choice.value or ""
        self.frame.show_code(code.image(self.nodeset.value, chosen, scrub=self.scrub.value))
        facts = next((manifest_facts(each) for each in self._published if each.root_hash == chosen), [])
        name = next((each.name for each in self._published if each.root_hash == chosen), "")
        self._room.wanted = Wanted(chosen, name, bool(self.scrub.value)) if chosen else None
        self._facts.value = markup.facts(facts) if facts else markup.muted("Nothing is published yet: see the code.")

    def _assign(self) -> None:
        names, wanted = expand(self.nodeset.value), self._room.wanted
        if wanted is None:
            raise SidusError("Nothing is published yet.", hint="build and publish an image; then press Assign")
        nodes = self._room.nodes(names)
        self._room.submit("assign", names, lambda: assign(nodes, wanted))


def assign(nodes: Nodes, wanted: Wanted) -> Action[Nodes]:
    """Assign a version to nodes as an action."""
    return actions.start(
        lambda _control: nodes.assign(wanted.root_hash, scrub=wanted.scrub),
        name=f"assign {nodes.folded}",
        expected=POWER_SECONDS,
    )
