"""A repr shows what was last seen, and when: never does it ask, also not a server that froze or is gone."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidus_lab.embedded import Embedded
from sidus_lab.errors import ConnectError
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.node import Node
from sidus_lab.sidus.nodes import Nodes
from tests.sidus.standins import ROW_OF_A_JOB, Answers, Site, entry, version

PATIENCE = 20.0  # seconds, on a machine with other things to do; a question to a frozen server takes longer


def everything(lab: Lab) -> list[object]:
    """All that a site gives, after one look."""
    lab.refresh()
    nodes = lab.nodes().refresh()
    return [lab, nodes, nodes[0], nodes.status(), *lab.images(), *lab.jobs(), *lab.published(), lab.server, lab.init()]


def shown(things: list[object]) -> list[str]:
    """Show all of them in a thread of its own; it must be there at once."""
    texts: list[str] = []

    def show() -> None:
        for thing in things:
            texts.append(repr(thing))
            texts.append(str(thing))
            bundle = getattr(thing, "_repr_mimebundle_", None)
            if bundle is not None:
                found = bundle(include=None, exclude=None)
                texts.extend((str(found["text/plain"]), str(found["text/html"])))

    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    assert not thread.is_alive(), "showing waits for the server"
    assert texts
    return texts


@pytest.fixture
def frozen(site: Embedded, bare: Lab) -> Iterator[list[object]]:
    """Everything of a site whose SSH server, with all its sessions, was stopped after one look."""
    things = everything(bare)
    stopped = [
        process.pid for process in site.processes() if Path(f"/proc/{process.pid}/comm").read_text().startswith("sshd")
    ]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    yield things
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)


def test_with_the_server_frozen(frozen: list[object], bare: Lab) -> None:
    texts = shown(frozen)
    assert any("node[1-2]" in text for text in texts)
    assert any("seen" in text for text in texts)
    assert not bare.server.transport.alive(timeout=0.5)  # it is frozen indeed


def test_with_the_server_gone(site: Embedded) -> None:
    lab = site.connect()
    try:
        things = everything(lab)
        site.down()
        assert any("node[1-2]" in text for text in shown(things))
        with pytest.raises(ConnectError):
            lab.refresh()
        assert any("node[1-2]" in text for text in shown(things))  # a look that failed takes nothing away
    finally:
        site.up().close()
        lab.close()


def full_site() -> tuple[Lab, Answers]:
    """A site with something of everything."""
    site = Site("node1", "node2")
    manifest = {**entry("node1")["assignment"], "commit": "a" * 64, "content": "d" * 64, "suite": "bookworm"}
    more = {"created": "2026-01-02T03:04:05Z", "packages": 7, "kernel": "6.1", "files": {}}
    site.connection.values.update(
        {
            "image list": {
                "images": [{"name": "small", "versions": [version()]}],
                "published": [{**manifest, **more}],
            },
            "job list": {"jobs": [ROW_OF_A_JOB]},
        }
    )
    return site.lab, site.connection


def test_nothing_is_asked_while_showing() -> None:
    lab, answers = full_site()
    nodes = lab.nodes()
    before = [lab, nodes, nodes[0], lab.node("node2")]
    asked = len(answers.asked)
    texts = shown(list(before))
    assert len(answers.asked) == asked
    assert any("not looked at yet: lab.refresh()" in text for text in texts)
    assert any("not asked yet: nodes.refresh()" in text for text in texts)
    things = [lab.refresh(), nodes.refresh(), nodes[0], *lab.images(), *lab.jobs(), *lab.published(), nodes.status()]
    asked = len(answers.asked)
    texts = shown(list(things))
    assert len(answers.asked) == asked
    for words in ("seen just now", "small@0123456789ab", "node1", "image small", "mmdebstrap: unpacking"):
        assert any(words in text for text in texts), words


@pytest.mark.parametrize("age", [0.0, 12.0, 300.0])
def test_the_age_is_said(age: float, monkeypatch: pytest.MonkeyPatch) -> None:
    lab, _ = full_site()
    nodes = lab.refresh().nodes().refresh()
    image, job = lab.image("small"), lab.jobs()[0]
    from sidus_lab.sidus import jobs, seen

    for module in (seen, jobs):
        real = module.time.monotonic
        monkeypatch.setattr(module, "time", _Later(real, age))
    words = {0.0: "seen just now", 12.0: "seen 12 s ago", 300.0: "seen 5 min ago"}[age]
    for thing in (lab._repr_mimebundle_()["text/plain"], nodes, nodes[0], image, job):
        assert words in (thing if isinstance(thing, str) else repr(thing))


class _Later:
    """A clock that is ahead."""

    def __init__(self, real: object, age: float) -> None:
        self._real, self._age = real, age

    def monotonic(self) -> float:
        return float(self._real()) + self._age  # type: ignore[operator]


def test_the_oldest_look_counts_for_a_set() -> None:
    lab, _ = full_site()
    nodes = lab.nodes()
    nodes[:1].refresh()
    assert "not asked yet" in repr(nodes)
    assert "seen just now" in repr(nodes[:1])
    assert isinstance(nodes, Nodes)
    assert isinstance(nodes[0], Node)
