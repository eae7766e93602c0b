"""What a TPM is asked: to make its signing key, and to sign its registers with it. Bytes, sent as they are made here.

A node needs nothing for it but its kernel: it hands the commands to ``/dev/tpmrm0`` and gives back the answers.
Structures of the TPM 2.0 Library Specification, part 3 (TPM2_CreatePrimary 24.1, TPM2_Quote 18.4); all numbers are
big-endian. The key is the one that tpm2-tools make with ``tpm2_createprimary -C e -G ecc256:ecdsa-sha256:null`` and the
same attributes.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from sidus_lab.sidus.measured.quote import ECC, ECDSA, MUST, NULL, P256, SHA256

_SESSIONS, _CREATE_PRIMARY, _QUOTE = 0x8002, 0x0131, 0x0158
_ENDORSEMENT = 0x4000000B
# A session with the empty password: TPM_RS_PW, no nonce, no attributes, no word.
_NO_PASSWORD = struct.pack(">IIHBH", 9, 0x40000009, 0, 0, 0)
# userWithAuth, noDA: it can be used without a password, and wrong ones lock nobody out.
_ATTRIBUTES = MUST | 1 << 6 | 1 << 10
HANDLE = slice(10, 14)
"""Where a key's handle stands: in the answer to `create_key`, and in what `quote` gives. Only the TPM knows it."""


def create_key() -> bytes:
    """Give the command that makes the attestation key: it follows from the TPM's own seed, so it is always the same."""
    area = struct.pack(">HHIH", ECC, SHA256, _ATTRIBUTES, 0)
    area += struct.pack(">HHHHHHH", NULL, ECDSA, SHA256, P256, NULL, 0, 0)
    nothing_secret = struct.pack(">HHH", 4, 0, 0)
    rest = nothing_secret + struct.pack(">H", len(area)) + area + struct.pack(">HI", 0, 0)
    return _command(_CREATE_PRIMARY, _ENDORSEMENT, rest)


def quote(nonce: bytes, registers: Sequence[int]) -> bytes:
    """Give the command that signs registers of the SHA-256 bank and a nonce; whoever sends it fills in the `HANDLE`."""
    chosen = sum(1 << number for number in registers).to_bytes(3, "little")
    rest = struct.pack(">H", len(nonce)) + nonce + struct.pack(">HIHB", NULL, 1, SHA256, 3) + chosen
    return _command(_QUOTE, 0, rest)


def _command(code: int, handle: int, rest: bytes) -> bytes:
    body = struct.pack(">I", handle) + _NO_PASSWORD + rest
    return struct.pack(">HII", _SESSIONS, 10 + len(body), code) + body


def read_created(answer: bytes) -> bytes:
    """Give the key's public half (TPM2B_PUBLIC) from the answer to `create_key`. Raises ValueError for a refusal."""
    rest = _parameters(answer, 14)
    (size,) = struct.unpack_from(">H", rest)
    return rest[: 2 + size]


def read_quote(answer: bytes) -> tuple[bytes, bytes]:
    """Give what was signed (TPMS_ATTEST) and the signature (TPMT_SIGNATURE). Raises ValueError for a refusal."""
    rest = _parameters(answer, 10)
    (size,) = struct.unpack_from(">H", rest)
    return rest[2 : 2 + size], rest[2 + size :]


def _parameters(answer: bytes, at: int) -> bytes:
    try:
        _, size, code = struct.unpack_from(">HII", answer)
        if code:
            raise ValueError(f"the TPM refused: 0x{code:x}")
        (length,) = struct.unpack_from(">I", answer, at)
    except struct.error:
        raise ValueError("the TPM's answer is cut off") from None
    if size != len(answer) or length < 2 or at + 4 + length > size:
        raise ValueError("the TPM's answer is cut off")
    return answer[at + 4 : at + 4 + length]
