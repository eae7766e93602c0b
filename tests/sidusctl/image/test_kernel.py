"""The build id in a published kernel: read from files made as the kernel's own build makes them."""

from __future__ import annotations

import gzip
import lzma
import struct
from pathlib import Path

import pytest

from sidus_lab.sidusctl.image import kernel

WANTED = bytes(range(20))


def note(name: bytes, kind: int, content: bytes) -> bytes:
    return struct.pack("<III", len(name), len(content), kind) + name.ljust((len(name) + 3) // 4 * 4, b"\0") + content


def elf(notes: bytes) -> bytes:
    """A 64-bit ELF file with one segment of notes, after another object's notes that do not count."""
    vdso = note(b"GNU\0", 3, b"\xff" * 20)
    head = b"\x7fELF\2\1\1".ljust(16, b"\0") + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    start = 64 + 56 + len(vdso)
    return head + struct.pack("<IIQQQQQQ", 4, 0, start, 0, 0, len(notes), 0, 4) + vdso + notes


def bzimage(payload: bytes) -> bytes:
    """Boot sector and one sector of setup, then the packed kernel (Documentation/arch/x86/boot.rst)."""
    head = bytearray(1024)
    head[0x1F1] = 1
    head[0x202:0x206] = b"HdrS"
    head[0x248:0x250] = struct.pack("<II", 16, len(payload))
    return bytes(head) + b"\x90" * 16 + payload + b"\0" * 64


KERNEL = elf(note(b"Linux\0", 257, b"x" * 4) + note(b"GNU\0", 3, WANTED))


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress, lambda data: data], ids=["gzip", "xz", "plain ELF"])
def test_the_kernels_own_build_id_is_found(pack: object, tmp_path: Path) -> None:
    assert callable(pack)
    packed = pack(KERNEL)
    (tmp_path / "vmlinuz").write_bytes(packed if packed == KERNEL else bzimage(packed))
    assert kernel.build_id(tmp_path / "vmlinuz") == WANTED.hex()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x" * 5000,
        bzimage(b"unknown packing"),
        bzimage(gzip.compress(b"no ELF")),
        bzimage(gzip.compress(KERNEL)[:-40]),
        elf(note(b"Linux\0", 257, b"x" * 4)),
        KERNEL[:100],
    ],
)
def test_where_there_is_none_nothing_is_said(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "vmlinuz").write_bytes(content)
    assert kernel.build_id(tmp_path / "vmlinuz") == ""
    assert kernel.build_id(tmp_path / "none") == ""
