"""Measured or not: an honest start holds, and every lie that a node or its network can tell is named."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sidus_lab.sidus.measured import event_log
from sidus_lab.sidus.measured.evidence import REGISTERS
from sidus_lab.sidus.measured.judge import Enrolled, Parts, judge
from tests.sidus.measured import tpm
from tests.sidus.measured.conftest import COMMAND_LINE

pytestmark = tpm.needed
NONCE = bytes(range(32))


def start(machine: tpm.Tpm, log: bytes) -> None:
    """Bring a fresh TPM to where the real machine's was after its start."""
    for event in event_log.parse(log):
        if event.kind != event_log.NO_ACTION and event.register in REGISTERS:
            machine.extend(event.register, event.digest)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory, log: bytes) -> Iterator[tpm.Tpm]:
    with tpm.running(tmp_path_factory.mktemp("judge") / "tpm") as started:
        start(started, log)
        yield started


@pytest.fixture(scope="module")
def enrolled(machine: tpm.Tpm) -> Enrolled:
    return machine.enrolled()


def test_an_honest_start_is_measured(machine: tpm.Tpm, enrolled: Enrolled, parts: Parts, log: bytes) -> None:
    found = judge(machine.evidence(NONCE, log), parts, COMMAND_LINE, enrolled, NONCE)
    assert (found.holds, found.reason) == (True, "measured")


@pytest.mark.parametrize(
    ("field", "register", "reason"),
    [
        ("initrd", 11, "other-image"),
        ("kernel", 11, "other-image"),
        ("osrel", 11, "other-image"),
        ("image_program", 4, "other-program"),
        ("kernel_program", 4, "other-program"),
    ],
)
def test_other_files_than_the_published_ones_are_seen(
    machine: tpm.Tpm, enrolled: Enrolled, parts: Parts, log: bytes, field: str, register: int, reason: str
) -> None:
    other = replace(parts, **{field: hashlib.sha256(b"another").hexdigest()})
    found = judge(machine.evidence(NONCE, log), other, COMMAND_LINE, enrolled, NONCE)
    assert (found.holds, found.reason, found.register) == (False, reason, register)


@pytest.mark.parametrize("line", [COMMAND_LINE + " x", COMMAND_LINE.replace("abc", "abd"), "", COMMAND_LINE + "\0"])
def test_another_command_line_is_seen(
    machine: tpm.Tpm, enrolled: Enrolled, parts: Parts, log: bytes, line: str
) -> None:
    found = judge(machine.evidence(NONCE, log), parts, line, enrolled, NONCE)
    assert (found.holds, found.reason, found.register) == (False, "other-command-line", 12)


def test_registers_that_were_not_signed_are_seen(
    machine: tpm.Tpm, enrolled: Enrolled, parts: Parts, log: bytes
) -> None:
    evidence = machine.evidence(NONCE, log)
    for number in REGISTERS:
        forged = replace(evidence, registers={**evidence.registers, number: bytes(32)})
        assert judge(forged, parts, COMMAND_LINE, enrolled, NONCE).reason == "registers-not-signed"
    few = replace(evidence, registers={})
    assert judge(few, parts, COMMAND_LINE, enrolled, NONCE).reason == "registers-not-signed"


def test_a_quote_over_other_registers_is_seen(machine: tpm.Tpm, enrolled: Enrolled, parts: Parts, log: bytes) -> None:
    message, signature = machine.quote(NONCE, (0, 2))
    evidence = replace(machine.evidence(NONCE, log), message=message, signature=signature)
    assert judge(evidence, parts, COMMAND_LINE, enrolled, NONCE).reason == "other-registers"


def test_a_replayed_quote_is_seen(machine: tpm.Tpm, enrolled: Enrolled, parts: Parts, log: bytes) -> None:
    found = judge(machine.evidence(bytes(32), log), parts, COMMAND_LINE, enrolled, NONCE)
    assert (found.holds, found.reason) == (False, "old-quote")


def test_another_machines_quote_is_seen(enrolled: Enrolled, parts: Parts, log: bytes, tmp_path: Path) -> None:
    with tpm.running(tmp_path / "other") as other:
        start(other, log)
        other.key()
        found = judge(other.evidence(NONCE, log), parts, COMMAND_LINE, enrolled, NONCE)
    assert (found.holds, found.reason) == (False, "bad-signature")


