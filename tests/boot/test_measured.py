"""One real boot under UEFI firmware with a TPM: enrolled, proven, and refused once anything of it is another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sidus_lab.embedded import Embedded, default_machines, firmware
from sidus_lab.sidus.claims import Claim
from sidus_lab.sidus.judge import judge
from sidus_lab.sidus.nodes import Nodes
from sidus_lab.sidus.proof import Proof
from sidus_lab.sidusctl.image import uefi
from tests import labs as homes
from tests.labs import Labs

pytestmark = pytest.mark.boot
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIELqMg2x+4GfPkzlcLk4F8cW/UfZ03B8dhwpzyWJqFSw me@here"


@pytest.fixture(scope="module")
def nodes(labs: Labs, lab_home: Path) -> Iterator[Nodes]:
    """A node with UEFI firmware and a TPM, up; the shared lab's image."""
    reason = homes.missing("swtpm") or ("" if firmware.CODE.is_file() else "missing here: ovmf")
    if reason or not uefi.can_make():
        pytest.skip(reason or "missing here: systemd-boot-efi, binutils")
    home = labs.home("measured", image_of=lab_home)
    embedded = Embedded(home)
    try:
        with embedded.up([replace(default_machines()[0], measured=True)]) as lab:
            found = lab.nodes().assign(lab.published()[0])
            found.boot().result()
            yield found
            found.power("off").raise_for_failures()
    finally:
        labs.drop(home)


def said(proof: Proof) -> Claim:
    [node] = proof.nodes
    assert node.witness is not None
    assert node.witness.alarms == ()  # its own files, fetched by the boot script, went out once
    return node.claim("measured")


def test_a_start_is_measured_and_another_is_refused(nodes: Nodes) -> None:
    before = nodes.prove()
    assert (said(before).reason, before.same) == ("not-enrolled", True)
    assert before.nodes[0].facts.command_line.startswith("sidus.efi ")

    enrolled = nodes.enrol()["node1"]
    assert enrolled.loaders == ()  # iPXE is in the card's ROM, and so in register 2
    proof = nodes.prove()
    assert said(proof) == Claim("measured", "holds", "measured", {}, "tpm")
    assert proof.same
    assert nodes.enrol()["node1"] == enrolled  # the same TPM makes the same key
    assert Proof.from_dict(proof.to_dict()) == proof

    [node], [old] = proof.nodes, before.nodes
    assert node.witness is not None
    replayed = replace(node.facts, evidence=old.facts.evidence)
    assert judge(replayed, node.facts.asked, node.witness).claim("measured").reason == "old-quote"

    # Other own files than were handed out: another hash on the command line than the one that was measured.
    site = Path(nodes[0].server.site)
    facts = (site / "site.json").read_text()
    try:
        nodes[0].server.call("init", "--authorize", KEY)
        changed = nodes.prove()
        assert (said(changed).reason, changed.nodes[0].claim("own").reason) == ("other-command-line", "own-differ")
        assert not changed.nodes[0].proven
        assert "another command line" in nodes.enrol(replace=True).failed["node1"].message
    finally:
        (site / "site.json").write_text(facts)

    nodes[0].server.call("node", "enrol", "node1", "--forget")
    assert said(nodes.prove()).reason == "not-enrolled"
