"""A recorded site used freely: other orders, other sets of nodes, twice, closed, and asked what nobody recorded."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidus_lab.errors import Cancelled, HostKeyChanged, NotRecorded, ServerUnreachable, SidusError
from sidus_lab.recording.player import Clock
from sidus_lab.recording.tape import read
from sidus_lab.sidus.entrance import recorded_site
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.played import RecordedSite
from sidus_lab.sidus.played.playing import Playing
from sidus_lab.sidus.played.site import Connection
from sidus_lab.sidus.played.story import Story
from sidus_lab.sidus.server import Server
from sidus_lab.transport import Transport
from tests.sidus.played.tapes import HASH, SITE, two_nodes

SCRUB = "sidus.scrub=1"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return two_nodes(tmp_path / "two.jsonl")


@pytest.fixture
def lab(file: Path) -> Iterator[Lab]:
    with recorded_site(file, speed=math.inf) as opened:
        yield opened


def facts(lab: Lab, name: str) -> str:
    return lab.node(name).run(["sh", "-s"], input=b"nonce=1\nany program of today").text


def damage(lab: Lab, kind: str) -> str:
    words = ["sh", "-c", "the text\nof another day", "sidus-drill", kind, SITE]
    return lab.server.transport.run(words).text


def test_it_says_that_it_is_a_recording_and_of_which_day(lab: Lab, file: Path) -> None:
    assert lab.server.name == "two (recorded 2026-01-02, played without waiting)"
    assert lab.server.recorded == lab.server.name
    assert RecordedSite(file).name == "two (recorded 2026-01-02, played 20 times as fast)"
    assert "recorded 2026-01-02" in repr(lab)
    transport: Transport = lab.server.transport
    assert "open" in repr(transport)


def test_one_node_alone_has_its_own_time_and_leaves_the_other(lab: Lab) -> None:
    lab.nodes("node2").assign(HASH, scrub=True).boot().result(60)
    assert {name: state.word for name, state in lab.nodes().status().items()} == {"node1": "off", "node2": "up"}
    assert [node.assigned for node in lab.nodes()] == ["", HASH]
    assert facts(lab, "node2") == "facts of node2, boot 1"
    with pytest.raises(ServerUnreachable):
        facts(lab, "node1")


class Hand(Clock):
    """A clock that is set by hand."""

    time = 100.0

    def now(self) -> float:
        return self.time

    def wait(self, until: float, *stops: threading.Event | None) -> bool:
        return not any(stop is not None and stop.is_set() for stop in stops)


def test_a_boot_takes_its_time(file: Path) -> None:
    clock = Hand()
    playing = Playing(Story(read(file)[1]), clock)
    lab = Lab(Server(lambda: Connection("two", playing, clock), SITE, program="sidusctl.pyz"))
    nodes = lab.nodes().assign(HASH[:12], scrub=True)
    nodes["node[1]"].power("cycle")
    for passed, word in ((0.0, "booting"), (40.0, "booting"), (2.0, "up"), (9000.0, "up")):
        clock.time += passed
        assert {name: state.word for name, state in nodes.status().items()} == {"node1": word, "node2": "off"}


def test_a_changed_file_is_seen_until_the_next_start_which_is_another_boot(lab: Lab) -> None:
    nodes = lab.nodes().assign(HASH, scrub=True)
    nodes.boot().result(60)
    before = lab.node("node1").transport()
    lab.node("node1").run(["sh", "-c", "echo x >>/etc/file"])
    assert facts(lab, "node1") == "facts of node1, changed"
    assert facts(lab, "node2") == "facts of node2, boot 1"
    lab.nodes("node1").boot().result(60)
    assert not before.alive()
    with pytest.raises(ServerUnreachable):
        before.run(["sh", "-s"])
    assert facts(lab, "node1") == "facts of node1, boot 2"
    lab.nodes("node1").boot().result(60)
    assert facts(lab, "node1") == "facts of node1, boot 1"


def test_off_and_on(lab: Lab) -> None:
    nodes = lab.nodes().assign(HASH, scrub=True)
    for number in (1, 2):
        for _ in range(2):  # on once more changes nothing
            assert nodes.power("on") == {"node1": "on", "node2": "on"}
            assert {state.word for state in nodes.status().values()} == {"up"}
            lab.nodes()
            assert facts(lab, "node1") == f"facts of node1, boot {number}"
        nodes.power("off")
        assert {state.word for state in nodes.status().values()} == {"off"}


def test_a_damaged_copy_is_refused_until_it_is_mended(lab: Lab) -> None:
    nodes = lab.nodes().assign(HASH, scrub=True)
    assert damage(lab, "flipped-bit") == "flipped\n"
    with pytest.raises(SidusError, match="did not come up"):
        nodes.boot().result(60)
    assert {state.word for state in nodes.status().values()} == {"refused"}
    with pytest.raises(NotRecorded, match="copy is damaged: flipped-bit"):
        damage(lab, "flipped-bit")
    damage(lab, "mend")
    nodes.boot().result(60)
    assert {state.word for state in nodes.status().values()} == {"up"}


def test_an_experiment_gets_what_was_measured_and_no_more_than_that(lab: Lab) -> None:
    lab.nodes().assign(HASH, scrub=True).boot().result(60)
    node = lab.node("node1")

    def start(run: str, level: str = "A=1") -> str:
        return node.run(["/bin/sh", "-c", "new\ntext", "sidus", f"SIDUS_RUN={run}/node1", level]).text

    assert [start("20300101-bbbb") for _ in range(2)] == ["node1: 1.0", "node1: 1.1"]
    with pytest.raises(NotRecorded, match="holds 2 executions"):
        start("20300101-bbbb")
    assert start("20300101-cccc") == "node1: 1.0"  # another run is the same one, played again
    with pytest.raises(NotRecorded, match="no answer of node1"):
        start("20300101-cccc", "A=2")


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (lambda lab: lab.nodes("node7"), "it has node\\[1-2\\], and no node7"),
        (lambda lab: lab.nodes().assign(HASH), "it was given small@0123456789ab .* with sidus.scrub=1"),
        (lambda lab: lab.nodes().assign("c" * 64, scrub=True), "was not given cccc"),
        (lambda lab: lab.nodes().power("cycle"), "not started in it with nothing assigned"),
        (lambda lab: lab.build("name = 'x'\nsuite = 'bookworm'\n").result(60), "no answer to: sidusctl image build"),
        (lambda lab: lab.nodes().prove(), "sidusctl node witness was not asked"),
        (lambda lab: list(lab.server.transport.stream(["a"])), "no answer to: a"),
    ],
)
def test_what_was_not_recorded_says_why_and_what_next(lab: Lab, ask: object, why: str) -> None:
    with pytest.raises(NotRecorded, match=why) as caught:
        ask(lab)  # type: ignore[operator]
    assert "This is a recorded site" in str(caught.value)
    assert "Next: " in str(caught.value)
    assert {state.word for state in lab.nodes().status().values()} == {"off"}, "a refusal changes nothing"


def test_a_closed_connection_and_another_one_to_the_same_site(lab: Lab) -> None:
    lab.nodes().assign(HASH, scrub=True).boot().result(60)
    node = lab.node("node1").transport()
    lab.server.transport.close()
    assert not node.alive()
    with pytest.raises(ServerUnreachable, match="closed"):
        lab.nodes()
    lab.server.reconnect()
    assert {state.word for state in lab.nodes().status().values()} == {"up"}, "what was done stays done"


def test_the_host_key_is_looked_at(lab: Lab) -> None:
    lab.nodes().assign(HASH, scrub=True).boot().result(60)
    with pytest.raises(HostKeyChanged):
        lab.server.transport.jump("192.0.2.1", 2200, user="root", host_key="ssh-ed25519 OTHER")


def test_cancelled_and_checked(file: Path) -> None:
    site = RecordedSite(file, speed=1e-6)
    transport = site.open()
    stop = threading.Event()
    stop.set()
    words = ["python3", "sidusctl.pyz", "--site", SITE, "node", "assign", "node1", HASH, "--arg", SCRUB]
    transport.run(words)
    with pytest.raises(Cancelled):
        transport.run([*words[:4], "node", "power", "node1", "cycle"], cancel=stop)
    transport.put(b"x", "a/b")
    assert transport.get("a/b") == b"x"
    with pytest.raises(SidusError, match="was not put here"):
        transport.get("other")
