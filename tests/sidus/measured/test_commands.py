"""The commands for a TPM, held to a real (software) one and to what tpm2-tools make of it."""

from __future__ import annotations

import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidus_lab.sidus.measured import commands
from sidus_lab.sidus.measured.evidence import REGISTERS
from sidus_lab.sidus.measured.quote import read_key, verify
from tests.sidus.measured import tpm

NONCE = bytes(range(16))


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tpm.Tpm]:
    with tpm.running(tmp_path_factory.mktemp("commands") / "tpm") as started:
        yield started


@tpm.needed
def test_key_and_quote_are_those_that_tpm2_tools_make(machine: tpm.Tpm) -> None:
    machine.extend(9, bytes(32))
    [created] = machine.send(commands.create_key())
    key = commands.read_created(created)
    asked = bytearray(commands.quote(NONCE, REGISTERS))
    asked[commands.HANDLE] = created[commands.HANDLE]
    [answer] = machine.send(bytes(asked))
    machine.run("tpm2_flushcontext", "-t")  # what a kernel's resource manager does by itself
    message, signature = commands.read_quote(answer)
    assert verify(message, signature, read_key(key), NONCE).registers == REGISTERS

    assert key == machine.key()
    theirs, _ = machine.quote(NONCE)
    assert verify(message, signature, read_key(key), NONCE) == verify(theirs, _, read_key(key), NONCE)


@tpm.needed
def test_a_refusal_is_one(machine: tpm.Tpm) -> None:
    [answer] = machine.send(commands.quote(NONCE, REGISTERS))  # with the handle of no key
    with pytest.raises(ValueError, match="the TPM refused: 0x"):
        commands.read_quote(answer)


@given(st.binary(max_size=200))
def test_no_answer_breaks_the_reader(answer: bytes) -> None:
    for reader in (commands.read_created, commands.read_quote):
        for given_ in (answer, struct.pack(">HII", 0x8002, 10 + len(answer), 0) + answer):
            try:
                reader(given_)
            except ValueError:
                pass  # refused is fine; anything else is not
