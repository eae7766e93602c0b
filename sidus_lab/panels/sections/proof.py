"""The proof in the control room: what the nodes run, at the moment when it was asked for."""

from __future__ import annotations

import time

import ipywidgets as widgets

from sidus_lab import actions
from sidus_lab.actions import Action, Control
from sidus_lab.nodeset import fold
from sidus_lab.panels import code, markup
from sidus_lab.panels.parts import Frame, button
from sidus_lab.panels.room import POWER_SECONDS, Room
from sidus_lab.panels.sections.section import Section, View
from sidus_lab.sidus.proof import Proof


class ProofSection(Section):
    """The proof of what the nodes run, at the moment when it was asked for."""

    name = "proof"

    def __init__(self, room: Room) -> None:
        self._room = room
        self._names: list[str] = []
        self._shown = widgets.HTML(markup.muted("Asks every node what its kernel enforces, and compares."))
        self.scrub = widgets.Checkbox(
            value=False, description="read every block now (slower)", indent=False, layout=widgets.Layout(width="auto")
        )
        self.scrub.observe(room.error.guard(self._show_code), "value")
        self.prove = button("Prove", "shield", "Ask all nodes that are up what they run", room.error.guard(self._prove))
        line = widgets.HBox(
            [self.prove, self.scrub], layout=widgets.Layout(grid_gap="10px", align_items="center", flex_flow="row wrap")
        )
        self.frame = Frame("Proof", [self._shown], extra=[line])
        self.widget = self.frame.widget
        self.proof: Proof | None = None

    def show(self, view: View) -> None:
        """Know which nodes are up, and that no action works on one of them."""
        up = [card for card in view.cards if card.word == "up"]
        self._names = [card.name for card in up]
        self.prove.disabled = not up or any(card.busy for card in up)
        self._show_code()

    def _show_code(self) -> None:
        self.frame.show_code(code.proof(fold(self._names), scrub=self.scrub.value))

    def _prove(self) -> None:
        names, scrub = list(self._names), self.scrub.value
        nodes = self._room.nodes(names)

        def work(control: Control) -> Proof:
            control.progress(None, "asking the nodes")
            return nodes.prove(scrub=scrub, cancel=control.cancelled)

        def start() -> Action[Proof]:
            return actions.start(work, name=f"prove {nodes.folded}", expected=POWER_SECONDS)

        self._room.submit("prove", names, start, self._found)

    def _found(self, proof: Proof) -> None:
        self.proof = proof
        at = time.strftime("%H:%M:%S", time.localtime())
        self._shown.value = markup.proof(str(proof._repr_mimebundle_()["text/html"]), at)
