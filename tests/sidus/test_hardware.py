"""The hardware fingerprint, from recorded text of a real node."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab.sidus import facts
from sidus_lab.sidus.hardware import parse_hardware

SECTIONS = facts.split((Path(__file__).parent / "node.facts").read_text())


def test_a_real_node() -> None:
    hardware = parse_hardware(SECTIONS)
    assert hardware.cpu.startswith("Intel")
    assert hardware.vendor == "GenuineIntel"
    assert hardware.processors == 1
    assert 900 < hardware.memory <= 1024
    assert hardware.memory % 16 == 0
    assert "sse4_2" in hardware.flags
    assert list(hardware.flags) == sorted(hardware.flags)
    assert "QEMU" in hardware.product
    assert hardware.virtual
    assert len(hardware.fingerprint) == 16


def test_the_fingerprint_follows_the_hardware_and_nothing_that_is_measured() -> None:
    here = parse_hardware(SECTIONS).fingerprint
    assert parse_hardware({**SECTIONS, "uptime": "7", "boot": "other"}).fingerprint == here
    faster = SECTIONS["cpuinfo"].replace("cpu MHz\t\t: ", "cpu MHz\t\t: 9")
    assert faster != SECTIONS["cpuinfo"]
    assert parse_hardware({**SECTIONS, "cpuinfo": faster}).fingerprint == here
    without = SECTIONS["cpuinfo"].replace(" sse4_2", "")
    assert parse_hardware({**SECTIONS, "cpuinfo": without}).fingerprint != here


@pytest.mark.parametrize(
    "changes",
    [
        {"clocksource": "hpet\n"},
        {"governor": "performance\n"},
        {"cstates": "POLL\t0\t0\nC6\t133\t1\n"},
        {"smt": "off\n"},
        {"boost": "0\n"},
        {"modules": "kvm\n"},
        {"pages": "[always] madvise never\n"},
        {"present": "0\n", "online": "\n"},
        {"cpuinfo": SECTIONS["cpuinfo"].replace("microcode\t: ", "microcode\t: 0x99")},
        {"cpuinfo": SECTIONS["cpuinfo"].replace("flags\t\t: ", "flags\t\t: pti ssbd ")},
    ],
)
def test_no_setting_is_hardware(changes: dict[str, str]) -> None:
    assert parse_hardware({**SECTIONS, **changes}).fingerprint == parse_hardware(SECTIONS).fingerprint


def test_processors_that_are_switched_off_are_still_there() -> None:
    assert parse_hardware({**SECTIONS, "present": "0-3\n", "online": "0,2\n"}).processors == 4


def test_a_node_that_tells_nothing() -> None:
    hardware = parse_hardware({})
    assert (hardware.cpu, hardware.processors, hardware.memory) == ("unknown", 0, 0)