def test_a_log_that_does_not_lead_to_the_signed_value_is_seen(
    machine: tpm.Tpm, enrolled: Enrolled, parts: Parts, log: bytes
) -> None:
    events = event_log.parse(log)
    digest = next(event.digest for event in events if event.register == 4 and event.kind == event_log.APPLICATION)
    for forged, reason in ((log.replace(digest, bytes(32)), "log-not-signed"), (log[:-7], "no-log"), (b"", "no-log")):
        found = judge(machine.evidence(NONCE, forged), parts, COMMAND_LINE, enrolled, NONCE)
        assert (found.holds, found.reason) == (False, reason)


def test_a_program_started_before_the_image_is_seen_unless_the_site_knows_it(
    tmp_path: Path, parts: Parts, log: bytes
) -> None:
    """The evil loader runs first, and later writes whatever it likes; its own measurement it cannot take back."""
    evil = hashlib.sha256(b"evil loader").digest()
    events = event_log.parse(log)
    first = next(i for i, e in enumerate(events) if e.register == 4 and e.kind == event_log.APPLICATION)
    true = with_event(log, events[first].digest, evil)
    with tpm.running(tmp_path / "evil") as machine:
        for i, event in enumerate(events):
            if i == first:
                machine.extend(4, evil)
            if event.kind != event_log.NO_ACTION and event.register in REGISTERS:
                machine.extend(event.register, event.digest)
        known = machine.enrolled()
        honest_log = judge(machine.evidence(NONCE, log), parts, COMMAND_LINE, known, NONCE)
        true_log = judge(machine.evidence(NONCE, true), parts, COMMAND_LINE, known, NONCE)
        allowed = judge(machine.evidence(NONCE, true), parts, COMMAND_LINE, replace(known, loaders=[evil.hex()]), NONCE)
    assert (honest_log.holds, honest_log.reason) == (False, "log-not-signed")
    assert (true_log.holds, true_log.reason, true_log.register) == (False, "other-program", 4)
    assert allowed.holds


def test_other_firmware_than_at_enrolment_is_seen(
    machine: tpm.Tpm, enrolled: Enrolled, parts: Parts, log: bytes
) -> None:
    for number in (0, 2, 7):
        before = Enrolled(enrolled.key, {**enrolled.firmware, number: bytes(32)})
        found = judge(machine.evidence(NONCE, log), parts, COMMAND_LINE, before, NONCE)
        assert (found.holds, found.reason, found.register) == (False, "firmware-changed", number)


def test_systemd_may_say_how_far_it_is_and_nothing_else(tmp_path: Path, parts: Parts, log: bytes) -> None:
    """An image with libtss2 extends register 11 by fixed words after the start; any other word is another image."""
    with tpm.running(tmp_path / "phases") as machine:
        start(machine, log)
        known = machine.enrolled()
        for phase in (b"sysinit", b"ready"):
            machine.extend(11, hashlib.sha256(phase).digest())
            assert judge(machine.evidence(NONCE, log), parts, COMMAND_LINE, known, NONCE).holds
        machine.extend(11, hashlib.sha256(b"ready").digest())
        found = judge(machine.evidence(NONCE, log), parts, COMMAND_LINE, known, NONCE)
        assert (found.holds, found.reason, found.register) == (False, "other-image", 11)


def with_event(log: bytes, before: bytes, digest: bytes) -> bytes:
    """The log with one more event of a program before the one with the digest `before` (four banks of digests)."""
    at = log.index(before) - 2 - 20 - 2 - 4 - 8
    sizes = ((0x04, 20), (0x0B, 32), (0x0C, 48), (0x0D, 64))
    event = (4).to_bytes(4, "little") + event_log.APPLICATION.to_bytes(4, "little") + (4).to_bytes(4, "little")
    for algorithm, size in sizes:
        event += algorithm.to_bytes(2, "little") + (digest if algorithm == 0x0B else bytes(size))
    return log[:at] + event + bytes(4) + log[at:]
