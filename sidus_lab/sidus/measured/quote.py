"""A quote: the TPM's signature over chosen registers and a nonce, read and verified.

Structures of the TPM 2.0 Library Specification, part 2: TPMS_ATTEST (10.12.8), TPMT_SIGNATURE (11.3.4), TPMT_PUBLIC
(12.2.4). All numbers are big-endian.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

MAGIC = 0xFF544347  # every structure that a TPM makes itself begins so; a restricted key signs nothing else that does
QUOTE = 0x8018
SHA256, ECDSA, ECC, P256, NULL = 0x000B, 0x0018, 0x0023, 0x0003, 0x0010
# fixedTPM, fixedParent, sensitiveDataOrigin, restricted, sign: made in this TPM, never leaves it, signs only its words.
MUST = 1 << 1 | 1 << 4 | 1 << 5 | 1 << 16 | 1 << 18
DECRYPT = 1 << 17


class QuoteError(ValueError):
    """A quote or a key that proves nothing; `reason` is one word for it."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class Quote:
    """What was signed: the nonce, which registers (of the SHA-256 bank), and the digest over their values.

    `resets` counts how often the TPM was started anew, `restarts` how often the machine slept and woke since.
    """

    nonce: bytes
    registers: tuple[int, ...]
    digest: bytes
    resets: int
    restarts: int


@dataclass(frozen=True)
class AttestationKey:
    """A TPM's own signing key: its point on P-256, and its name, which says all of its attributes as well."""

    name: str
    x: int
    y: int


def read_key(public: bytes) -> AttestationKey:
    """Read a key (TPM2B_PUBLIC). Raises QuoteError unless a TPM keeps it and it signs the TPM's own words only."""
    try:
        (size,) = struct.unpack_from(">H", public)
        area = public[2 : 2 + size]
        kind, name_algorithm, attributes = struct.unpack_from(">HHI", area)
        _, at = _sized(area, 8)
        symmetric, scheme, scheme_hash, curve, kdf = struct.unpack_from(">HHHHH", area, at)
        x, at = _sized(area, at + 10)
        y, at = _sized(area, at)
    except struct.error:
        raise QuoteError("bad-key", "the key is not whole") from None
    if (kind, name_algorithm, symmetric, scheme, scheme_hash, curve, kdf) != (
        *(ECC, SHA256, NULL, ECDSA, SHA256, P256, NULL),
    ) or at != len(area):
        raise QuoteError("bad-key", "the key is not an ECDSA key on P-256 with SHA-256")
    if attributes & MUST != MUST or attributes & DECRYPT:
        raise QuoteError("bad-key", "the key could also sign what the TPM did not say itself")
    name = struct.pack(">H", SHA256) + hashlib.sha256(area).digest()
    return AttestationKey(name.hex(), int.from_bytes(x, "big"), int.from_bytes(y, "big"))


def verify(message: bytes, signature: bytes, key: AttestationKey, nonce: bytes) -> Quote:
    """Verify a quote and give what it says. Raises QuoteError (`bad-signature`, `old-quote`, `bad-quote`)."""
    try:
        algorithm, digest_algorithm = struct.unpack_from(">HH", signature)
        r, at = _sized(signature, 4)
        s, _ = _sized(signature, at)
        if (algorithm, digest_algorithm) != (ECDSA, SHA256):
            raise QuoteError("bad-quote", "the quote is not signed with ECDSA and SHA-256")
        quote = _read(message)
    except struct.error:
        raise QuoteError("bad-quote", "the quote is not whole") from None
    der = utils.encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    try:
        point = ec.EllipticCurvePublicNumbers(key.x, key.y, ec.SECP256R1()).public_key()
        point.verify(der, message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        raise QuoteError("bad-signature", "the quote is not signed by the key that was enrolled") from None
    if quote.nonce != nonce:
        raise QuoteError("old-quote", "the quote answers another question: it does not carry this proof's nonce")
    return quote


def _read(message: bytes) -> Quote:
    magic, kind = struct.unpack_from(">IH", message)
    if magic != MAGIC or kind != QUOTE:
        raise QuoteError("bad-quote", "what was signed is not a quote")
    _, at = _sized(message, 6)
    nonce, at = _sized(message, at)
    _, resets, restarts, _ = struct.unpack_from(">QIIB", message, at)
    at += 17 + 8
    (banks,) = struct.unpack_from(">I", message, at)
    algorithm, size = struct.unpack_from(">HB", message, at + 4)
    chosen = int.from_bytes(message[at + 7 : at + 7 + size], "little")
    digest, at = _sized(message, at + 7 + size)
    if banks != 1 or algorithm != SHA256 or at != len(message):
        raise QuoteError("bad-quote", "the quote is not over registers of the SHA-256 bank alone")
    registers = tuple(number for number in range(8 * size) if chosen >> number & 1)
    return Quote(nonce, registers, digest, resets, restarts)


def _sized(data: bytes, at: int) -> tuple[bytes, int]:
    """A byte string with its size before it, and where it ends."""
    (size,) = struct.unpack_from(">H", data, at)
    if at + 2 + size > len(data):
        raise struct.error("cut off")
    return data[at + 2 : at + 2 + size], at + 2 + size
