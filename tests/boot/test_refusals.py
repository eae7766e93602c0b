"""The boot script fails closed: real machines meet damaged files and command lines, and stay down, saying why."""

from __future__ import annotations

import os
import re
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from sidus_lab.embedded.service import is_taken
from sidus_lab.errors import ConnectError, SidusError
from sidus_lab.sidus import booting
from sidus_lab.sidus.nodes import Nodes
from tests.boot.conftest import Case, Damaged, Outcome
from tests.boot.proxy import Fault

pytestmark = [pytest.mark.boot, pytest.mark.timeout(1800)]  # the first waits for all boots, on a slow machine too

SQUASHFS = r"/root\.squashfs$"
TREE = r"/root\.verity$"
SCRIPT = r"^/boot/by-mac/"
OTHER_HASH = "0123456789abcdef" * 4


def edit(pattern: bytes, by: bytes) -> Fault:
    """A fault in the node's boot script, where its command line is."""

    def change(script: bytes) -> bytes:
        changed, count = re.subn(pattern, by, script)
        assert count, f"{pattern!r} is not in {script!r}"
        return changed

    return Fault(SCRIPT, "edit", edit=change)


# What is wrong -> (the reason word that `status` must show, the sentence that the console must show).
REFUSALS = {
    "server stops sending": ("fetch-failed", "the download broke off"),
    "image ends early": ("verity", "does not fit the root hash"),
    "hash tree ends early": ("verity", "does not fit the root hash"),
    "flipped byte, scrub": ("scrub", "a block of the image does not fit the root hash"),
    "another root hash": ("verity", f"does not fit the root hash {OTHER_HASH}"),
    "download breaks off": ("fetch-failed", "the download broke off"),
    "no image": ("fetch-failed", "no such published version"),
    "no published folder": ("ipxe-fetch", "cannot fetch"),
    "no overlay file": ("ipxe-fetch", "cannot fetch"),
    "no second initrd": ("no-overlay", "second initrd"),
    "no root hash": ("no-root-hash", "names no root hash"),
}
ACCEPTED = "flipped byte, no scrub"


def cases(root_hash: str, unread: int) -> dict[str, Case]:
    other = OTHER_HASH.encode()
    return {
        "server stops sending": Case([Fault(SQUASHFS, "stall", 1 << 20)]),
        "image ends early": Case([Fault(SQUASHFS, "short", 100 << 20)]),
        "hash tree ends early": Case([Fault(TREE, "short", 512 << 10)], scrub=True),
        "flipped byte, scrub": Case([Fault(SQUASHFS, "flip", unread)], scrub=True),
        # All that it asks for is there under that name, and is another image.
        "another root hash": Case(
            [edit(rb"sidus\.root=\w+", b"sidus.root=" + other), Fault(f"/{OTHER_HASH}/", "moved", to=f"/{root_hash}/")]
        ),
        "download breaks off": Case([Fault(SQUASHFS, "cut", 20 << 20)]),
        "no image": Case([Fault(SQUASHFS, "missing")]),
        "no published folder": Case([Fault("^/published/", "missing")]),
        "no overlay file": Case([Fault("^/boot/overlay/", "missing")]),
        "no second initrd": Case([edit(rb"initrd --name overlay.*\n", b"")]),
        "no root hash": Case([edit(rb"sidus\.root=\w+", b"")]),
        ACCEPTED: Case([Fault(SQUASHFS, "flip", unread)]),
    }


@pytest.fixture(scope="session")
def outcomes(damaged: Damaged, unread_byte: int, request: pytest.FixtureRequest) -> dict[str, Outcome]:
    """Do the boots of all selected tests, two at a time."""
    root_hash = damaged.lab.published()[0].root_hash
    wanted = {ACCEPTED}
    for item in request.session.items:
        spec = getattr(item, "callspec", None)
        if spec is not None and "case" in spec.params:
            wanted.add(spec.params["case"])
    damaged.boot_all({name: case for name, case in cases(root_hash, unread_byte).items() if name in wanted})
    return damaged.outcomes


