"""A unified kernel image: made of its parts, the same each time; and the hash that firmware measures it by."""

from __future__ import annotations

import hashlib
import itertools
import struct
from pathlib import Path

import pytest

from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.image import uki

needs_stub = pytest.mark.skipif(not uki.STUB.is_file(), reason="systemd-boot-efi is needed")


@pytest.fixture
def parts(tmp_path: Path) -> tuple[Path, Path]:
    kernel, initrd = tmp_path / "vmlinuz", tmp_path / "initrd"
    kernel.write_bytes(bytes(range(256)) * 77)
    initrd.write_bytes(b"initrd" * 1001)
    return kernel, initrd


@needs_stub
def test_equal_parts_give_equal_bytes_and_hold_them(parts: tuple[Path, Path], tmp_path: Path) -> None:
    one, two = tmp_path / "one.efi", tmp_path / "two.efi"
    uki.assemble(*parts, one)
    uki.assemble(*parts, two)
    assert one.read_bytes() == two.read_bytes()
    assert _date(one.read_bytes()) == _date(uki.STUB.read_bytes())  # not that of now, which changes once a second
    sections = dict(read_sections(one.read_bytes()))
    assert sections[".linux"] == parts[0].read_bytes()
    assert sections[".initrd"] == parts[1].read_bytes()
    assert sections[".osrel"] == uki.OSREL
    assert ".cmdline" not in sections
    assert sorted(path.name for path in tmp_path.iterdir()) == ["initrd", "one.efi", "two.efi", "vmlinuz"]


def _date(program: bytes) -> int:
    """The date in the header of a program for UEFI firmware."""
    return int.from_bytes(program[struct.unpack_from("<I", program, 0x3C)[0] + 8 :][:4], "little")


def read_sections(program: bytes) -> list[tuple[str, bytes]]:
    """Names and contents of a program's sections, as systemd's stub looks them up."""
    start = struct.unpack_from("<I", program, 0x3C)[0]
    count, size = struct.unpack_from("<H", program, start + 6)[0], struct.unpack_from("<H", program, start + 20)[0]
    found = []
    for number in range(count):
        row = start + 24 + size + 40 * number
        name = program[row : row + 8].rstrip(b"\0").decode()
        virtual, _, _, place = struct.unpack_from("<IIII", program, row + 8)
        found.append((name, program[place : place + virtual]))
    return found


@needs_stub
def test_sections_do_not_overlap_in_memory(parts: tuple[Path, Path], tmp_path: Path) -> None:
    program = tmp_path / "one.efi"
    uki.assemble(*parts, program)
    data = program.read_bytes()
    start = struct.unpack_from("<I", data, 0x3C)[0]
    count, size = struct.unpack_from("<H", data, start + 6)[0], struct.unpack_from("<H", data, start + 20)[0]
    spans = sorted(
        (address, address + length)
        for length, address in (struct.unpack_from("<II", data, start + 24 + size + 40 * n + 8) for n in range(count))
    )
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


def test_without_the_stub_it_says_what_to_install(parts: tuple[Path, Path], tmp_path: Path) -> None:
    with pytest.raises(CtlError) as error:
        uki.assemble(*parts, tmp_path / "x.efi", stub=tmp_path / "none")
    assert error.value.code == "no-stub"
    assert "systemd-boot-efi" in error.value.hint


def small_program() -> bytes:
    """The smallest thing that has the headers of a 64-bit program: one section, and a place for signatures."""
    optional = bytearray(240)
    struct.pack_into("<H", optional, 0, 0x20B)
    struct.pack_into("<I", optional, 60, 0x200)  # size of the headers
    struct.pack_into("<II", optional, 112 + 4 * 8, 0x400, 16)  # 16 bytes of signatures at the end
    section = b".text\0\0\0" + struct.pack("<IIII", 0x200, 0x1000, 0x200, 0x200) + bytes(16)
    header = bytearray(b"MZ" + bytes(58) + struct.pack("<I", 64))
    header += b"PE\0\0" + struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 240, 0) + optional + section
    header += bytes(0x200 - len(header))
    return bytes(header) + bytes(range(256)) * 2 + b"signature of 16."


def test_the_hash_leaves_out_checksum_and_signatures_and_nothing_else() -> None:
    program = small_program()
    optional = 64 + 24
    security = optional + 112 + 32
    left_out = {*range(optional + 64, optional + 68), *range(security, security + 8), *range(0x400, 0x410)}
    whole = uki.authenticode(program)
    assert whole == hashlib.sha256(bytes(byte for at, byte in enumerate(program) if at not in left_out)).hexdigest()
    for at in (0x10, optional + 20, 0x1FF, 0x200, 0x3FF):
        changed = program[:at] + bytes([program[at] ^ 1]) + program[at + 1 :]
        assert uki.authenticode(changed) != whole, at


@pytest.mark.parametrize("program", [b"", b"MZ", b"#!/bin/sh\n" + bytes(100), b"MZ" + b"\xff" * 100])
def test_what_is_no_program_is_refused(program: bytes) -> None:
    with pytest.raises(ValueError, match="no program of UEFI"):
        uki.authenticode(program)
