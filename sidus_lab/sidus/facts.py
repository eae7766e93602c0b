"""What a node says of itself, read over SSH: parsed here, judged in `judge`. Pure but for `collect`."""

from __future__ import annotations

import importlib.resources
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sidus_lab.errors import SidusError
from sidus_lab.sidus import layers, mounts
from sidus_lab.sidus.hardware import Hardware, hardware_from_dict, parse_hardware
from sidus_lab.sidus.layers import Drift, Listings, Looked, OwnFile, Unreadable
from sidus_lab.sidus.machine_settings import Settings, changed_sysctl, parse_settings, sysctl_drift
from sidus_lab.sidus.measured.evidence import Evidence, evidence_from_dict, question, read
from sidus_lab.transport import Transport

TIMEOUT = 120.0  # seconds; an emulated node scrubs about 50 MB a second


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
    boot : str
        The kernel's boot id.
    nonce, answer : str
        The question's own word, and what the node made of it with the word of its boot; empty without one.
    drift : tuple of Drift
        What differs from the image and can change what a program does; at most `layers.KEPT` of it.
    looked : Looked
        What was looked at to find it.
    own : tuple of OwnFile
        The node's own files as they lie there now.
    tpm : bool
        Whether the node shows a TPM.
    evidence : Evidence or None
        What its TPM signed of its start, and what that is about; None where it was not asked, or gave nothing whole.
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
    nonce: str = field(compare=False)  # two looks at the same thing are equal
    answer: str
    drift: tuple[Drift, ...]
    looked: Looked
    own: tuple[OwnFile, ...]
    hardware: Hardware
    settings: Settings
    tpm: bool = False
    evidence: Evidence | None = field(default=None, compare=False, repr=False)
    sections: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)


def collect(
    name: str,
    transport: Transport,
    *,
    nonce: str = "",
    scrub: bool = False,
    cancel: threading.Event | None = None,
) -> NodeFacts:
    """Read a node's facts; with `scrub`, first read every block of its image through the kernel's check.

    `nonce` is a word of hexadecimal digits that the node answers with the word of its boot.
    """
    program = importlib.resources.files("sidus_lab.sidus").joinpath("programs/facts.sh").read_bytes()
    words = ["sh", "-s", *(["scrub"] if scrub else [])]
    # The nonce as input and not as a word: a recorded site answers a question by its words.
    asked = f"nonce={nonce}\n" + (question(nonce) if nonce else "")  # a TPM that is a chip takes seconds
    result = transport.run(words, input=asked.encode() + program, timeout=TIMEOUT, cancel=cancel)
    return parse(name, result.text, nonce)


def parse(name: str, text: str, nonce: str = "") -> NodeFacts:
    """Read what `programs/facts.sh` printed. Raises `SidusError` when it is not whole."""
    sections = split(text)
    if "end" not in sections:
        raise SidusError(f"{name} did not finish telling its facts.", hint="try again; if it stays, boot the node anew")
    noted = dict(line.split("=", 1) for line in sections.get("facts", "").splitlines() if "=" in line)
    arguments = words_of(sections.get("cmdline", ""))
    parts = Listings(sections.get("listings", ""))
    drift, looked = find_drift(sections, parts)
    try:
        own = layers.own_files(parts)
    except Unreadable:
        own = ()
    return NodeFacts(
        name=name,
        asked=arguments.get("sidus.root", ""),
        enforced=mounts.enforced_root_hash(sections),
        status=verity_status(sections.get("status", "")),
        scrub=sections.get("scrub", "").strip() or noted.get("scrub", "not-done"),
        release=sections.get("release", "").strip(),
        version=sections.get("version", "").strip(),
        build_id=build_id(sections.get("notes", "")),
        command_line=sections.get("cmdline", "").strip(),
        boot=sections.get("boot", "").strip(),
        uptime=float(sections.get("uptime", "0").strip() or 0),
        nonce=nonce,
        answer=sections.get("answer", "").strip(),
        drift=drift,
        looked=looked,
        own=own,
        hardware=parse_hardware(sections),
        settings=parse_settings(sections, parts),
        tpm=bool(sections.get("tpm", "").strip()),
        evidence=read(sections),
        sections=sections,
    )


