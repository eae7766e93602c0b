"""The ways to a lab: a session on a real site is recorded, and played again by another version of the program."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

import sidus_lab as sl
from sidus_lab.embedded import Embedded, sshd
from sidus_lab.errors import NotRecorded, SidusError
from sidus_lab.sidus import connect, entrance, recorded, replay
from sidus_lab.sidus import server as servers
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.power import Ipmi


def session(lab: Lab) -> list[object]:
    """What a user does, and what comes out."""
    found: list[object] = [lab.check().rows, lab.init(), lab.images(), lab.published()]
    nodes = lab.nodes()
    found += [nodes.names, [node.entry for node in nodes], dict(nodes.status()), dict(nodes.power("status"))]
    node = lab.add_node(
        "node7",
        mac="52:54:00:00:00:07",
        address="192.0.2.7",
        power=Ipmi("192.0.2.107", "u", "s3cret-word"),
    )
    found += [node.entry, lab.nodes().names, lab.remove_nodes("node7"), lab.nodes().names]
    with pytest.raises(SidusError) as caught:
        nodes.boot().result(60)
    return [*found, str(caught.value), lab.jobs()]


@pytest.fixture(scope="module")
def recording(site: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, list[object]]]:
    """A recorded session, with a drop of the connection in it, and what it gave."""
    file = tmp_path_factory.mktemp("recording") / "session.jsonl"
    lab = connect(
        sshd.HOST,
        site=site.site,
        config=site.home.ssh_config,
        identity=sshd.user_key(site.home),
        known_hosts=sshd.known_hosts(site.home),
        record=file,
    )
    with lab:
        first = [lab.nodes().names]
        lab.server.transport.close()
        lab.server.reconnect()
        yield file, [*first, *session(lab)]


def test_played_without_the_site(recording: tuple[Path, list[object]], monkeypatch: pytest.MonkeyPatch) -> None:
    file, wanted = recording
    # Another version of sidusctl, under another name, in a package that could not even pack it.
    for module in (servers, recorded):
        monkeypatch.setattr(module, "pack", lambda: pytest.fail("a replay needs no program"))
    with sl.replay(file, speed=math.inf) as lab:
        assert [lab.nodes().names, *session(lab)] == wanted
        assert "recorded" not in repr(lab)
        assert lab.server.name.startswith("root@") or "@" in lab.server.name


def test_what_was_not_done_is_not_answered(recording: tuple[Path, list[object]]) -> None:
    file, _ = recording
    with replay(str(file), speed=math.inf) as lab:
        with pytest.raises(NotRecorded) as caught:
            lab.nodes("node1").power("on")
        assert caught.value.hint
        with pytest.raises(SidusError, match="console of node1 cannot be read"):
            lab.nodes()[0].console()


def test_no_path_of_the_program_and_no_secret_is_in_it(recording: tuple[Path, list[object]]) -> None:
    text = recording[0].read_text()
    assert "sidusctl-" not in text
    assert f'"{recorded.PROGRAM}"' in text
    assert "s3cret-word" not in text
    assert "PRIVATE KEY" not in text


def test_a_change_of_the_program_breaks_no_recording(
    recording: tuple[Path, list[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words of a question are the same whatever sidusctl holds: so they are found again."""
    words: list[tuple[str, ...]] = []
    for program in (b"one program", b"another program"):
        monkeypatch.setattr(recorded, "pack", lambda program=program: program)
        called = {servers.program_path(program): recorded.PROGRAM}
        path = servers.program_path(program)
        words.append(tuple(called.get(word, word) for word in ("python3", path, "--site", "/srv/sidus", "check")))
    assert len(set(words)) == 1
    assert servers.program_path(b"one program") != servers.program_path(b"another program")


def test_what_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(NotRecorded):
        entrance.replay(tmp_path / "none")
