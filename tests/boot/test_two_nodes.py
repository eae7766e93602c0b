"""One image on two machines of different hardware: proven the same, level by level, on real virtual machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from sidus_lab.errors import CommandFailed, ConnectError, HostKeyChanged
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.node import Node
from sidus_lab.sidus.nodes import Nodes
from sidus_lab.sidus.proof import Proof
from sidus_lab.sidus.versions import Published

pytestmark = [pytest.mark.boot, pytest.mark.timeout(1800)]  # the first also builds the image


@pytest.fixture(scope="module")
def proofs() -> dict[str, Proof]:
    return {}


@pytest.fixture
def proof(booted: Nodes, proofs: dict[str, Proof]) -> Proof:
    if "proof" not in proofs:
        proofs["proof"] = booted.prove()
    return proofs["proof"]


def test_two_nodes_run_the_same_software(proof: Proof, published: Published) -> None:
    assert proof.same, str(proof)
    assert len(proof.nodes) == 2
    assert proof.root_hash == published.root_hash
    for node in proof.nodes:
        assert node.proven
        assert node.claim("scrubbed").holds
        assert node.claim("measured").looked is None
        assert node.facts.asked == node.facts.enforced == published.root_hash
        assert (node.facts.status, node.facts.scrub) == ("V", "passed")
        assert node.facts.release == published.kernel
        assert len(node.facts.build_id) == 40
    assert "run the same software" in proof.verdict
    assert "every block of it was read and verified" in proof.verdict


def test_what_is_equal_and_what_differs_is_named(proof: Proof) -> None:
    differences: dict[str, Mapping[str, str]] = {entry.field: entry.values for entry in proof.different}
    assert {"root hash", "kernel", "kernel build", "command line", "memory", "processors"} <= set(proof.equal)
    assert {"CPU model", "CPU flags"} <= set(differences)
    assert "Haswell" in differences["CPU model"]["node1"]
    assert "Nehalem" in differences["CPU model"]["node2"]
    assert "avx2" in differences["CPU flags"]["node1"]
    assert "avx2" not in differences["CPU flags"]["node2"]
    first, second = (node.facts.hardware for node in proof.nodes)
    assert first.fingerprint != second.fingerprint
    assert first.virtual


def test_a_proof_is_plain_data_and_text(proof: Proof) -> None:
    data = json.loads(json.dumps(proof.to_dict()))
    assert data["same"] is True
    assert [node["name"] for node in data["nodes"]] == ["node1", "node2"]
    assert str(proof).splitlines()[0] == proof.verdict


def test_each_node_is_itself(booted: Nodes) -> None:
    names = {name: booted[name].run(["hostname"]).text.strip() for name in booted.names}
    assert names == {"node1": "node1", "node2": "node2"}
    identities = [booted[name].run(["cat", "/etc/machine-id"]).text for name in booted.names]
    assert len(set(identities)) == 2
    assert booted[0].entry.host_key != booted[1].entry.host_key


def test_the_boot_is_told_stage_by_stage(booted: Nodes) -> None:
    for state in booted.status().values():
        stages = [stage for stage, _ in state.stages]
        assert stages == ["ipxe", "network", "fetching", "fetched", "verified", "scrubbed", "mounted", "ready"]
        times = [time for _, time in state.stages]
        assert times == sorted(times)
        assert (state.word, state.power, state.fraction) == ("up", "on", 1.0)


def test_power_on_leaves_a_node_that_is_up_alone(booted: Nodes) -> None:
    before = {name: booted[name].run(["cat", "/proc/sys/kernel/random/boot_id"]).text for name in booted.names}
    assert booted.power("on") == {"node1": "on", "node2": "on"}
    assert {state.word for state in booted.status().values()} == {"up"}
    after = {name: booted[name].run(["cat", "/proc/sys/kernel/random/boot_id"]).text for name in booted.names}
    assert after == before


def test_a_node_with_another_host_key_is_not_trusted(lab: Lab, booted: Nodes) -> None:
    # Two nodes change places: what answers at node1's address shows node2's key.
    wrong = replace(booted[0].entry, ssh_port=booted[1].entry.ssh_port)
    impostor = Node(lab.server, wrong, lab._identity)
    with pytest.raises(HostKeyChanged) as caught:
        impostor.run(["true"])
    assert len(str(caught.value).splitlines()) <= 4
    # A proof asks the server where node1 is before it gives up: it is node1 itself that answers then, never node2.
    found = Nodes(lab.server, [booted["node2"], impostor]).prove()
    boots = {name: booted[name].run(["cat", "/proc/sys/kernel/random/boot_id"]).text.strip() for name in booted.names}
    assert {node.name: node.facts.boot for node in found.nodes} == boots
    assert len(set(boots.values())) == 2


def test_a_node_can_be_run_on_beside_the_others(booted: Nodes) -> None:
    found = booted.run(["sh", "-c", "test $(hostname) = node1"])
    assert list(found.ok) == ["node1"]
    assert list(found.failed) == ["node2"]
    assert not isinstance(found.failed["node2"], ConnectError)
    with pytest.raises(CommandFailed):
        found["node2"]
