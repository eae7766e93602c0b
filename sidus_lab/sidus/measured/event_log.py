"""The firmware's log of what it measured, read and replayed. The log may lie; the registers that a TPM signs may not.

TCG PC Client Platform Firmware Profile Specification 1.05, chapter 10: the log begins with an event in the old form,
which names the digests of all later ones.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable
from dataclasses import dataclass

SHA256 = 0x000B
NO_ACTION = 0x00000003  # says something and extends nothing
APPLICATION = 0x80000003  # a program that the firmware loaded: the digest is its Authenticode hash
DRIVER = 0x80000004
LIMIT = 1 << 20  # bytes; a log of a whole start has some 20,000


@dataclass(frozen=True)
class Event:
    """One measurement: the register that it extended, its kind (TCG's number), the SHA-256 digest, and its data."""

    register: int
    kind: int
    digest: bytes
    data: bytes


def parse(log: bytes) -> tuple[Event, ...]:
    """Read a log (``binary_bios_measurements``). Raises ValueError for one that is not whole or has no SHA-256."""
    if len(log) > LIMIT:
        raise ValueError("the log is too long")
    try:
        sizes, at = _digests(log)
        events = []
        while at < len(log):
            register, kind, count = struct.unpack_from("<III", log, at)
            at += 12
            digest = b""
            for _ in range(count):
                (algorithm,) = struct.unpack_from("<H", log, at)
                found, at = log[at + 2 : at + 2 + sizes[algorithm]], at + 2 + sizes[algorithm]
                digest = found if algorithm == SHA256 else digest
            (size,) = struct.unpack_from("<I", log, at)
            data, at = log[at + 4 : at + 4 + size], at + 4 + size
            if at > len(log) or len(digest) != sizes[SHA256]:
                raise ValueError("the log is cut off, or an event has no SHA-256")
            events.append(Event(register, kind, digest, data))
    except (struct.error, KeyError) as error:
        raise ValueError(f"the log is not whole: {error}") from None
    return tuple(events)


def _digests(log: bytes) -> tuple[dict[int, int], int]:
    """The sizes of all digests by algorithm, from the first event, and where the second begins."""
    (size,) = struct.unpack_from("<I", log, 28)
    first = log[32 : 32 + size]
    if not first.startswith(b"Spec ID Event03\0"):
        raise ValueError("the log does not begin with its specification")
    (count,) = struct.unpack_from("<I", first, 24)
    pairs = (struct.unpack_from("<HH", first, 28 + 4 * number) for number in range(min(count, 16)))
    sizes = {algorithm: length for algorithm, length in pairs if length}
    if SHA256 not in sizes:
        raise ValueError("the log has no SHA-256")
    return sizes, 32 + size


def replay(events: Iterable[Event]) -> dict[int, bytes]:
    """Give the value that each register has after all events: what the TPM holds if the log is true."""
    registers: dict[int, bytes] = {}
    for event in events:
        if event.kind != NO_ACTION:
            registers[event.register] = extend(registers.get(event.register, bytes(32)), event.digest)
    return registers


def extend(register: bytes, digest: bytes) -> bytes:
    """Give a register's next value (TPM 2.0 Library, part 1, section 17.3)."""
    return hashlib.sha256(register + digest).digest()
