"""What a node says of itself, read over SSH: parsed here, judged in `proof`. Pure but for `collect`."""

from __future__ import annotations

import importlib.resources
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sidus_lab.errors import SidusError
from sidus_lab.sidus.hardware import Hardware, hardware_from_dict, parse_hardware
from sidus_lab.transport import Transport

SYSTEM_FOLDERS = frozenset(("bin", "boot", "etc", "lib", "lib32", "lib64", "libx32", "opt", "sbin", "usr"))
TIMEOUT = 120.0  # seconds; an emulated node scrubs about 50 MB a second


@dataclass(frozen=True)
class Drift:
    """One path in which a node differs from its image: how, its size in bytes, and the path itself.

    `how` is ``added``, ``changed``, ``deleted``, or ``covered``: another file system is mounted over that part of the
    image.
    """

    how: str
    size: int
    path: str


@dataclass(frozen=True)
class NodeFacts:
    """What one node says of itself at one moment.

    Attributes
    ----------
    asked : str
        The root hash on the kernel's command line; empty when there is none.
    enforced : str
        The root hash in the device-mapper table of the device that ``/`` stands on; empty when ``/`` does not stand on
        a verity device.
    status : str
        The kernel's word for that device: ``V`` (every block read so far was right) or ``C`` (corruption found).
    scrub : str
        ``passed``, ``failed`` or ``not-done``: whether every block was read and verified, at boot or just now.
    build_id : str
        The GNU build id of the running kernel; empty when the kernel does not show it.
    """

    name: str
    asked: str
    enforced: str
    status: str
    scrub: str
    release: str
    version: str
    build_id: str
    command_line: str
    boot: str
    uptime: float
    drift: tuple[Drift, ...]
    hardware: Hardware
    sections: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)


def collect(
    name: str, transport: Transport, *, scrub: bool = False, cancel: threading.Event | None = None
) -> NodeFacts:
    """Read a node's facts; with `scrub`, first read every block of its image through the kernel's check."""
    program = importlib.resources.files("sidus_lab.sidus").joinpath("programs/facts.sh").read_bytes()
    words = ["sh", "-s", *(["scrub"] if scrub else [])]
    result = transport.run(words, input=program, timeout=TIMEOUT, cancel=cancel)
    return parse(name, result.text)


def parse(name: str, text: str) -> NodeFacts:
    """Read what `programs/facts.sh` printed. Raises `SidusError` when it is not whole."""
    sections = split(text)
    if "end" not in sections:
        raise SidusError(f"{name} did not finish telling its facts.", hint="try again; if it stays, boot the node anew")
    own = dict(line.split("=", 1) for line in sections.get("facts", "").splitlines() if "=" in line)
    arguments = words_of(sections.get("cmdline", ""))
    scrub = sections.get("scrub", "").strip() or own.get("scrub", "not-done")
    return NodeFacts(
        name=name,
        asked=arguments.get("sidus.root", ""),
        enforced=enforced_root_hash(sections),
        status=verity_status(sections.get("status", "")),
        scrub=scrub,
        release=sections.get("release", "").strip(),
        version=sections.get("version", "").strip(),
        build_id=build_id(sections.get("notes", "")),
        command_line=sections.get("cmdline", "").strip(),
        boot=sections.get("boot", "").strip(),
        uptime=float(sections.get("uptime", "0").strip() or 0),
        drift=(*parse_covered(sections.get("mounts", "")), *parse_drift(sections.get("drift", ""))),
        hardware=parse_hardware(sections),
        sections=sections,
    )


