"""The firmware's log: a real one is read and replayed, a damaged one is refused."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidus_lab.sidus.measured import event_log


def test_a_real_log_leads_to_the_registers_that_the_machine_had(log: bytes) -> None:
    registers = event_log.replay(event_log.parse(log))
    # As read from /sys/class/tpm/tpm0/pcr-sha256/ in that very start.
    assert registers[4].hex() == "7bd5eac78c8b0635787cb884060e94699d9107b5127e2a8caaa28274eb7d3080"
    assert registers[9].hex() == "840f6b4a44633b88147d8d8ab3103779b24e08a51985ffbc2ca9712323734f6e"
    assert registers[11].hex() == "2655b5b956efff425953142c479c3ae447fb1c20716ca021941541232fcf3051"
    assert registers[12].hex() == "4e85446b57807799775d8341acf62b01d1721e09b0229f6697d2ce8b10139406"


@pytest.mark.parametrize("size", [0, 10, 40, 100, 5000, 9951])
def test_a_log_that_is_cut_off_is_refused(log: bytes, size: int) -> None:
    with pytest.raises(ValueError, match="log"):
        event_log.parse(log[:size])


def test_a_log_without_sha256_is_refused(log: bytes) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        event_log.parse(log.replace(struct.pack("<HH", 0x0B, 32), struct.pack("<HH", 0x0E, 32), 1))


def test_a_log_without_an_end_is_refused(log: bytes) -> None:
    with pytest.raises(ValueError, match="too long"):
        event_log.parse(log + bytes(event_log.LIMIT))


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, 9951), value=st.integers(0, 255))
def test_no_byte_of_a_log_breaks_the_reader(log: bytes, at: int, value: int) -> None:
    damaged = bytearray(log)
    damaged[at] = value
    try:
        event_log.replay(event_log.parse(bytes(damaged)))
    except ValueError:
        pass  # refused is fine; anything else is not
