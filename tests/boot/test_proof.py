"""The proof of a node that runs: what ordinary users do to it is seen, and what cannot be seen is said."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.nodes import Nodes
from sidus_lab.sidus.proof import NodeProof, Proof

pytestmark = [pytest.mark.boot, pytest.mark.timeout(1800)]


@pytest.fixture
def harmed(booted: Nodes) -> Iterator[Nodes]:
    """Two nodes to harm; they are off afterwards, so that whoever needs them next boots them anew."""
    yield booted
    booted.power("off")


def drift(node: NodeProof) -> set[tuple[str, str]]:
    return {(entry.how, entry.path) for entry in node.facts.drift}


def shown(proof: Proof, name: str) -> NodeProof:
    return next(node for node in proof.nodes if node.name == name)


HARM = """
mount -t tmpfs x /srv
mount --bind /root /var/lib
echo export OPENBLAS_CORETYPE=Nehalem >/root/.bashrc
mkdir -p /root/numpy /run/systemd/system/ssh.service.d
echo x >/root/numpy/__init__.py
echo >/run/systemd/system/ssh.service.d/x.conf
echo 1 >/proc/sys/vm/swappiness
chmod 700 /usr/share
rm -rf /usr/lib/python3/dist-packages/numpy
mkdir /usr/lib/python3/dist-packages/numpy
mkdir /var/tmp/many; cd /var/tmp/many; seq 1 6000 | xargs touch
echo x >>/etc/debian_version
"""
SEEN = {
    ("covered", "srv"),
    ("covered", "var/lib"),
    ("added", "root/.bashrc"),
    ("added", "root/numpy/__init__.py"),
    ("added", "run/systemd/system/ssh.service.d/x.conf"),
    ("set", "proc/sys/vm/swappiness"),
    ("changed", "usr/share"),
    ("deleted", "usr/lib/python3/dist-packages/numpy/__init__.py"),
    ("changed", "etc/debian_version"),
}


def test_what_is_done_to_a_node_is_seen(lab: Lab, harmed: Nodes) -> None:
    before = harmed.prove()
    assert before.same, str(before)
    server = json.dumps(lab.server.call("node", "status"))
    assert '"alarms": []' in server

    harmed["node1"].run(["sh", "-c", HARM])
    # The layer that holds what was written is taken away, and something is written after that.
    harmed["node2"].run(["sh", "-c", "umount -l /run/sidus/rw; echo x >>/usr/bin/ldd"])
    after = harmed.prove()
    assert not after.same
    one, two = shown(after, "node1"), shown(after, "node2")
    missed = {(how, path) for how, path in SEEN if not any(h == how and p.startswith(path) for h, p in drift(one))}
    assert missed <= {("added", "root/.bashrc")}  # it may be there in the image, and is changed then
    assert {path for _, path in drift(one)} >= {"root/.bashrc"}
    claim = two.claim("clean")
    assert (claim.state, claim.reason) == ("not-looked-at", "layer-not-mounted")
    # A change of a setting is no other hardware.
    assert one.facts.hardware == shown(before, "node1").facts.hardware
    assert one.facts.settings.fingerprint != shown(before, "node1").facts.settings.fingerprint

    harmed.power("off")
    gone = harmed.prove()
    assert not gone.same
    assert list(gone.missing) == ["node1", "node2"]
