"""A session with nodes that run: recorded, and played again without them."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from sidus_lab.embedded import Embedded, sshd
from sidus_lab.errors import HostKeyChanged
from sidus_lab.sidus import connect, facts, replay
from sidus_lab.sidus.nodes import Nodes


@pytest.mark.boot
@pytest.mark.image
def test_a_proof_is_played_again(booted: Nodes, lab_home: Path, tmp_path: Path) -> None:
    assert booted.names == ["node1", "node2"]
    home, file = Embedded(lab_home).home, tmp_path / "session.jsonl"
    where = {"config": home.ssh_config, "identity": sshd.user_key(home), "known_hosts": sshd.known_hosts(home)}
    with connect(sshd.HOST, site=str(home.site), record=file, **where) as lab:
        nodes = lab.nodes("node[1-2]")
        proof, said = nodes.prove(), nodes.run(["hostname"])
        states = {name: state.word for name, state in nodes.status().items()}
        assert nodes.ensure_up().result(120) == nodes
    assert proof.same

    with replay(file, speed=math.inf) as lab:
        nodes = lab.nodes("node[1-2]")
        again = nodes.prove()
        assert again == proof
        assert {name: result.text for name, result in nodes.run(["hostname"]).items()} == {
            name: result.text for name, result in said.items()
        }
        assert {name: state.word for name, state in nodes.status().items()} == states
        assert nodes.ensure_up().result(120) == nodes
        # A later version of the program that asks a node gets the same answer.
        text = nodes[0].run(["sh", "-s"], input=b"another program " * 10).text
        assert facts.parse("node1", text) == proof.nodes[0].facts
        with pytest.raises(HostKeyChanged):
            lab.server.transport.jump(
                nodes[0].address, nodes[0].entry.ssh_port, user="root", host_key=nodes[1].entry.host_key
            )
