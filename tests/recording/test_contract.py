"""The contract of a transport: recorded on a real sshd, then played."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sidus_lab.recording import Recorder, Replay
from sidus_lab.transport import Transport
from tests.ssh.conftest import Site, make_site
from tests.transport_contract import CONTRACT, Check


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = make_site(tmp_path_factory.mktemp("site"))
    yield made
    made.sshd.stop()


@pytest.mark.parametrize("check", CONTRACT, ids=lambda check: check.__name__)
def test_contract(check: Check, site: Site, tmp_path: Path) -> None:
    file, folder = tmp_path / "recording.jsonl", tmp_path / "folder"
    folder.mkdir()
    recorder = Recorder(site.connect(), file)
    check(recorder, str(folder))
    recorder.close()
    replay = Replay(file)
    check(replay, str(folder))
    replay.close()


def test_both_have_the_type_of_a_transport(site: Site, tmp_path: Path) -> None:
    recorder: Transport = Recorder(site.connect(), tmp_path / "file")
    recorder.close()
    replay: Transport = Replay(tmp_path / "file")
    assert replay.name == recorder.name


def test_a_node_behind_it(site: Site, tmp_path: Path) -> None:
    node_site = make_site(tmp_path / "node")
    file = tmp_path / "recording.jsonl"
    try:
        recorder = Recorder(site.connect(), file)
        node = recorder.jump(
            "127.0.0.1",
            node_site.sshd.port,
            user=node_site.sshd.user,
            host_key=node_site.sshd.host_key,
            identity=node_site.identity,
        )
        recorded = [transport.run(["sh", "-c", "echo ${SSH_CONNECTION##* }"]).text for transport in (recorder, node)]
        node.close()
        recorder.close()
    finally:
        node_site.sshd.stop()
    replay = Replay(file)
    node_again = replay.jump(
        "127.0.0.1", node_site.sshd.port, user=node_site.sshd.user, host_key=node_site.sshd.host_key
    )
    assert node_again.name == node.name
    played = [transport.run(["sh", "-c", "echo ${SSH_CONNECTION##* }"]).text for transport in (replay, node_again)]
    assert played == recorded == [f"{site.sshd.port}\n", f"{node_site.sshd.port}\n"]
    replay.close()
    assert not node_again.alive()
