"""What the server can say of a node's boot: its power, what was ordered, what the boot itself reported. Values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Alarm:
    """Something in the web server's log that a boot in order does not leave there.

    Attributes
    ----------
    what : str
        ``forged``: a report without this boot's word; ``doubled``: the same report once more; ``fetched-again``: the
        node's own files, its host key among them, went out more than once; ``booted-again``: the same word came from
        a second boot.
    count : int
    addresses : tuple of str
        Who sent the requests, as the web server saw it.
    """

    what: str
    times: int
    addresses: tuple[str, ...]


def alarm_from_dict(plain: Mapping[str, object]) -> Alarm:
    """Read one alarm, as `sidusctl` or `Witness.to_dict` gives it. Raises KeyError or TypeError otherwise."""
    stored: Mapping[str, Any] = plain
    return Alarm(str(stored["what"]), int(stored["times"]), tuple(map(str, stored["addresses"])))


@dataclass(frozen=True)
class Enrolment:
    """What is known of a node's TPM and firmware since it was enrolled.

    Attributes
    ----------
    key : bytes
        The public half of its attestation key (TPM2B_PUBLIC); empty where what the server kept cannot be read.
    firmware : mapping
        Values of registers 0, 2 and 7: firmware, option ROMs, and the state of Secure Boot.
    loaders : tuple of str
        Authenticode hashes of the programs that its firmware starts before the image.
    """

    key: bytes
    firmware: Mapping[int, bytes]
    loaders: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """Give it as plain data."""
        firmware = {str(number): value.hex() for number, value in self.firmware.items()}
        return {"key": self.key.hex(), "firmware": firmware, "loaders": list(self.loaders)}

    def __str__(self) -> str:
        return f"TPM {hashlib.sha256(self.key).hexdigest()[:12]}, firmware {self.firmware[0].hex()[:12]}"


def enrolment_from_dict(plain: Mapping[str, object]) -> Enrolment:
    """Read what the server keeps, or `Enrolment.to_dict` gave. Raises KeyError, TypeError or ValueError otherwise."""
    stored: Mapping[str, Any] = plain
    firmware = {int(number): bytes.fromhex(value) for number, value in stored["firmware"].items()}
    return Enrolment(bytes.fromhex(stored["key"]), firmware, tuple(stored["loaders"]))


@dataclass(frozen=True)
class UefiStart:
    """What a measured start must have been: hashes of what was published, and the whole command line."""

    kernel: str
    initrd: str
    osrel: str
    image_program: str
    kernel_program: str
    command_line: str


@dataclass(frozen=True)
class Witness:
    """What the server says of one node, asked together with the node itself.

    Attributes
    ----------
    power : str
        ``on``, ``off`` or ``unknown``, by its BMC.
    by_hand : bool
        Whether it is switched by hand: then nobody can be asked whether it is on.
    ordered : float
        When this boot was ordered from the server, seconds since 1970; 0 when it never was.
    boot : str
        The kernel's boot id as the ordered boot reported it; empty when it did not report.
    answer : str
        What that boot must answer to the question's nonce.
    command_line : str
        What the assignment puts on the kernel's command line.
    own : str
        SHA-256 of the node's own files as the server hands them out, listed as in `own_digest`.
    published, found : mapping
        SHA-256 of ``vmlinuz`` and ``initrd`` as the manifest names them, and of the files that lie there now.
    build_id : str
        The GNU build id inside the published kernel; empty when it could not be read.
    alarms : tuple of Alarm
    uefi : UefiStart or None
        What this boot must have been under UEFI firmware; None where nothing for it is published.
    tpm : Enrolment or None
        None where the node was not enrolled.
    """

    power: str
    ordered: float
    boot: str
    answer: str
    command_line: str
    own: str
    published: Mapping[str, str] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)
    build_id: str = ""
    by_hand: bool = False
    alarms: tuple[Alarm, ...] = ()
    uefi: UefiStart | None = None
    tpm: Enrolment | None = None

    def to_dict(self) -> dict[str, object]:
        """Give it as plain data."""
        return {
            "power": self.power,
            "kind": "by-hand" if self.by_hand else "remote",
            "ordered": self.ordered,
            "boot": self.boot,
            "answer": self.answer,
            "command_line": self.command_line,
            "own": self.own,
            "published": dict(self.published),
            "found": dict(self.found),
            "build_id": self.build_id,
            "uefi": vars(self.uefi).copy() if self.uefi else None,
            "tpm": self.tpm.to_dict() if self.tpm else None,
            "alarms": [{"what": a.what, "times": a.times, "addresses": list(a.addresses)} for a in self.alarms],
        }


def witness_from_dict(plain: Mapping[str, object]) -> Witness:
    """Read one row of ``sidusctl node witness``, or what `to_dict` gave. Raises KeyError or TypeError otherwise."""
    stored: Mapping[str, Any] = plain
    return Witness(
        power=str(stored["power"]),
        by_hand=stored["kind"] == "by-hand",
        ordered=float(stored["ordered"] or 0.0),
        boot=str(stored["boot"]),
        answer=str(stored["answer"]),
        command_line=str(stored["command_line"]),
        own=str(stored["own"]),
        published=dict(stored["published"]),
        found=dict(stored["found"]),
        build_id=str(stored["build_id"]),
        alarms=tuple(alarm_from_dict(alarm) for alarm in stored["alarms"]),
        uefi=UefiStart(**stored["uefi"]) if stored.get("uefi") else None,  # what is older has neither
        tpm=enrolment_from_dict(stored["tpm"]) if stored.get("tpm") else None,
    )
