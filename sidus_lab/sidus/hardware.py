"""The hardware fingerprint of a node: what its processor, memory and firmware say they are. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CState:
    """One idle state of a processor: name, exit latency in microseconds, whether it is switched off."""

    name: str
    latency: int
    disabled: bool


@dataclass(frozen=True)
class Hardware:
    """What a node is made of, as its kernel sees it. Measured values (frequencies, temperatures) are left out.

    Attributes
    ----------
    memory : int
        MiB that the kernel can use.
    virtual : str
        The hypervisor as systemd-detect-virt(1) names it; empty on bare metal.
    c_states : tuple of CState
        Empty where the kernel offers none, as in most virtual machines.
    """

    cpu: str
    vendor: str
    family: str
    stepping: str
    microcode: str
    flags: tuple[str, ...]
    processors: int
    memory: int
    product: str
    firmware: str
    virtual: str
    c_states: tuple[CState, ...]
    governor: str
    clocksource: str
    smt: str

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits, equal for two nodes whose hardware looks the same."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()[:16]

    def to_dict(self) -> dict[str, Any]:
        """Give it as plain data."""
        return {
            "cpu": self.cpu,
            "vendor": self.vendor,
            "family": self.family,
            "stepping": self.stepping,
            "microcode": self.microcode,
            "flags": list(self.flags),
            "processors": self.processors,
            "memory_MiB": self.memory,
            "product": self.product,
            "firmware": self.firmware,
            "virtual": self.virtual,
            "c_states": [{"name": s.name, "latency_us": s.latency, "disabled": s.disabled} for s in self.c_states],
            "governor": self.governor,
            "clocksource": self.clocksource,
            "smt": self.smt,
        }


def hardware_from_dict(plain: Mapping[str, Any]) -> Hardware:
    """Read what `Hardware.to_dict` gave. Raises KeyError or TypeError for anything else."""
    states = tuple(CState(s["name"], s["latency_us"], s["disabled"]) for s in plain["c_states"])
    same = {name: plain[name] for name in Hardware.__dataclass_fields__ if name in plain}
    return Hardware(**{**same, "flags": tuple(plain["flags"]), "memory": plain["memory_MiB"], "c_states": states})


def parse_hardware(sections: Mapping[str, str]) -> Hardware:
    """Read the fingerprint from the sections that ``programs/facts.sh`` prints."""
    first = _fields(sections.get("cpuinfo", "").split("\n\n")[0])
    dmi = dict(line.split("\t", 1) for line in sections.get("dmi", "").splitlines() if "\t" in line)
    memory = sections.get("memory", "").split()
    virtual = sections.get("virtual", "").strip()
    return Hardware(
        cpu=first.get("model name", "unknown"),
        vendor=first.get("vendor_id", ""),
        family="/".join((first.get("cpu family", ""), first.get("model", ""))),
        stepping=first.get("stepping", ""),
        microcode=first.get("microcode", ""),
        flags=tuple(sorted(first.get("flags", "").split())),
        processors=sum(1 for line in sections.get("cpuinfo", "").splitlines() if line.startswith("processor")),
        # To 16 MiB: what the kernel keeps for itself differs by a little from processor to processor.
        memory=round(int(memory[1]) / 1024 / 16) * 16 if len(memory) > 1 else 0,
        product=" ".join(filter(None, (dmi.get("sys_vendor", ""), dmi.get("product_name", "")))),
        firmware=" ".join(filter(None, (dmi.get("bios_vendor", ""), dmi.get("bios_version", "")))),
        virtual="" if virtual == "none" else virtual,
        c_states=tuple(_c_states(sections.get("cstates", ""))),
        governor=sections.get("governor", "").strip(),
        clocksource=sections.get("clocksource", "").strip(),
        smt=sections.get("smt", "").strip(),
    )


def _c_states(text: str) -> list[CState]:
    rows = (line.split("\t") for line in text.splitlines())
    return [CState(row[0], int(row[1]), row[2] == "1") for row in rows if len(row) == 3 and row[1].isdigit()]


def _fields(block: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in block.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}
