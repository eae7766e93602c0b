"""Whether a machine started what was published: the decision, from the quote, the log and the server's own files. Pure.

What firmware, systemd's stub and the kernel measure of a unified kernel image (systemd-stub(7), "TPM PCR Notes"):

====  ==========================================================================
0, 2  firmware; option ROMs, a network card's loader among them: as at enrolment
4     programs that the firmware started: the image, and the kernel in it
7     the state of Secure Boot and its keys: as at enrolment
9     the kernel: its command line, then the initrd that it was handed
11    the stub: each part of the image, its name and its content
12    the stub: the command line that it was given
====  ==========================================================================

Code that runs before the image could write anything into 4, 9, 11 and 12. It is in 0 and 2, and must be what it was
when the machine was enrolled.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sidus_lab.sidus.measured import event_log
from sidus_lab.sidus.measured.evidence import REGISTERS, Evidence
from sidus_lab.sidus.measured.quote import AttestationKey, QuoteError, verify

FIRMWARE = (0, 2, 7)


@dataclass(frozen=True)
class Parts:
    """What was published, as SHA-256 in hexadecimal digits: files, and Authenticode hashes of the two programs."""

    kernel: str
    initrd: str
    osrel: str
    image_program: str
    kernel_program: str


@dataclass(frozen=True)
class Enrolled:
    """What is known of a machine since it was enrolled: its TPM's key, the registers of its firmware, and the programs
    that the firmware starts before the image (Authenticode hashes, such as that of an iPXE that comes over TFTP).
    """

    key: AttestationKey
    firmware: Mapping[int, bytes]
    loaders: Collection[str] = ()


@dataclass(frozen=True)
class Finding:
    """The answer: `reason` is one word, `holds` whether it is ``measured``, `register` the one that differs."""

    holds: bool
    reason: str
    register: int | None = None


def judge(
    evidence: Evidence,
    parts: Parts,
    command_line: str,
    enrolled: Enrolled,
    nonce: bytes,
) -> Finding:
    """Say whether the machine started exactly what was published, with the command line of its assignment.

    `command_line` is the whole line as the loader hands it over, the image's name first.
    """
    try:
        quote = verify(evidence.message, evidence.signature, enrolled.key, nonce)
    except QuoteError as error:
        return Finding(False, error.reason)
    if quote.registers != REGISTERS:
        return Finding(False, "other-registers")
    values = [evidence.registers.get(number, b"") for number in REGISTERS]
    if hashlib.sha256(b"".join(values)).digest() != quote.digest:
        return Finding(False, "registers-not-signed")
    for number in FIRMWARE:
        if evidence.registers[number] != enrolled.firmware.get(number):
            return Finding(False, "firmware-changed", number)
    for number, value in expected(parts, command_line).items():
        if evidence.registers[number] not in (value, *(_phases(value) if number == 11 else ())):
            return Finding(False, _WHAT[number], number)
    return _programs(evidence, parts, enrolled.loaders)


def started(log: bytes) -> list[str]:
    """Give the Authenticode hashes of the programs that firmware started, in their order. Raises ValueError."""
    kinds = (event_log.APPLICATION, event_log.DRIVER)
    return [event.digest.hex() for event in event_log.parse(log) if event.register == 4 and event.kind in kinds]


def _phases(image: bytes) -> list[bytes]:
    """Give the values that register 11 takes after the start, where systemd measures how far it is.

    An image with libtss2 has ``systemd-pcrphase`` do that (systemd-pcrphase.service(8)); one without leaves it alone.
    """
    values = [image]
    for phase in (b"sysinit", b"ready"):
        values.append(event_log.extend(values[-1], hashlib.sha256(phase).digest()))
    return values


_WHAT = {12: "other-command-line", 11: "other-image", 9: "other-initrd"}


def expected(parts: Parts, command_line: str) -> dict[int, bytes]:
    """Give the values of registers 12, 11 and 9 after a start of the published image with this command line."""
    line = hashlib.sha256(command_line.encode("utf-16-le") + b"\0\0").digest()
    image = bytes(32)
    for name, digest in ((".linux", parts.kernel), (".osrel", parts.osrel), (".initrd", parts.initrd)):
        image = event_log.extend(image, hashlib.sha256(name.encode() + b"\0").digest())
        image = event_log.extend(image, bytes.fromhex(digest))
    handed = event_log.extend(event_log.extend(bytes(32), line), bytes.fromhex(parts.initrd))
    return {12: event_log.extend(bytes(32), line), 11: image, 9: handed}


def _programs(evidence: Evidence, parts: Parts, loaders: Collection[str]) -> Finding:
    """Register 4 by its log: the log counts only because it leads to the value that the TPM signed."""
    try:
        events = event_log.parse(evidence.log)
    except ValueError:
        return Finding(False, "no-log", 4)
    if event_log.replay(events).get(4) != evidence.registers[4]:
        return Finding(False, "log-not-signed", 4)
    programs = started(evidence.log)
    if set(programs) - {parts.image_program, parts.kernel_program, *loaders}:
        return Finding(False, "other-program", 4)
    if parts.image_program not in programs or programs[-1:] != [parts.kernel_program]:
        return Finding(False, "other-image", 4)
    return Finding(True, "measured")
