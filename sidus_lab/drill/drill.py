"""The drill itself: damage something on a practice site, watch who notices it, and heal it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from sidus_lab import actions, html
from sidus_lab.actions import Action, Control
from sidus_lab.drill import copy
from sidus_lab.drill.faults import FAULTS, Fault
from sidus_lab.errors import CommandFailed, SidusError
from sidus_lab.sidus import booting
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.nodes import Nodes
from sidus_lab.sidus.proof import Proof
from sidus_lab.sidus.status import NodeStatus
from sidus_lab.sidus.versions import Published

SECONDS = 90.0  # of a boot and a proof, for the expected time only


@dataclass(frozen=True)
class Finding:
    """What one drill showed.

    Attributes
    ----------
    what : str
        The kind of damage; ``healed`` after `Drill.heal`.
    done : tuple of str
        What was done, as the machine that did it says.
    caught : bool
        Whether it was noticed by whom it must be noticed; after `Drill.heal`, whether the nodes are proven again.
    by : str
        Who noticed it, in a sentence.
    lesson : str
        Why.
    states : tuple of NodeStatus
        The nodes' states afterwards, where they were booted.
    proof : Proof or None
        Where the nodes were asked.
    """

    what: str
    done: tuple[str, ...]
    caught: bool
    by: str
    lesson: str
    states: tuple[NodeStatus, ...] = ()
    proof: Proof | None = field(default=None, repr=False)

    def __str__(self) -> str:
        mark = "✓" if self.caught else "✗"
        lines = [f"{self.what}: {'; '.join(self.done) or 'nothing was to be done'}", f"{mark} {self.by}", self.lesson]
        return "\n".join(filter(None, lines))

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        state = html.state("passed" if self.caught else "failed", self.by)
        done = "; ".join(self.done) or "nothing was to be done"
        rows = [("drill", self.what), ("done", done), ("seen", state), ("why", self.lesson)]
        return html.mimebundle(str(self), html.definitions([row for row in rows if row[1]]))


class Drill:
    """Damages a copy of a published image, or a node that runs, on a practice site, and never anywhere else.

    Parameters
    ----------
    lab : Lab
        A practice site: ``sl.embedded.practice()`` makes one beside the lab on this machine, and
        ``sl.recorded("two-nodes")`` was recorded on one.
    nodes : str
        The nodes to use, in folded form; all of them by default.

    Raises
    ------
    SidusError
        When the site is no practice site, has no node, or has nothing published.

    Examples
    --------
    >>> with sl.recorded("two-nodes", speed=float("inf")) as lab:
    ...     drill = sl.Drill(lab)
    ...     drill.run("flipped-bit").result().caught
    ...     drill.heal().result().caught
    True
    True
    """

    def __init__(self, lab: Lab, nodes: str = "") -> None:
        self._lab = lab
        self._site = lab.server.site
        if not lab.server.transport.run(["test", "-d", f"{self._site}/{copy.MARK}"], check=False).ok:
            raise _no_practice(self._site)
        self.nodes: Nodes = lab.nodes(nodes)
        published = lab.published()
        if not published or not len(self.nodes):
            raise SidusError("There is nothing to practise with: no node, or nothing published.", hint=_HINT)
        self.published: Published = published[0]

    @property
    def where(self) -> str:
        """The site that is practised on, for a title."""
        return self._lab.server.name

    def run(self, kind: str) -> Action[Finding]:
        """Do one kind of damage (a name in ``FAULTS``), and watch: a boot that must be refused, or a proof.

        A damage of the image is done to the copy, which is mended first if it was damaged before. Raises `SidusError`
        for a kind that is not known, `NodesBusy` while something else works on the nodes. The action fails when the
        damage cannot be done; that it was *not* noticed is its result, with ``caught`` false.
        """
        fault = FAULTS[kind]
        work = self._on_image if fault.where == "image" else self._on_nodes
        return actions.start(work, kind, fault, name=f"drill: {fault.text.lower()}", expected=SECONDS)

    def heal(self) -> Action[Finding]:
        """Mend the copy, boot the nodes anew, and prove them: a reboot restores them, and the image is whole."""
        return actions.start(self._heal, name="drill: heal", expected=SECONDS)

    def _on_image(self, control: Control, kind: str, fault: Fault) -> Finding:
        self._on_server(copy.mend(self._site, self.published.root_hash))
        control.progress(0.05, fault.text)
        done = self._on_server(fault.command(self._site, self.published.root_hash))
        control.log("; ".join(done))
        self.nodes.assign(self.published, scrub=True)
        why = self._boot(control)
        states = tuple(self.nodes.status().values())
        caught = all((state.word, state.reason) == ("refused", fault.caught_by) for state in states)
        by = "; ".join(map(str, states)) if caught or not why else f"not as it must be: {why}"
        return Finding(kind, done, caught, by, fault.lesson, states)

    def _on_nodes(self, control: Control, kind: str, fault: Fault) -> Finding:
        self._bring_up(control)
        control.progress(0.8, fault.text)
        said = self.nodes.run(fault.command(self._site, self.published.root_hash)).raise_for_failures()
        control.progress(0.9, "asking what they run")
        proof = self.nodes.prove()
        claims = [node.claim(fault.caught_by) for node in proof.nodes]
        caught = len(claims) == len(self.nodes) and not any(claim.holds for claim in claims)
        drift = sorted({f"{each.how} /{each.path}" for node in proof.nodes for each in node.facts.drift})
        done = tuple(f"{name}: {result.text.strip()}" for name, result in said.items())
        by = f"the proof names {', '.join(drift)}" if caught and drift else "the proof does not name it"
        return Finding(kind, done, caught, by, fault.lesson, proof=proof)

    def _heal(self, control: Control) -> Finding:
        done = self._on_server(copy.mend(self._site, self.published.root_hash))
        self.nodes.assign(self.published, scrub=True)
        why = self._boot(control)
        if why:
            raise SidusError("The nodes do not come up from the whole image.", detail=why, hint="lab.doctor()")
        proof = self.nodes.prove()
        return Finding("healed", done, proof.same, proof.verdict, "A reboot restores a node.", proof=proof)

    def _bring_up(self, control: Control) -> None:
        """Let the nodes run the whole image; those that do are left alone."""
        self._on_server(copy.mend(self._site, self.published.root_hash))
        self.nodes.assign(self.published, scrub=True)
        control.follow(self.nodes.ensure_up())

    def _boot(self, control: Control) -> str:
        """Boot the nodes, and give why they did not come up; empty when they did."""
        try:
            control.follow(self.nodes.boot())
        except SidusError as error:
            control.check()
            self._settle(control)
            return str(error)
        return ""

    def _settle(self, control: Control) -> None:
        """Wait until no node is under way any more: the boot of a set fails as soon as one of them does."""
        deadline = time.monotonic() + booting.BOOT_LIMIT
        while time.monotonic() < deadline:
            control.check()
            states = self.nodes.status()
            control.progress(None, "; ".join(map(str, states.values())))
            if all(state.word != "booting" for state in states.values()):
                return
            control.cancelled.wait(booting.POLL)

    def _on_server(self, command: Sequence[str]) -> tuple[str, ...]:
        """Run a command on the copy, and give its lines. Raises `SidusError` where there is no copy to damage."""
        try:
            return tuple(self._lab.server.transport.run(command).text.splitlines())
        except CommandFailed as error:
            if error.result is not None and error.result.code == copy.NO_PRACTICE:
                raise _no_practice(self._site) from None
            raise


_HINT = 'sl.Drill(sl.embedded.practice()), or without a lab: sl.Drill(sl.recorded("two-nodes"))'


def _no_practice(site: str) -> SidusError:
    return SidusError(f"{site} is no practice site: a drill damages nothing that nodes boot from.", hint=_HINT)