@pytest.mark.parametrize("case", REFUSALS)
def test_a_node_refuses(case: str, outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[case]
    print(f"{outcome.seconds:.0f} s; {outcome.login}")
    reason, sentence = REFUSALS[case]
    assert (outcome.status.word, outcome.status.reason) == ("refused", reason), outcome.console[-2000:]
    assert str(outcome.status) == f"{outcome.node} refused ({reason})"
    assert sentence in outcome.console
    if reason != "ipxe-fetch":
        assert f"sidus: REFUSED ({reason}):" in outcome.console
    # Nobody gets in: no shell on the console, no SSH.
    assert "(initramfs)" not in outcome.console
    assert "login:" not in outcome.console
    assert outcome.login
    stages = [stage for stage, _ in outcome.status.stages]
    assert not {"mounted", "ready"} & set(stages)


def test_a_flipped_byte_that_is_not_read_is_not_noticed_at_boot(outcomes: dict[str, Outcome]) -> None:
    outcome = outcomes[ACCEPTED]
    assert (outcome.status.word, outcome.login) == ("up", "")
    stages = [stage for stage, _ in outcome.status.stages]
    assert "scrubbed" not in stages
    assert stages == [*("ipxe", "network", "fetching", "fetched", "verified", "mounted", "ready")]


def test_one_node_that_refuses_leaves_the_others_alone(damaged: Damaged, outcomes: dict[str, Outcome]) -> None:
    up = outcomes[ACCEPTED].node
    words = {name: state.word for name, state in damaged.lab.nodes().status().items()}
    assert words.pop(up) == "up"
    assert set(words.values()) <= {"refused", "off"}
    proof = damaged.lab.nodes().prove()
    assert [node.name for node in proof.nodes] == [up]
    assert list(proof.missing) == list(words)
    assert not proof.same
    assert "could not be asked" in proof.verdict


@pytest.fixture
def running(damaged: Damaged, outcomes: dict[str, Outcome]) -> Nodes:
    """The node that runs with a flipped byte in its image."""
    return damaged.lab.nodes(outcomes[ACCEPTED].node)


def test_drift_is_named_and_a_scrub_finds_the_flipped_byte_and_a_reboot_restores(
    damaged: Damaged, running: Nodes
) -> None:
    name = running.names[0]
    node = running[name]
    before = running.prove()
    claims = before.nodes[0]
    assert claims.proven
    assert claims.claim("clean").holds
    assert claims.claim("scrubbed").looked is None  # one block is wrong, and nobody has looked
    assert "verified whenever a block is read" in before.verdict

    node.run(["sh", "-c", "echo x >>/etc/debian_version; echo x >'/usr/bin/a b'; rm /usr/bin/fio"])
    node.run(["chmod", "0600", "/etc/fstab"])
    node.run(["mount", "--bind", "/root", "/opt"])
    node.run(["sh", "-c", "cat /etc/passwd >/etc/passwd.new && cat /etc/passwd.new >/etc/passwd; rm /etc/passwd.new"])
    drifted = running.prove()
    found = {(entry.how, entry.path) for entry in drifted.nodes[0].facts.drift if not entry.path.startswith("var/")}
    expected = {
        ("changed", "etc/debian_version"),
        ("added", "usr/bin/a b"),
        ("deleted", "usr/bin/fio"),
        ("changed", "etc/fstab"),
    }
    assert expected <= found
    assert ("changed", "etc/passwd") not in found  # written anew with the same content
    assert not drifted.same
    assert not drifted.nodes[0].claim("clean").holds
    assert "changed /etc/debian_version" in " ".join(str(drifted).split())  # the column breaks its lines

    scrubbed = running.prove(scrub=True)
    assert scrubbed.nodes[0].facts.scrub == "failed"
    assert scrubbed.nodes[0].facts.status == "C"
    assert not scrubbed.nodes[0].claim("scrubbed").holds
    assert not scrubbed.nodes[0].claim("enforced").holds
    assert "corruption" in str(scrubbed)
    # The node itself was not harmed by looking.
    assert node.run(["true"]).ok

    damaged.proxy.faults[name] = ()
    boot = before.nodes[0].facts.boot
    running.assign(damaged.lab.published()[0], scrub=True, arguments=["processor.max_cstate=1", "sidus.test=a,b:c"])
    running.boot().result()
    after = running.prove()
    facts = after.nodes[0].facts
    assert facts.boot != boot
    assert after.same, str(after)
    assert (facts.scrub, facts.status) == ("passed", "V")
    assert "every block of it was read and verified" in after.verdict
    assert not [entry for entry in facts.drift if entry.path.startswith(("etc/debian_version", "usr/", "etc/fstab"))]
    assert {"processor.max_cstate=1", "sidus.test=a,b:c", "sidus.scrub=1"} <= set(facts.command_line.split())
    assert node.run(["test", "-x", "/usr/bin/fio"]).ok


def test_a_node_that_dies_is_noticed(damaged: Damaged, running: Nodes) -> None:
    # After the test above: it left the node up.
    name = running.names[0]
    machine = int((damaged.embedded.home.run / name / "qemu.pid").read_text())
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(running.run, ["sleep", "300"])
        time.sleep(1.0)
        os.kill(machine, signal.SIGKILL)
        found = answer.result(timeout=60).failed[name]
    assert isinstance(found, ConnectError)
    assert len(str(found).splitlines()) <= 4
    deadline = time.monotonic() + 30
    while running.status()[name].word != "off" and time.monotonic() < deadline:
        time.sleep(0.5)
    assert running.status()[name].word == "off"
    proof = running.prove()
    assert proof.verdict == "No node could be asked."
    assert list(proof.missing) == [name]


def test_a_machine_that_does_not_start_is_said(
    damaged: Damaged, running: Nodes, monkeypatch: pytest.MonkeyPatch
) -> None:
    # QEMU cannot take the node's port, and ends.
    running.power("off").raise_for_failures()
    monkeypatch.setattr(booting, "OFF_LIMIT", 3.0)
    port = running[0].entry.ssh_port
    deadline = time.monotonic() + 30
    while is_taken(port) and time.monotonic() < deadline:  # the machine is still going down
        time.sleep(0.1)
    with socket.create_server(("127.0.0.1", port)), pytest.raises(SidusError, match="went off again") as caught:
        running.boot().result()
    name = running.names[0]
    assert caught.value.message.startswith(name)
    log = damaged.embedded.home.run / f"bmc-{name}.log"
    assert log.name.replace(name, "NODE") in caught.value.hint
    assert "hostfwd" in log.read_text()
