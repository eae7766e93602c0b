"""Some nodes of a site, handled as one: a set of them, and what can be done with all of them at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Literal, TypeVar

from sidus_lab import html
from sidus_lab.actions import Action, Control
from sidus_lab.errors import ConnectError, SidusError
from sidus_lab.nodeset import fold
from sidus_lab.sidus import answers, booting
from sidus_lab.sidus.asking import ask
from sidus_lab.sidus.each import Each
from sidus_lab.sidus.enrolling import enrol
from sidus_lab.sidus.facts import NodeFacts
from sidus_lab.sidus.node import Node
from sidus_lab.sidus.node_history import NodeHistory
from sidus_lab.sidus.origin import origin
from sidus_lab.sidus.proof import Proof
from sidus_lab.sidus.seen import ago
from sidus_lab.sidus.status import NodeStatus
from sidus_lab.sidus.versions import Published, Version, root_hash_of
from sidus_lab.sidus.witness import Enrolment
from sidus_lab.transport import Result

T = TypeVar("T")
PowerWord = Literal["on", "off", "unknown"]

BOOT_SECONDS = 60.0  # for the expected time only
POWER_SECONDS = 3.0
AT_ONCE = 16


class Nodes(NodeHistory):
    """Some nodes of a site, in order. ``lab.nodes("node[1-4]")`` makes one.

    A set: ``nodes & other``, ``|``, ``-``, ``^``, ``nodes[0]``, ``nodes[0:4]``, ``nodes["node1"]``,
    ``nodes["node[1-3]"]``, ``"node1" in nodes``. It shows what was last seen of them; `refresh` looks again.

    >>> nodes = lab.nodes("node[1-4]")
    >>> nodes[1:3].names
    ['node2', 'node3']
    >>> (nodes - nodes["node[1-3]"]).folded
    'node4'
    """

    # Looking

    def refresh(self) -> Nodes:
        """Look at the inventory and at the state of each again."""
        self._look_up()
        self.status()
        return self

    def status(self) -> Each[NodeStatus]:
        """Ask for the state of each: off, booting (with stage and seconds), slow, up, refused (with reason), lost."""
        found: dict[str, NodeStatus | SidusError] = {state.name: state for state in self._states()}
        return Each("State", found, words=lambda state: state.words, state=lambda state: state.word)

    def up(self) -> Nodes:
        """Ask which of them are up, and give those."""
        return self.in_state("up")

    def in_state(self, *words: str) -> Nodes:
        """Ask which of them are ``off``, ``booting``, ``slow``, ``up``, ``refused`` or ``lost``, and give those."""
        wanted = {state.name for state in self._states() if state.word in words}
        return self._of([node for node in self if node.name in wanted])

    def under_way(self) -> list[Action[object]]:
        """Give the actions of this program that switch or boot any of them now."""
        return self._server.under_way.on(self.names)

    def uses(self) -> list[str]:
        """Give what this program runs on any of them now, such as ``run 20260131-120000``."""
        return self._server.under_way.uses(self.names)

    def used(self, what: str) -> AbstractContextManager[None]:
        """Say in a ``with`` block that something runs on them: a panel asks before it stops one."""
        return self._server.under_way.used(what, self.names)

    # Changing

    def assign(
        self, version: Published | Version | str, *, scrub: bool = False, arguments: Sequence[str] = ()
    ) -> Nodes:
        """Let them boot a published version from their next start on.

        Parameters
        ----------
        version : Published, Version or str
            What `Image.publish` gave, a version that is published, a root hash (eight digits or more), a tag (what it
            means now counts, wherever it is moved later), or an image's name for its newest published version.
        scrub : bool
            Read and verify every block of the image at each boot.
        arguments : sequence of str
            More kernel arguments, such as ``processor.max_cstate=1``.
        """
        if not len(self):  # a verb without names would mean every node of the site
            return self
        words = ["node", "assign", self.folded, root_hash_of(version)]
        for argument in (*(["sidus.scrub=1"] if scrub else []), *arguments):
            words += ["--arg", argument]
        self._take(answers.inventory(self._server.call(*words)))
        return self

    def rekey(self) -> Nodes:
        """Believe their host keys no more, at once: none is reached or proven until it is started again."""
        for node in self:
            node.rekey()
        return self

    def power(self, action: str) -> Each[PowerWord]:
        """Switch them ``on``, ``off``, through a ``cycle``, or ask for their ``status``; ask each how it is then.

        Gives node -> ``on``, ``off`` or ``unknown``; a node that could not be switched or asked is in ``.failed``, and
        the others were switched all the same. Raises `NodesBusy` while something else switches or boots one of them.
        """
        if action == "status":
            return self._power(action)
        with self._server.under_way.held(f"power {action}", self.names):
            return self._power(action)

    def switch(self, action: str) -> Action[Each[PowerWord]]:
        """As `power`, as an action; it fails when the power of a node cannot be switched.

        The same switch under way is joined. Raises `NodesBusy` while something else switches or boots one of them.
        """

        def work(control: Control) -> Each[PowerWord]:
            control.progress(None, "asking their BMCs")
            return self._power(action).raise_for_failures()

        return self._server.under_way.start(f"power {action}", self.names, work, expected=POWER_SECONDS)

    def boot(self) -> Action[Nodes]:
        """Power-cycle them and wait until all are up.

        The action fails when a node has nothing to boot, refuses (its image is not the one that was asked for), is
        lost, or goes off again. A boot of these very nodes that is under way is joined. Raises `NodesBusy` while
        something else switches or boots one of them.
        """

        def work(control: Control) -> Nodes:
            self._boot(control)
            return self

        return self._server.under_way.start("boot", self.names, work, expected=BOOT_SECONDS)

    def ensure_up(self) -> Action[Nodes]:
        """Boot those that do not run what is assigned to them, and wait until all are up; leave the others running.

        The action fails, joins and is refused as that of `boot` is.
        """

        def work(control: Control) -> Nodes:
            control.progress(None, "asking what they run")
            asked = self.up().each(Node.runs_assigned)
            rest = self - self._of([node for node in self if asked.ok.get(node.name)])
            if len(rest):
                rest._boot(control)
            else:
                control.progress(1.0, "all of them are up")
            return self

        return self._server.under_way.start("bring up", self.names, work, expected=BOOT_SECONDS, joins=("boot",))

    # Asking the nodes themselves

    def prove(self, *, scrub: bool = False, cancel: threading.Event | None = None) -> Proof:
        """Ask every node what it runs, and judge it; with `scrub`, every block of the image is read first."""

        def inspect(nonce: str) -> Each[NodeFacts]:
            return self.each(lambda node: node.inspect(nonce=nonce, scrub=scrub, cancel=cancel))

        return ask(self._server, self.folded, {node.name: node.assigned for node in self}, inspect)

    def enrol(self, *, replace: bool = False) -> Each[Enrolment]:
        """Have the server keep the TPM and firmware of each as they are now; proofs hold later starts to it.

        A node must run from what is published, under UEFI firmware. One that is enrolled with another TPM or firmware
        is refused, unless you say `replace`.
        """

        def inspect(nonce: str) -> Each[NodeFacts]:
            return self.each(lambda node: node.inspect(nonce=nonce))

        return enrol(self._server, self.folded, inspect, replace=replace) if len(self) else Each("Enrol", {})

    def origin(self) -> dict[str, object]:
        """Say where their system comes from: recipe and lock of the images they boot, and the stages of their boot."""
        return origin(self._server, self)

    def run(
        self,
        argv: Sequence[str],
        *,
        input: bytes = b"",  # noqa: A002 (the name that subprocess.run has)
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
        check: bool = True,
        cancel: threading.Event | None = None,
    ) -> Each[Result]:
        """Run one command on all of them at once; see `Transport.run`."""

        def one(node: Node) -> Result:
            return node.run(argv, input=input, env=env, timeout=timeout, check=check, cancel=cancel)

        return self._each(one, " ".join(argv)[:60], _said)

    def each(self, function: Callable[[Node], T]) -> Each[T]:
        """Call a function with every node, several at once; a `SidusError` that it raises is that node's failure."""
        return self._each(function, getattr(function, "__name__", "call").replace("<lambda>", "call"), str)

    # What follows does the work.

    def _each(self, function: Callable[[Node], T], what: str, words: Callable[[T], str]) -> Each[T]:
        def one(node: Node) -> T | SidusError:
            try:
                return function(node)
            except ConnectError as error:
                node.forget()
                return error
            except SidusError as error:
                return error

        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            return Each(what, dict(zip(self.names, pool.map(one, self), strict=True)), words=words)

    def _look_up(self) -> None:
        if len(self):
            self._take(answers.inventory(self._server.call("node", "list", self.folded)))

    def _states(self) -> list[NodeStatus]:
        """Ask for the states, in the order of these nodes."""
        if not len(self):
            return []
        found = {state.name: state for state in answers.statuses(self._server.call("node", "status", self.folded))}
        states = [found[node.name] for node in self]
        self._take(states)
        return states

    def _power(self, action: str) -> Each[PowerWord]:
        if not len(self):
            return Each(f"Power {action}", {})
        if action in ("off", "cycle"):
            for node in self:
                node.forget()
        rows = answers.power(self._server.call("node", "power", self.folded, action))
        hint = "is the BMC's address right, and is it plugged in?   lab.nodes() shows the inventory"
        found: dict[str, PowerWord | SidusError] = {
            name: SidusError(row.error, hint=hint) if row.error else row.word for name, row in rows.items()
        }
        return Each(f"Power {action}", found)

    def _boot(self, control: Control) -> None:
        self._look_up()  # somebody else may have assigned something since
        idle = [node.name for node in self if not node.assigned]
        if idle:
            raise SidusError(
                f"{fold(idle)} cannot boot: nothing is assigned.",
                hint="nodes.assign(image.publish().result())",
                step=("node-assign",),
            )
        control.check()
        self._power("cycle").raise_for_failures()
        booting.wait_up(self._states, control)

    def __repr__(self) -> str:
        rows = [
            f"  {node.name}  {node.state.words if node.state else '?'}, boots {node.entry.boots}, {node.mac}"
            for node in self
        ]
        damaged = [f"  {each}" for each in self.damaged]
        return "\n".join([f"{len(self)} nodes: {self.folded} ({self._seen()})", *rows, *damaged])

    def _seen(self) -> str:
        """Give when their states were looked at; that of the oldest look counts."""
        ages = [node.state_age for node in self]
        known = [age for age in ages if age is not None]
        return f"seen {ago(max(known))}" if known and len(known) == len(ages) else "not asked yet: nodes.refresh()"

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        rows = []
        for node in self:
            state = html.state(node.state.word, node.state.detail) if node.state is not None else None
            rows.append([node.name, state, node.entry.boots, node.assigned[:12], node.mac])
        columns = ["node", "state", "boots", "root hash", "MAC"]
        return html.mimebundle(repr(self), html.table(rows, columns, caption=f"States {self._seen()}"))


def _said(result: Result) -> str:
    """Give what a command said in one line."""
    line = (result.text.strip() or result.errors.strip()).partition("\n")[0][:100]
    return line if result.ok else f"code {result.code}: {line}"
