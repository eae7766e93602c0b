"""Nodes: machines that boot from the server. A set of them is handled as one; one of them is a machine to run on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sidus_lab import actions, html
from sidus_lab.actions import Action, Control
from sidus_lab.errors import ConnectError, HostKeyChanged, SidusError
from sidus_lab.nodeset import fold
from sidus_lab.sidus.asking import ask
from sidus_lab.sidus.facts import NodeFacts, collect
from sidus_lab.sidus.origin import origin
from sidus_lab.sidus.proof import Proof
from sidus_lab.sidus.server import Server
from sidus_lab.sidus.status import NodeStatus, parse_status
from sidus_lab.transport import Result, Transport

T = TypeVar("T")

BOOT_SECONDS = 60.0  # for the expected time only
BOOT_LIMIT = 600.0  # a node that says nothing for this long is lost
OFF_LIMIT = 20.0  # a BMC may need a moment until it says "on"
POLL = 2.0  # seconds; each look starts a program on the server, and the nodes may share its processors
AT_ONCE = 16


class Node:
    """One node: what the inventory says of it, and a connection to it through the server, opened when first needed."""

    def __init__(self, server: Server, entry: Mapping[str, Any], identity: Path | None = None) -> None:
        self._server = server
        self._identity = identity
        self._lock = threading.Lock()
        self._transport: Transport | None = None
        self.name = str(entry["name"])
        self.entry = entry

    @property
    def assigned(self) -> str:
        """The root hash that it boots from its next start on; empty when nothing is assigned."""
        return str((self.entry.get("assignment") or {}).get("root_hash", ""))

    def transport(self) -> Transport:
        """Give the connection to it as root, through the server; the node must show the host key that the server made.

        With each boot that is ordered the server makes another key; it is asked for it when the known one fits no more.
        Raises `ConnectError`.
        """
        with self._lock:
            if self._transport is None or not self._transport.alive():
                if self._transport is not None:
                    self._transport.close()
                self._transport = None
                try:
                    self._transport = self._jump()
                except HostKeyChanged:
                    before = self.entry["host_key"]
                    self.entry = self._server.call("node", "list", self.name)["nodes"][0]
                    if self.entry["host_key"] == before:
                        raise
                    self._transport = self._jump()
            return self._transport

    def _jump(self) -> Transport:
        return self._server.transport.jump(
            str(self.entry["address"]),
            int(self.entry["ssh_port"]),
            user="root",
            host_key=str(self.entry["host_key"]),
            identity=self._identity,
        )

    def inspect(self, *, nonce: str = "", scrub: bool = False, cancel: threading.Event | None = None) -> NodeFacts:
        """Read what it says of itself; with `scrub`, first read every block of its image."""
        return collect(self.name, self.transport(), nonce=nonce, scrub=scrub, cancel=cancel)

    def facts(self) -> dict[str, str]:
        """Give what a record of an experiment holds of it.

        ``root_hash``, ``hardware`` and ``settings`` (fingerprints), ``boot``.
        """
        found = self.inspect()
        return {
            "root_hash": found.enforced,
            "hardware": found.hardware.fingerprint,
            "settings": found.settings.fingerprint,
            "boot": found.boot,
        }

    def beside(self, others: Sequence[Node]) -> Nodes:
        """Give it and other nodes of its site as one set."""
        return Nodes(self._server, [self, *others])

    def run(self, argv: Sequence[str], **options: Any) -> Result:
        """Run one command on it; see `Transport.run`."""
        return self.transport().run(argv, **options)

    def runs_assigned(self) -> bool:
        """Ask it whether it was booted with what is assigned to it now: the root hash and every kernel argument."""
        assignment = self.entry.get("assignment") or {}
        words = self.run(["cat", "/proc/cmdline"]).text.split()
        wanted = [f"sidus.root={assignment.get('root_hash', '')}", *assignment.get("arguments", ())]
        return all(word in words for word in wanted)

    def forget(self) -> None:
        """Close the connection to it, if there is one."""
        with self._lock:
            if self._transport is not None:
                self._transport.close()
                self._transport = None

    def __repr__(self) -> str:
        assignment = self.entry.get("assignment")
        boots = f"boots {assignment['image']}@{assignment['version']}" if assignment else "nothing assigned"
        return f"<Node {self.name}, {self.entry['mac']}, {boots}>"


class Nodes:
    """Some nodes of a site, in order. ``lab.nodes("node[1-4]")`` makes one."""

    def __init__(self, server: Server, nodes: Sequence[Node]) -> None:
        self._server = server
        self._nodes = tuple(nodes)

    @property
    def names(self) -> list[str]:
        """Their names."""
        return [node.name for node in self._nodes]

    @property
    def folded(self) -> str:
        """Their names in folded form."""
        return fold(self.names)

    def __len__(self) -> int:
        return len(self._nodes)

    def __getitem__(self, name: str) -> Node:
        for node in self._nodes:
            if node.name == name:
                return node
        raise SidusError(f"There is no node {name!r} among {self.folded}.", hint="give one of these names")

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes)

    def assign(self, version: Any, *, scrub: bool = False, arguments: Sequence[str] = ()) -> Nodes:
        """Let them boot a published version from their next start on.

        Parameters
        ----------
        version : Published or str
            What `Image.publish` gave, a root hash (eight digits or more), or an image's name for its newest published
            version.
        scrub : bool
            Read and verify every block of the image at each boot.
        arguments : sequence of str
            More kernel arguments, such as ``processor.max_cstate=1``.
        """
        wanted = str(getattr(version, "root_hash", version))
        words = ["node", "assign", self.folded, wanted]
        for argument in (*(["sidus.scrub=1"] if scrub else []), *arguments):
            words += ["--arg", argument]
        entries = {entry["name"]: entry for entry in self._server.call(*words)["nodes"]}
        for node in self._nodes:
            node.entry = entries.get(node.name, node.entry)
        return self

    def power(self, action: str) -> dict[str, str]:
        """Switch them ``on``, ``off``, through a ``cycle``, or ask for their ``status``, through their BMCs.

        Gives node -> ``on``, ``off`` or ``unknown``. Raises `SidusError` that names every BMC that failed; the other
        nodes were switched all the same.
        """
        if action in ("off", "cycle"):
            for node in self._nodes:
                node.forget()
        rows = self._server.call("node", "power", self.folded, action)["nodes"]
        failed = [f"{row['name']}: {row['error']}" for row in rows if row["error"]]
        if failed:
            raise SidusError(
                f"Power {action} failed for {len(failed)} of {len(rows)} nodes.",
                hint="is the BMC's address right, and is it plugged in?   lab.nodes() shows the inventory",
                detail="\n".join(failed),
            )
        return {row["name"]: row["power"] for row in rows}

    def status(self) -> list[NodeStatus]:
        """Give the state of each: off, booting (with stage and seconds), up, refused (with the reason), lost."""
        return [parse_status(row) for row in self._server.call("node", "status", self.folded)["nodes"]]

    def boot(self) -> Action[Nodes]:
        """Power-cycle them and wait until all are up.

        The action fails when a node has nothing to boot, refuses (its image is not the one that was asked for), is
        lost, or goes off again.
        """

        def work(control: Control) -> Nodes:
            self._boot(control)
            return self

        return actions.start(work, name=f"boot {self.folded}", expected=BOOT_SECONDS)

    def ensure_up(self) -> Action[Nodes]:
        """Boot those that do not run what is assigned to them, and wait until all are up; leave the others running.

        The action fails as that of `boot` does.
        """

        def work(control: Control) -> Nodes:
            control.progress(None, "asking what they run")
            up = {state.name for state in self.status() if state.word == "up"}
            running = Nodes(self._server, [node for node in self if node.name in up])
            kept = {name for name, right in running.each(Node.runs_assigned).items() if right is True}
            rest = Nodes(self._server, [node for node in self if node.name not in kept])
            if len(rest):
                rest._boot(control)
            else:
                control.progress(1.0, "all of them are up")
            return self

        return actions.start(work, name=f"bring up {self.folded}", expected=BOOT_SECONDS)

    def _boot(self, control: Control) -> None:
        entries = {entry["name"]: entry for entry in self._server.call("node", "list", self.folded)["nodes"]}
        for node in self._nodes:  # somebody else may have assigned something since
            node.entry = entries.get(node.name, node.entry)
        idle = [node.name for node in self._nodes if not node.assigned]
        if idle:
            raise SidusError(
                f"{fold(idle)} cannot boot: nothing is assigned.", hint="nodes.assign(image.publish().result())"
            )
        self.power("cycle")
        self._wait_up(control)

    def _wait_up(self, control: Control) -> None:
        begin = time.monotonic()
        deadline = begin + BOOT_LIMIT
        while True:
            control.check()
            states = self.status()
            done = sum(state.fraction or 0.0 for state in states) / len(states)
            control.progress(done, "; ".join(str(state) for state in states))
            bad = [state for state in states if state.word in ("refused", "lost")]
            if bad:
                raise SidusError(
                    f"{fold([s.name for s in bad])} did not come up.",
                    hint="mend the cause on the server, then boot again   (the node's console says more)",
                    detail="\n".join(str(state) for state in bad),
                )
            if all(state.word == "up" for state in states):
                return
            off = [state.name for state in states if state.word == "off"]
            if off and time.monotonic() > begin + OFF_LIMIT:
                raise SidusError(
                    f"{fold(off)} went off again after the BMC was told to switch it on.",
                    hint="look at the machine itself, or at its BMC's log (in the embedded lab: run/bmc-NODE.log)",
                )
            if time.monotonic() > deadline:
                raise SidusError(
                    f"{self.folded} is not up after {BOOT_LIMIT:.0f} s.", hint="look at the node's console"
                )
            control.cancelled.wait(POLL)

    def prove(self, *, scrub: bool = False, cancel: threading.Event | None = None) -> Proof:
        """Ask every node what it runs, and judge it; with `scrub`, every block of the image is read first."""
        assigned = {node.name: node.assigned for node in self._nodes}
        return ask(
            self._server,
            self.folded,
            assigned,
            lambda nonce: self.each(lambda node: node.inspect(nonce=nonce, scrub=scrub, cancel=cancel)),
        )

    def origin(self) -> dict[str, Any]:
        """Say where their system comes from: recipe and lock of the images they boot, and the stages of their boot."""
        return origin(self._server, self)

    def run(self, argv: Sequence[str], **options: Any) -> dict[str, Result | SidusError]:
        """Run one command on all of them at once; a node that fails has the error as its value."""
        return self.each(lambda node: node.run(argv, **options))

    def each(self, function: Callable[[Node], T]) -> dict[str, T | SidusError]:
        """Call a function with every node, several at once; a `SidusError` becomes that node's value."""

        def one(node: Node) -> T | SidusError:
            try:
                return function(node)
            except ConnectError as error:
                node.forget()
                return error
            except SidusError as error:
                return error

        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            return dict(zip(self.names, pool.map(one, self._nodes), strict=True))

    def __repr__(self) -> str:
        return "\n".join([f"{len(self)} nodes: {self.folded}", *(f"  {node!r}"[:120] for node in self._nodes)])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        states = {state.name: state for state in self.status()}
        rows = []
        for node in self._nodes:
            assignment = node.entry.get("assignment") or {}
            state = states[node.name]
            boots = f"{assignment['image']}@{assignment['version']}" if assignment else "nothing"
            rows.append([node.name, html.state(state.word, state.detail), boots, node.assigned[:12], node.entry["mac"]])
        table = html.table(rows, ["node", "state", "boots", "root hash", "MAC"])
        return html.mimebundle("\n".join(str(state) for state in states.values()), table)
