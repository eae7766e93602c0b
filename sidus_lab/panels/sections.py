"""Image, proof and log in the control room. Each shows what was found and submits what is clicked."""

from __future__ import annotations

import time
from collections.abc import Sequence

import ipywidgets as widgets

from sidus_lab import actions
from sidus_lab.actions import Control
from sidus_lab.nodeset import expand, fold
from sidus_lab.panels import code, logs, markup
from sidus_lab.panels.model import NodeCard, Snapshot, assigned_summary, manifest_facts, version_options
from sidus_lab.panels.parts import Section, button
from sidus_lab.panels.room import POWER_SECONDS, Room
from sidus_lab.sidus.consoles import Consoles, tail
from sidus_lab.sidus.proof import Proof
from sidus_lab.sidus.versions import Published


class ImagePart:
    """Which version the nodes boot, and which they could."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._names: list[str] = []
        self._published: Sequence[Published] = ()
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

    def __init__(self, room: Room, consoles: Consoles | None) -> None:
        self._consoles = consoles
        self._snapshot: Snapshot | None = None
        self._text = widgets.HTML()
        self.node = widgets.Dropdown(options=[], layout=widgets.Layout(width="11em"))
        self.follow = widgets.Checkbox(
            value=True, description="show", indent=False, layout=widgets.Layout(width="auto")
        )
        for each in (self.node, self.follow):
            each.observe(room.error.guard(self.look), "value")
        heading = "Console" if consoles is not None else "Boot reports"
        line = widgets.HBox([self.node, self.follow], layout=widgets.Layout(grid_gap="10px", align_items="center"))
        self.section = Section(heading, [self._text], extra=[line])
        self.widget = self.section.widget

    @property
    def live(self) -> bool:
        """Whether there is a file to read again each second."""
        return self._consoles is not None and bool(self.follow.value)

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
        if self._consoles is not None:
            text = tail(self._consoles.read(name))
            self.section.show_code(code.log(name, console=True))
        else:
            statuses = self._snapshot.statuses if self._snapshot else ()
            text = "\n".join(logs.boot_reports(status) for status in statuses if status.name == name)
            self.section.show_code(code.log(name, console=False))
        self._text.value = markup.log(text, f"log of {name}")
