"""The hardware fingerprint, from recorded text of a real node."""

from __future__ import annotations

from pathlib import Path

from sidus_lab.sidus import facts
from sidus_lab.sidus.hardware import CState, parse_hardware

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
    assert hardware.c_states == ()
    assert len(hardware.fingerprint) == 16


def test_the_fingerprint_follows_the_hardware_and_nothing_that_is_measured() -> None:
    here = parse_hardware(SECTIONS).fingerprint
    assert parse_hardware({**SECTIONS, "uptime": "7", "boot": "other"}).fingerprint == here
    faster = SECTIONS["cpuinfo"].replace("cpu MHz\t\t: ", "cpu MHz\t\t: 9")
    assert faster != SECTIONS["cpuinfo"]
    assert parse_hardware({**SECTIONS, "cpuinfo": faster}).fingerprint == here
    without = SECTIONS["cpuinfo"].replace(" sse4_2", "")
    assert parse_hardware({**SECTIONS, "cpuinfo": without}).fingerprint != here


def test_c_states_of_bare_metal() -> None:
    text = "POLL\t0\t0\nC1\t2\t0\nC6\t133\t1\nbroken\n"
    hardware = parse_hardware({**SECTIONS, "cstates": text, "virtual": "none\n"})
    assert hardware.c_states == (CState("POLL", 0, False), CState("C1", 2, False), CState("C6", 133, True))
    assert hardware.virtual == ""


def test_a_node_that_tells_nothing() -> None:
    hardware = parse_hardware({})
    assert (hardware.cpu, hardware.processors, hardware.memory) == ("unknown", 0, 0)