def find_drift(sections: Mapping[str, str], parts: Listings) -> tuple[tuple[Drift, ...], Looked]:
    """Give what differs from the image, and what was looked at to find it."""
    told = dict(line.partition("=")[::2] for line in sections.get("layers", "").splitlines())
    reason = mounts.why_upper_unseen(sections)
    found = mounts.covered(mounts.parse(sections.get("mounts", "")))
    try:
        if not reason:
            found += layers.compare(parts)
        found += layers.overrides(parts)
    except Unreadable:
        reason = reason or "listing-broken"
    changed = changed_sysctl(parts)
    found += sysctl_drift(changed or {})
    reason = reason or ("settings-not-noted" if changed is None else "")
    looked = Looked(
        whole=not reason,
        reason=reason,
        paths=_whole(told.get("paths", "")),
        state=_whole(told.get("state", "")),
        found=len(found),
        truncated=len(found) > layers.KEPT,
    )
    return tuple(sorted(found, key=lambda drift: drift.path)[: layers.KEPT]), looked


def _whole(text: str) -> int:
    return int(text) if text.strip().isdecimal() else 0


def split(text: str) -> dict[str, str]:
    """Split the program's output into its sections."""
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.split("\n"):  # by nothing else that some take for a line's end: it may stand in a name
        if line.startswith("== "):
            lines = sections.setdefault(line[3:].strip(), [])
        else:
            lines.append(line)
    return {name: "\n".join(content) for name, content in sections.items()}


def words_of(command_line: str) -> dict[str, str]:
    """Give the arguments of a kernel command line by name; the last of several counts, as in the boot script."""
    pairs = (word.partition("=") for word in command_line.split())
    return {name: value for name, _, value in pairs}


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


def as_dict(facts: NodeFacts) -> dict[str, object]:
    """Give the facts as plain data, for ``proof.json``; `from_dict` reads all of it but the probe's own text."""
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
        "nonce": facts.nonce,
        "answer": facts.answer,
        "drift": [{"how": d.how, "size": d.size, "path": d.path, "what": d.what} for d in facts.drift],
        "looked": vars(facts.looked).copy(),
        "own": [
            {"path": f.path, "kind": f.kind, "mode": f.mode, "owner": list(f.owner), "sha256": f.sha256}
            for f in facts.own
        ],
        "hardware": facts.hardware.to_dict(),
        "settings": facts.settings.to_dict(),
        "tpm": facts.tpm,
        "evidence": facts.evidence.to_dict() if facts.evidence else None,
    }


def from_dict(plain: Mapping[str, object]) -> NodeFacts:
    """Read what `as_dict` gave; what is not in it stays empty. Raises KeyError or TypeError for anything else."""
    stored: Mapping[str, Any] = plain
    return NodeFacts(
        name=stored["name"],
        asked=stored["asked"],
        enforced=stored["enforced"],
        status=stored["status"],
        scrub=stored["scrubbed"],
        release=stored["kernel"],
        version=stored["kernel_version"],
        build_id=stored["kernel_build_id"],
        command_line=stored["command_line"],
        boot=stored["boot"],
        uptime=stored["uptime"],
        nonce=stored["nonce"],
        answer=stored["answer"],
        drift=tuple(Drift(d["how"], d["size"], d["path"], d["what"]) for d in stored["drift"]),
        looked=Looked(**stored["looked"]),
        own=tuple(OwnFile(f["path"], f["kind"], f["mode"], tuple(f["owner"]), f["sha256"]) for f in stored["own"]),
        hardware=hardware_from_dict(stored["hardware"]),
        settings=Settings.from_dict(stored["settings"]),
        tpm=stored["tpm"],
        evidence=evidence_from_dict(stored["evidence"]) if stored.get("evidence") else None,
    )
