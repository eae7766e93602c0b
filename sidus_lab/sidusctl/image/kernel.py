"""What a kernel's file says of the kernel in it: the GNU build id, which the running kernel shows too."""

from __future__ import annotations

import bz2
import lzma
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Callable, Tuple

_NOTE = b"\x04\0\0\0\x14\0\0\0\x03\0\0\0GNU\0"
"""An ELF note of 20 bytes, of the type NT_GNU_BUILD_ID, by the owner GNU (elf(5))."""


def build_id(path: Path) -> str:
    """The build id of an x86 bzImage, or of a kernel that is an ELF file: 40 hexadecimal digits; "" when not found.

    Source: Documentation/arch/x86/boot.rst, "payload_offset" and "payload_length".
    """
    try:
        data = path.read_bytes()
        notes = _notes(data if data[:4] == b"\x7fELF" else _unpacked(_payload(data)))
    except (OSError, ValueError, EOFError, lzma.LZMAError, zlib.error, struct.error, subprocess.SubprocessError):
        return ""
    at = notes.find(_NOTE)
    return notes[at + len(_NOTE) :][:20].hex() if at >= 0 else ""


def _notes(kernel: bytes) -> bytes:
    """The segments of notes of a 64-bit ELF file: not those of other objects in it, such as the vDSO."""
    table, size, count = struct.unpack_from("<Q", kernel, 0x20)[0], *struct.unpack_from("<HH", kernel, 0x36)
    found = b""
    for number in range(count):
        kind, _, offset, _, _, length = struct.unpack_from("<IIQQQQ", kernel, table + number * size)
        if kind == 4:  # PT_NOTE
            found += kernel[offset : offset + length]
    return found


def _payload(data: bytes) -> bytes:
    if data[0x202:0x206] != b"HdrS":
        raise ValueError("no bzImage")
    setup = (data[0x1F1] or 4) + 1
    offset = int.from_bytes(data[0x248:0x24C], "little")
    length = int.from_bytes(data[0x24C:0x250], "little")
    start = setup * 512 + offset
    return data[start : start + length]


def _unpacked(payload: bytes) -> bytes:
    kinds: Tuple[Tuple[bytes, Callable[[bytes], bytes]], ...] = (
        (b"\xfd7zXZ\0", lambda packed: lzma.LZMADecompressor(lzma.FORMAT_XZ).decompress(packed)),
        (b"\x1f\x8b", lambda packed: zlib.decompressobj(wbits=31).decompress(packed)),
        (b"BZh", lambda packed: bz2.BZ2Decompressor().decompress(packed)),
        (b"\x5d\0\0", lambda packed: lzma.LZMADecompressor(lzma.FORMAT_ALONE).decompress(packed)),
        (b"\x28\xb5\x2f\xfd", lambda packed: _by_program(["zstd", "-dcq"], packed)),
        (b"\x02\x21\x4c\x18", lambda packed: _by_program(["lz4", "-dcq"], packed)),
    )
    for start, unpack in kinds:
        if payload.startswith(start):
            return unpack(payload)
    raise ValueError("packed in an unknown way")


def _by_program(words: "list[str]", packed: bytes) -> bytes:
    # The payload ends with the unpacked size, which the programs take for garbage after the end: what they gave counts.
    return subprocess.run(words, input=packed, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60).stdout