def split(text: str) -> dict[str, str]:
    """Split the program's output into its sections."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.startswith("== "):
            lines = sections.setdefault(line[3:].strip(), [])
        else:
            lines.append(line)
    return {name: "".join(content) for name, content in sections.items()}


def words_of(command_line: str) -> dict[str, str]:
    """Give the arguments of a kernel command line by name; the last of several counts, as in the boot script."""
    pairs = (word.partition("=") for word in command_line.split())
    return {name: value for name, _, value in pairs}


def enforced_root_hash(sections: Mapping[str, str]) -> str:
    """Give the root hash that the kernel enforces on what ``/`` stands on, or an empty string.

    Three links must hold: ``/`` is an overlay whose lower layer is the image's mount; that mount is the device-mapper
    device ``sidus``; the table of that device is a verity target (Documentation/admin-guide/device-mapper/verity.rst).
    """
    mounts = {
        fields[4]: fields for fields in map(str.split, sections.get("mounts", "").splitlines()) if len(fields) > 6
    }
    top, image = mounts.get("/"), mounts.get("/run/sidus/image")
    if top is None or image is None:
        return ""
    kind = top[top.index("-") + 1] if "-" in top else ""
    lower = re.search(r"lowerdir=([^, ]+)", top[-1])
    if kind != "overlay" or lower is None or "/run/sidus/image" not in lower[1].split(":"):
        return ""
    device = sections.get("device", "").strip()
    if not device or image[2] != device.replace(" ", ""):
        return ""
    table = sections.get("table", "").split()
    # start length verity version data hash data-block hash-block blocks hash-start digest ROOT-HASH salt
    return table[11] if len(table) > 11 and table[2] == "verity" else ""


def verity_status(line: str) -> str:
    """Give the kernel's word from ``dmsetup status``: V, C, or an empty string."""
    fields = line.split()
    return fields[3] if len(fields) > 3 and fields[2] == "verity" else ""


def build_id(notes: str) -> str:
    """Give the GNU build id from the ELF notes of the kernel (hexadecimal digits), or an empty string."""
    try:
        data = bytes.fromhex(notes.strip())
    except ValueError:
        return ""
    at = 0
    while at + 12 <= len(data):
        name_size, size, kind = (int.from_bytes(data[at + i : at + i + 4], "little") for i in (0, 4, 8))
        name_end = at + 12 + name_size
        start = at + 12 + (name_size + 3) // 4 * 4
        if kind == 3 and data[at + 12 : name_end].rstrip(b"\0") == b"GNU":  # NT_GNU_BUILD_ID
            return data[start : start + size].hex()
        at = start + (size + 3) // 4 * 4
    return ""


def parse_drift(text: str) -> list[Drift]:
    """Read the drift section."""
    found: list[Drift] = []
    for line in text.splitlines():
        how, _, rest = line.partition("\t")
        size, _, path = rest.partition("\t")
        if how in ("added", "changed", "deleted") and size.isdigit():
            found.append(Drift(how, int(size), path))
    return sorted(found, key=lambda entry: entry.path)


def parse_covered(mounts: str) -> list[Drift]:
    """Find what is mounted over the system's own folders, where the image then does not count (mountinfo: proc(5))."""
    found: list[Drift] = []
    for fields in map(str.split, mounts.splitlines()):
        path = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4]) if len(fields) > 6 else ""
        if path.strip("/").partition("/")[0] in SYSTEM_FOLDERS:
            found.append(Drift("covered", 0, path.strip("/")))
    return found


def as_dict(facts: NodeFacts) -> dict[str, Any]:
    """Give the facts as plain data, for ``proof.json``."""
    return {
        "name": facts.name,
        "asked": facts.asked,
        "enforced": facts.enforced,
        "status": facts.status,
        "scrubbed": facts.scrub,
        "kernel": facts.release,
        "kernel_version": facts.version,
        "kernel_build_id": facts.build_id,
        "command_line": facts.command_line,
        "boot": facts.boot,
        "uptime": facts.uptime,
        "drift": [{"how": d.how, "size": d.size, "path": d.path} for d in facts.drift],
        "hardware": facts.hardware.to_dict(),
    }


def from_dict(plain: Mapping[str, Any]) -> NodeFacts:
    """Read what `as_dict` gave. Raises KeyError or TypeError for anything else."""
    return NodeFacts(
        name=plain["name"],
        asked=plain["asked"],
        enforced=plain["enforced"],
        status=plain["status"],
        scrub=plain["scrubbed"],
        release=plain["kernel"],
        version=plain["kernel_version"],
        build_id=plain["kernel_build_id"],
        command_line=plain["command_line"],
        boot=plain["boot"],
        uptime=plain["uptime"],
        drift=tuple(Drift(d["how"], d["size"], d["path"]) for d in plain["drift"]),
        hardware=hardware_from_dict(plain["hardware"]),
    )
