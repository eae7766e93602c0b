"""Kernel and initrd in one program that UEFI firmware starts and measures: a unified kernel image (UKI).

Its first part is systemd's stub, which hands the initrd to the kernel in a way that both measure it (systemd-stub(7);
UAPI.5 Unified Kernel Image). The command line is not in it: it differs from node to node, and is measured apart.
"""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path
from typing import List, NamedTuple, Tuple

from .. import tools
from ..errors import CtlError

STUB = Path("/usr/lib/systemd/boot/efi/linuxx64.efi.stub")
OSREL = b"ID=sidus\nNAME=SIDUS\n"
_PAGE = 0x1000


def assemble(kernel: Path, initrd: Path, target: Path, stub: Path = STUB, command_line: str = "") -> None:
    """Write the unified kernel image; equal parts give equal bytes.

    With a `command_line` in it, the stub takes no other one under Secure Boot: what is signed is then all that runs.

    Raises CtlError ``no-stub`` where systemd's stub is not installed, ``missing-program`` or ``uki-failed``.
    """
    if not stub.is_file():
        raise CtlError(
            "no-stub",
            "systemd's UEFI stub is not installed on the server.",
            hint="apt-get install systemd-boot-efi",
        )
    osrel = target.with_name(target.name + ".osrel")
    osrel.write_bytes(OSREL)
    place = _end(stub.read_bytes())
    words: List[str] = []
    parts = [(".osrel", osrel), (".linux", kernel), (".initrd", initrd)]
    if command_line:
        line = target.with_name(target.name + ".cmdline")
        line.write_bytes(command_line.encode("utf-8"))
        parts.insert(1, (".cmdline", line))
    for name, path in parts:
        words += ["--add-section", "{}={}".format(name, path), "--change-section-vma", "{}={:#x}".format(name, place)]
        place = _up(place + path.stat().st_size)
    try:
        # With the stub's own date in its header: without the option it would be that of now, and so would its hash.
        done = tools.run(["objcopy", "--preserve-dates", *words, str(stub), str(target)])
    finally:
        for _, path in parts:
            if path not in (kernel, initrd):
                path.unlink()
    if done.returncode:
        raise CtlError(
            "uki-failed",
            "Kernel and initrd could not be joined for UEFI.",
            detail=done.stderr.decode(errors="replace")[-500:],
        )


def authenticode(program: bytes) -> str:
    """The SHA-256 by which UEFI firmware measures a program: all of it but its checksum and its signatures.

    Microsoft, *Windows Authenticode Portable Executable Signature Format* (2008), "Calculating the PE Image Hash".
    Raises ValueError for what is no program of UEFI.
    """
    optional, sections = _headers(program)
    wide = struct.unpack_from("<H", program, optional)[0] == 0x20B
    checksum = optional + 64
    security = optional + (112 if wide else 96) + 4 * 8
    headers = struct.unpack_from("<I", program, optional + 60)[0]
    signatures = struct.unpack_from("<I", program, security + 4)[0]
    digest = hashlib.sha256()
    digest.update(program[:checksum] + program[checksum + 4 : security] + program[security + 8 : headers])
    hashed = headers
    for each in sorted((one for one in sections if one.size), key=lambda one: one.place):
        digest.update(program[each.place : each.place + each.size])
        hashed += each.size
    digest.update(program[hashed : len(program) - signatures])
    return digest.hexdigest()


class _Section(NamedTuple):
    """Where a section of a program lies: in memory, and in the file."""

    length: int
    address: int
    size: int
    place: int


def _headers(program: bytes) -> Tuple[int, List[_Section]]:
    """Where the optional header begins, and the sections. Raises ValueError for what is no program of UEFI."""
    try:
        start = struct.unpack_from("<I", program, 0x3C)[0]
        if program[:2] != b"MZ" or program[start : start + 4] != b"PE\0\0":
            raise ValueError("no program of UEFI")
        count, size = struct.unpack_from("<H", program, start + 6)[0], struct.unpack_from("<H", program, start + 20)[0]
        optional = start + 24
        rows = [struct.unpack_from("<IIII", program, optional + size + 40 * i + 8) for i in range(count)]
    except struct.error:
        raise ValueError("no program of UEFI") from None
    return optional, [_Section(*row) for row in rows]


def _end(program: bytes) -> int:
    """The first page of memory after all sections of a program."""
    return _up(max(each.address + each.length for each in _headers(program)[1]))


def _up(address: int) -> int:
    return (address + _PAGE - 1) // _PAGE * _PAGE
