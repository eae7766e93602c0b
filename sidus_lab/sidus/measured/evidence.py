"""What a node hands over of its start: its TPM's key, a quote, the registers, and the firmware's log.

Nothing of it is believed here; `judge` holds it against what was enrolled and published.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sidus_lab.sidus.measured import commands

REGISTERS = (0, 2, 4, 7, 9, 11, 12)


@dataclass(frozen=True)
class Evidence:
    """One quote with all that it is about.

    Attributes
    ----------
    message, signature : bytes
        What the TPM signed (TPMS_ATTEST), and how (TPMT_SIGNATURE).
    registers : mapping
        Number -> value of the SHA-256 bank, as the kernel showed it; only the quote says that it is so.
    log : bytes
        The firmware's log (``binary_bios_measurements``).
    key : bytes
        The public half of the key that the node says it signed with (TPM2B_PUBLIC).
    """

    message: bytes
    signature: bytes
    registers: Mapping[int, bytes]
    log: bytes
    key: bytes = b""

    def to_dict(self) -> dict[str, object]:
        """Give it as plain data."""
        return {
            "message": self.message.hex(),
            "signature": self.signature.hex(),
            "registers": {str(number): value.hex() for number, value in self.registers.items()},
            "log": base64.b64encode(self.log).decode(),
            "key": self.key.hex(),
        }


def evidence_from_dict(plain: Mapping[str, object]) -> Evidence:
    """Read what `Evidence.to_dict` gave. Raises KeyError, TypeError or ValueError for anything else."""
    stored: Mapping[str, Any] = plain
    return Evidence(
        message=bytes.fromhex(stored["message"]),
        signature=bytes.fromhex(stored["signature"]),
        registers={int(number): bytes.fromhex(value) for number, value in stored["registers"].items()},
        log=base64.b64decode(stored["log"], validate=True),
        key=bytes.fromhex(stored["key"]),
    )


def question(nonce: str) -> str:
    """Give the lines of shell before `facts.sh` by which a node asks its TPM; `nonce` in hexadecimal digits."""
    asked = {"tpm_key": commands.create_key(), "tpm_quote": commands.quote(bytes.fromhex(nonce), REGISTERS)}
    lines = [f"{name}={base64.b64encode(command).decode()}" for name, command in asked.items()]
    return "\n".join([*lines, f"tpm_registers='{' '.join(map(str, REGISTERS))}'", ""])


def read(sections: Mapping[str, str]) -> Evidence | None:
    """Read what the node answered; None where its TPM gave no quote, or what came is not whole."""
    try:
        created, signed, log = (_bytes(sections, name) for name in ("tpm-key", "tpm-quote", "tpm-log"))
        rows = [line.split() for line in sections.get("tpm-registers", "").splitlines()]
        registers = {int(number): bytes.fromhex(value) for number, value in rows}
        message, signature = commands.read_quote(signed)
        return Evidence(message, signature, registers, log, commands.read_created(created))
    except (ValueError, binascii.Error):
        return None


def _bytes(sections: Mapping[str, str], name: str) -> bytes:
    return base64.b64decode(sections.get(name, "").replace("\n", ""), validate=True)
