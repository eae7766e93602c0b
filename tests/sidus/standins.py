"""A server that answers from a list: for what is decided on this side, without a site."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sidus_lab.nodeset import expand
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.nodes import Nodes
from sidus_lab.sidus.server import Server
from sidus_lab.transport import Result

Answer = Mapping[str, Any] | Callable[..., Mapping[str, Any]]


class Answers:
    """A connection that gives, for the first two words of a verb, a value or what a function makes of the other words.

    `server` is a `Server` over it.
    """

    name = "me@host:22"

    def __init__(self, values: Mapping[str, Answer]) -> None:
        self.values = dict(values)
        self.asked: list[tuple[str, ...]] = []
        self.server = Server(lambda: self, "/srv/sidus", program="sidusctl.pyz")  # type: ignore[arg-type, return-value]

    def run(self, argv: Sequence[str], **_: Any) -> Result:
        words = tuple(argv[4:])
        self.asked.append(words)
        answer = self.values[" ".join(words[:2])]
        value = answer(*words[2:]) if callable(answer) else answer
        return Result(tuple(argv), 0, json.dumps({"event": "result", "value": value}).encode() + b"\n")

    def stream(self, argv: Sequence[str], **_: Any) -> Iterator[bytes]:
        """A job that has ended, with what stands under ``job follow``."""
        yield self.run(argv).stdout

    def alive(self, timeout: float = 3.0) -> bool:
        return True

    def close(self) -> None:
        pass


def version(commit: str = "a" * 64, **changes: Any) -> dict[str, Any]:
    """A version as ``image list`` answers it."""
    facts = {"packages": 7, "kernel": "6.1.0-9-amd64", "suite": "bookworm", "published": None}
    names = {"image": "small", "version": commit[:12], "commit": commit, "content": "d" * 64}
    return {**names, "created": "2026-01-02T03:04:05Z", **facts, **changes}


def entry(name: str, **changes: Any) -> dict[str, Any]:
    """A node as ``node list`` answers it."""
    power = {"kind": "ipmi", "host": "192.0.2.9", "port": 623, "user": "u", "cipher": None}
    assignment = {
        "root_hash": "ab" * 32,
        "form": "memory",
        "levels": ["asked", "enforced", "scrubbed", "clean"],
        "image": "small",
        "version": "0123456789ab",
        "arguments": [],
        "when": 10.0,
    }
    where = {"mac": "52:54:00:00:00:01", "address": "192.0.2.1", "ssh_port": 22, "host_key": "ssh-ed25519 AAAA"}
    return {"name": name, **where, "power": power, "assignment": assignment, "power_on": 5.0, **changes}


def status(name: str, state: str, **changes: Any) -> dict[str, Any]:
    """A row of ``node status``."""
    row = {"name": name, "power": "off" if state == "off" else "on", "error": None, "state": state, "stage": ""}
    return {**row, "seconds": 1.0, "fraction": 0.0, "reason": "", "stages": [], "last": None, **changes}


class Site:
    """Nodes whose power and states are kept here; a boot takes until `let_up` is called."""

    def __init__(self, *names: str) -> None:
        self.states = dict.fromkeys(names, "off")
        self.broken: set[str] = set()
        self.cycles: list[list[str]] = []
        self.hold = threading.Event()
        self.connection = Answers(
            {"node list": self._list, "node status": self._status, "node power": self._power, "image list": NOTHING}
        )
        self.lab = Lab(self.connection.server)

    @property
    def nodes(self) -> Nodes:
        return self.lab.nodes()

    def let_up(self) -> None:
        self.states = {name: "up" if state == "booting" else state for name, state in self.states.items()}

    def _chosen(self, nodeset: str = "") -> list[str]:
        return expand(nodeset) if nodeset else list(self.states)

    def _list(self, nodeset: str = "") -> dict[str, Any]:
        return {"nodes": [entry(name) for name in self._chosen(nodeset)]}

    def _status(self, nodeset: str = "") -> dict[str, Any]:
        return {"nodes": [status(name, self.states[name]) for name in self._chosen(nodeset)]}

    def _power(self, nodeset: str, action: str) -> dict[str, Any]:
        chosen = self._chosen(nodeset)
        if action == "cycle":
            self.cycles.append(chosen)
        rows = []
        for name in chosen:
            if name not in self.broken and action != "status":
                self.states[name] = "off" if action == "off" else "booting"
            error = "The BMC does not answer." if name in self.broken else None
            rows.append({"name": name, "power": "off" if self.states[name] == "off" else "on", "error": error})
        return {"nodes": rows}


NOTHING: dict[str, Any] = {"images": [], "published": []}
ROW_OF_A_JOB: dict[str, Any] = {
    "id": "20260102-030405-abcd",
    "operation": "image build",
    "request": {"image": "small", "force": False},
    "state": "running",
    "created": 1767323045.0,
    "elapsed": 12.4,
    "last": {"event": "progress", "step": "mmdebstrap", "fraction": 0.4, "line": "unpacking"},
    "error": None,
}


def wait_until(condition: Callable[[], bool], limit: float = 60) -> None:
    """Wait until something is true."""
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.01)
