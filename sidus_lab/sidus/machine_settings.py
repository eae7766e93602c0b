"""The state of a node's machine: what can be set, what is set, and what of it differs from the boot's own. Pure.

None of it is hardware: hardware is what stays when every setting is put back and the machine is started again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sidus_lab.sidus.layers import Drift, Listings, Unreadable

# What a kernel takes by itself where nothing is wrong: the processor's own counter, or what a hypervisor gives.
# Others (hpet, acpi_pm, refined-jiffies, jiffies) cost microseconds a look, or have a tick of milliseconds.
USUAL_CLOCKS = frozenset(
    ("tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "xen", "arch_sys_counter", "timebase", "tod")
)
# Words of /proc/cpuinfo's flags that firmware, microcode or the kernel's own choice make, and no transistor.
SET_FLAGS = frozenset(
    (
        *("pti", "retpoline", "ibrs", "ibpb", "stibp", "ssbd", "ibrs_enhanced", "virt_ssbd", "intel_stibp"),
        *("md_clear", "flush_l1d", "arch_capabilities", "spec_ctrl"),
        *("tsc_reliable", "tsc_known_freq", "vnmi", "user_shstk"),
    )
)


@dataclass(frozen=True)
class CState:
    """One idle state of a processor: name, exit latency in microseconds, whether it is switched off."""

    name: str
    latency: int
    disabled: bool


@dataclass(frozen=True)
class Settings:
    """The settings and states of a machine, as its kernel tells them.

    Attributes
    ----------
    clock_source : str
        What the kernel's clock reads; empty when it does not say.
    idle_states : tuple of CState
        Empty where the kernel offers none, as in most virtual machines.
    offline : str
        Processors that are there and switched off, such as ``2-3``.
    pages : str
        Whether memory is given in huge pages: ``always``, ``madvise`` or ``never``.
    sysctl : mapping
        Settings of the kernel (sysctl(8)) that differ from those noted when the boot was over: name -> (then, now).
    modules : tuple of str
        Modules of the kernel that are loaded now.
    """

    clock_source: str = ""
    governor: str = ""
    boost: str = ""
    idle_states: tuple[CState, ...] = ()
    smt: str = ""
    offline: str = ""
    microcode: str = ""
    pages: str = ""
    flags: tuple[str, ...] = ()
    sysctl: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    modules: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits, equal for two machines with equal settings.

        Loaded modules and the flags that microcode brings are left out: they follow the hardware by themselves.
        """
        plain = self.to_dict()
        for name in ("modules", "flags"):
            del plain[name]
        plain["idle_states"] = [state.name for state in self.idle_states if state.disabled]
        return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def usual_clock(self) -> bool:
        """Whether the clock reads one of `USUAL_CLOCKS`."""
        return self.clock_source in USUAL_CLOCKS

    def to_dict(self) -> dict[str, object]:
        """Give it as plain data."""
        return {
            "clock_source": self.clock_source,
            "governor": self.governor,
            "boost": self.boost,
            "idle_states": [
                {"name": s.name, "latency_us": s.latency, "disabled": s.disabled} for s in self.idle_states
            ],
            "smt": self.smt,
            "offline": self.offline,
            "microcode": self.microcode,
            "pages": self.pages,
            "flags": list(self.flags),
            "sysctl": {name: list(pair) for name, pair in sorted(self.sysctl.items())},
            "modules": list(self.modules),
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, object]) -> Settings:
        """Read what `to_dict` gave. Raises KeyError, TypeError or ValueError for anything else."""
        stored: Mapping[str, Any] = plain
        return cls(
            **{
                **stored,
                "idle_states": tuple(CState(s["name"], s["latency_us"], s["disabled"]) for s in stored["idle_states"]),
                "flags": tuple(stored["flags"]),
                "modules": tuple(stored["modules"]),
                "sysctl": {name: (then, now) for name, (then, now) in stored["sysctl"].items()},
            }
        )


def parse_settings(sections: Mapping[str, str], parts: Listings) -> Settings:
    """Read the settings from the sections and listings that ``programs/facts.sh`` prints."""
    lines = (line.partition(":") for line in sections.get("cpuinfo", "").split("\n\n")[0].splitlines())
    first = {name.strip(): value.strip() for name, _, value in lines}
    pages = sections.get("pages", "")
    present, online = cpu_list(sections.get("present", "")), cpu_list(sections.get("online", ""))
    return Settings(
        clock_source=sections.get("clocksource", "").strip(),
        governor=sections.get("governor", "").strip(),
        boost=" ".join(sections.get("boost", "").split()),
        idle_states=tuple(_c_states(sections.get("cstates", ""))),
        smt=sections.get("smt", "").strip(),
        offline=_folded(present - online),
        microcode=first.get("microcode", ""),
        pages=pages.partition("[")[2].partition("]")[0],
        flags=tuple(sorted(set(first.get("flags", "").split()) & SET_FLAGS)),
        sysctl=changed_sysctl(parts) or {},
        modules=tuple(sorted(sections.get("modules", "").split())),
    )


def changed_sysctl(parts: Listings) -> dict[str, tuple[str, str]] | None:
    """Give the kernel's settings that are not what they were when the boot was over; None when that was not noted.

    A setting that only one of the two times has came or went with a module, and is left out.
    """
    try:
        then, now = (_sysctl(parts[name]) for name in ("settings-at-boot", "settings"))
    except Unreadable:
        return None
    return {name: (then[name], now[name]) for name in sorted(then.keys() & now.keys()) if then[name] != now[name]}


def sysctl_drift(changed: Mapping[str, tuple[str, str]]) -> list[Drift]:
    """Give changed settings as drift, by their path below /proc/sys."""
    return [Drift("set", 0, f"proc/sys/{name}", f"{then} -> {now}"[:200]) for name, (then, now) in changed.items()]


def _sysctl(data: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in data.decode("utf-8", "backslashreplace").splitlines():
        name, _, value = line.partition("=")
        value = " ".join(value.split())
        found[name] = f"{found[name]}; {value}" if name in found else value
    return found


def cpu_list(text: str) -> set[int]:
    """Read a list of processors as the kernel writes it: ``0-3,8``."""
    found: set[int] = set()
    for part in text.strip().split(","):
        first, _, last = part.partition("-")
        if first.isdecimal() and (last or first).isdecimal():
            found |= set(range(int(first), min(int(last or first), int(first) + 65536) + 1))
    return found


def _folded(numbers: set[int]) -> str:
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def _c_states(text: str) -> list[CState]:
    rows = (line.split("\t") for line in text.splitlines())
    return [CState(row[0], int(row[1]), row[2] == "1") for row in rows if len(row) == 3 and row[1].isdecimal()]
