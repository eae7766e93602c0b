"""The hardware fingerprint of a node: what stays when every setting is put back and it is started again. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sidus_lab.sidus.machine_settings import SET_FLAGS, cpu_list


@dataclass(frozen=True)
class Hardware:
    """What a node is made of, as its kernel sees it. Settings and states are in `settings`; measured values nowhere.

    Attributes
    ----------
    flags : tuple of str
        What the processor can, without what microcode and the kernel's own choices add.
    processors : int
        Those that are there, whether they are switched on or not.
    memory : int
        MiB that the kernel can use.
    virtual : str
        The hypervisor as systemd-detect-virt(1) names it; empty on bare metal.
    """

    cpu: str
    vendor: str
    family: str
    stepping: str
    flags: tuple[str, ...]
    processors: int
    memory: int
    product: str
    firmware: str
    virtual: str

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits, equal for two nodes whose hardware looks the same."""
        return hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode()).hexdigest()[:16]

    def to_dict(self) -> dict[str, object]:
        """Give it as plain data."""
        return {
            "cpu": self.cpu,
            "vendor": self.vendor,
            "family": self.family,
            "stepping": self.stepping,
            "flags": list(self.flags),
            "processors": self.processors,
            "memory_MiB": self.memory,
            "product": self.product,
            "firmware": self.firmware,
            "virtual": self.virtual,
        }


def hardware_from_dict(plain: Mapping[str, object]) -> Hardware:
    """Read what `Hardware.to_dict` gave. Raises KeyError or TypeError for anything else."""
    stored: Mapping[str, Any] = plain
    rest = {key: value for key, value in stored.items() if key not in ("flags", "memory_MiB")}
    return Hardware(flags=tuple(stored["flags"]), memory=stored["memory_MiB"], **rest)


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
        flags=tuple(sorted(set(first.get("flags", "").split()) - SET_FLAGS)),
        processors=_processors(sections),
        # To 16 MiB: what the kernel keeps for itself differs by a little from processor to processor.
        memory=round(int(memory[1]) / 1024 / 16) * 16 if len(memory) > 1 else 0,
        product=" ".join(filter(None, (dmi.get("sys_vendor", ""), dmi.get("product_name", "")))),
        firmware=" ".join(filter(None, (dmi.get("bios_vendor", ""), dmi.get("bios_version", "")))),
        virtual="" if virtual == "none" else virtual,
    )


def _processors(sections: Mapping[str, str]) -> int:
    """Count the processors that are present; those of /proc/cpuinfo are only the ones that are switched on."""
    present = cpu_list(sections.get("present", ""))
    return len(present) or sum(1 for line in sections.get("cpuinfo", "").splitlines() if line.startswith("processor"))


def _fields(block: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in block.splitlines())
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}
