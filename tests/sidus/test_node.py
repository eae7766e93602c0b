"""One node: what it shows, what it was told to boot, and its connection, opened when first needed."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from sidus_lab.errors import ServerUnreachable
from sidus_lab.sidus import answers
from sidus_lab.sidus.node import Node
from sidus_lab.sidus.server import Server
from sidus_lab.transport import Result
from tests.sidus.standins import Answers, entry, status

LINE = b"boot=sidus sidus.root=" + b"ab" * 32 + b" sidus.scrub=1 quiet\n"


class Machine:
    """A connection to a node that says its command line."""

    def __init__(self) -> None:
        self.open = True

    def run(self, argv: Any, **_: Any) -> Result:
        return Result(tuple(argv), 0, LINE)

    def alive(self, timeout: float = 3.0) -> bool:
        return self.open

    def close(self) -> None:
        self.open = False


class Gate(Answers):
    """A server through which such nodes are reached; it counts how often."""

    def __init__(self) -> None:
        super().__init__({})
        self.jumps: list[tuple[str, int, str, str]] = []
        self.reachable = True

    def jump(self, host: str, port: int, *, user: str, host_key: str, identity: object) -> Machine:
        self.jumps.append((host, port, user, host_key))
        if not self.reachable:
            raise ServerUnreachable("Nothing answers.", hint="is it on?")
        return Machine()


def node(gate: Gate | None = None, **changes: Any) -> Node:
    server: Server = (gate or Gate()).server
    return Node(server, answers.inventory({"nodes": [entry("node1", **changes)]})[0])


def test_what_it_says_of_itself() -> None:
    found = node()
    assert (found.name, found.mac, found.address, found.powered_on) == ("node1", "52:54:00:00:00:01", "192.0.2.1", 5.0)
    assert found.assignment is not None
    assert found.assigned == found.assignment.root_hash == "ab" * 32
    assert repr(found) == "<Node node1, 52:54:00:00:00:01, boots small@0123456789ab (seen just now)>"
    found.take(answers.statuses({"nodes": [status("node1", "up")]})[0])
    assert found.state is not None
    assert "boots small@0123456789ab, up (seen just now)" in repr(found)
    assert "up, seen just now" in str(found._repr_mimebundle_()["text/html"])


def test_nothing_is_assigned() -> None:
    found = node(assignment=None)
    assert (found.assignment, found.assigned, found.entry.boots) == (None, "", "nothing assigned")
    assert not found.runs_assigned()  # whatever it runs, nobody told it to


@pytest.mark.parametrize(
    ("changes", "runs"),
    [
        ({}, True),
        ({"arguments": ["sidus.scrub=1"]}, True),
        ({"arguments": ["sidus.scrub=1", "mitigations=off"]}, False),
        ({"root_hash": "cd" * 32}, False),
        ({"root_hash": "ab" * 31}, False),  # the beginning of a word is not the word
    ],
)
def test_whether_it_runs_what_is_assigned(changes: dict[str, Any], runs: bool) -> None:
    assert node(assignment={**entry("node1")["assignment"], **changes}).runs_assigned() is runs


def test_its_connection_is_opened_once_and_again_after_a_loss() -> None:
    gate = Gate()
    found = node(gate)
    assert gate.jumps == []
    first = found.transport()
    assert found.transport() is first
    assert gate.jumps == [("192.0.2.1", 22, "root", "ssh-ed25519 AAAA")]
    first.close()
    assert found.transport() is not first
    found.forget()
    found.forget()
    gate.reachable = False
    with pytest.raises(ServerUnreachable):
        found.run(["true"])
    gate.reachable = True
    assert found.run(["true"]).ok
    assert len(gate.jumps) == 4


def test_many_threads_open_one_connection() -> None:
    gate = Gate()
    found = node(gate)
    threads = [threading.Thread(target=found.transport) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(gate.jumps) == 1
