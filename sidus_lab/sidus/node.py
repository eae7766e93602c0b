"""One node: what the inventory says of it, and a connection to it through the server, opened when first needed."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from sidus_lab import html
from sidus_lab.errors import ConnectError, HostKeyChanged, SidusError
from sidus_lab.sidus import answers
from sidus_lab.sidus import consoles as texts
from sidus_lab.sidus.consoles import Consoles
from sidus_lab.sidus.facts import NodeFacts, collect
from sidus_lab.sidus.inventory import InventoryEntry
from sidus_lab.sidus.seen import Seen
from sidus_lab.sidus.server import Server
from sidus_lab.sidus.status import NodeStatus
from sidus_lab.sidus.versions import Assignment
from sidus_lab.transport import Result, Transport


class Node:
    """One node of a site, to run on. It shows what was last seen of it; ``lab.node(name)`` looks again.

    >>> node = lab.node("node1")
    >>> node.mac, node.assigned[:8]
    ('52:54:00:00:00:01', 'abababab')
    """

    def __init__(
        self,
        server: Server,
        entry: InventoryEntry,
        identity: Path | None = None,
        consoles: Consoles | None = None,
    ) -> None:
        self._server = server
        self._identity = identity
        self._consoles = consoles
        self._lock = threading.Lock()
        self._transport: Transport | None = None
        self._entry = entry
        self._listed: Seen[InventoryEntry] = Seen("nodes.refresh()")
        self._state: Seen[NodeStatus] = Seen("nodes.refresh()")
        self._listed.note(entry)

    @property
    def name(self) -> str:
        """Its name."""
        return self._entry.name

    @property
    def server(self) -> Server:
        """The connection through which it is reached."""
        return self._server

    @property
    def entry(self) -> InventoryEntry:
        """What the inventory said of it at the last look."""
        return self._entry

    @property
    def mac(self) -> str:
        """The address of the network card that it boots by."""
        return self._entry.mac

    @property
    def address(self) -> str:
        """Where its SSH answers, as the server reaches it."""
        return self._entry.address

    @property
    def assignment(self) -> Assignment | None:
        """What it boots from its next start on; None when nothing is assigned."""
        return self._entry.assignment

    @property
    def powered_on(self) -> float | None:
        """When it was last switched on from the server: seconds since 1970, the server's clock; None for never."""
        return self._entry.powered_on

    @property
    def assigned(self) -> str:
        """The root hash that it boots from its next start on; empty when nothing is assigned."""
        return self.assignment.root_hash if self.assignment is not None else ""

    @property
    def state(self) -> NodeStatus | None:
        """Its state at the last look; None before the first. `Nodes.status` looks again."""
        return self._state.value

    @property
    def seen(self) -> str:
        """When its state was looked at: ``seen 12 s ago``."""
        return self._state.words

    @property
    def state_age(self) -> float | None:
        """Seconds since its state was looked at; None before the first look."""
        return self._state.age

    def take(self, found: InventoryEntry | NodeStatus) -> None:
        """Take over what a look at the server just found."""
        if isinstance(found, NodeStatus):
            self._state.note(found)
        else:
            self._entry = self._listed.note(found)

    def transport(self) -> Transport:
        """Give the connection to it as root, through the server; the node must show the host key that the server made.

        With each boot that is ordered the server makes another key: it is asked when the known one fits no more.
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
                    before = self._entry.host_key
                    self.take(answers.inventory(self._server.call("node", "list", self.name))[0])
                    if self._entry.host_key == before:
                        raise
                    self._transport = self._jump()
            return self._transport

    def _jump(self) -> Transport:
        if not self._entry.host_key:  # it was taken in with others, and gets its key with its first order
            self.take(answers.inventory(self._server.call("node", "list", self.name))[0])
        entry = self._entry
        if not entry.host_key:
            raise ConnectError(
                f"{self.name} was never started from here, so nobody knows its host key.",
                hint=f'lab.nodes("{self.name}").boot()',
            )
        return self._server.transport.jump(
            entry.address, entry.ssh_port, user="root", host_key=entry.host_key, identity=self._identity
        )

    def inspect(self, *, nonce: str = "", scrub: bool = False, cancel: threading.Event | None = None) -> NodeFacts:
        """Read what it says of itself; with `scrub`, first read every block of its image.

        `nonce` is a word that only its present boot can answer rightly; `Nodes.prove` makes one.
        """
        word = nonce or self._server.nonce  # a recording holds one answer for all who ask
        return collect(self.name, self.transport(), nonce=word, scrub=scrub, cancel=cancel)

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

    def run(
        self,
        argv: Sequence[str],
        *,
        input: bytes = b"",  # noqa: A002 (the name that subprocess.run has)
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
        check: bool = True,
        cancel: threading.Event | None = None,
    ) -> Result:
        """Run one command on it; see `Transport.run`."""
        return self.transport().run(argv, input=input, env=env, timeout=timeout, check=check, cancel=cancel)

    def rekey(self) -> Node:
        """Believe its host key no more, at once; it shows a new one from its next ordered start on.

        While it runs on it shows the old key, and is reached and proven no more.
        """
        self.take(answers.inventory(self._server.call("node", "rekey", self.name))[0])
        self.forget()
        return self

    def runs_assigned(self) -> bool:
        """Ask it whether it was booted with what is assigned to it now: the root hash and every kernel argument."""
        words = self.run(["cat", "/proc/cmdline"]).text.split()
        more = self.assignment.arguments if self.assignment is not None else ()
        return all(word in words for word in (f"sidus.root={self.assigned}", *more))

    def console(self, lines: int = texts.LINES) -> str:
        """Give the last lines of its console since it was powered on, as plain text.

        Raises `SidusError` where this site has no consoles that can be read from here.
        """
        if self._consoles is None:
            raise SidusError(
                f"The console of {self.name} cannot be read from here.",
                hint=f"what it reported while it booted: lab.nodes({self.name!r}).status()",
            )
        return texts.tail(self._consoles.read(self.name), lines)

    def forget(self) -> None:
        """Close the connection to it, if there is one."""
        with self._lock:
            if self._transport is not None:
                self._transport.close()
                self._transport = None

    def _facts(self) -> list[tuple[str, str]]:
        state = self.state
        return [
            ("node", self.name),
            ("state", f"{f'{state.words}, ' if state is not None else ''}{self.seen}"),
            ("boots", str(self.assignment) if self.assignment is not None else "nothing assigned"),
            ("MAC", self.mac),
            ("listed", self._listed.words),
        ]

    def __repr__(self) -> str:
        state = f", {self.state.words} ({self.seen})" if self.state is not None else f" ({self._listed.words})"
        return f"<Node {self.name}, {self.mac}, boots {self._entry.boots}{state}>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return html.mimebundle(repr(self), html.definitions(self._facts()))
