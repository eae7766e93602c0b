"""What a node hands over, read: whole or nothing; asked for with one nonce, and kept as plain data."""

from __future__ import annotations

import base64
import json
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sidus_lab.sidus.measured import commands
from sidus_lab.sidus.measured.evidence import REGISTERS, evidence_from_dict, question, read
from sidus_lab.sidus.measured.quote import read_key, verify
from tests.sidus.measured import tpm

NONCE = "0123456789abcdef" * 2


@pytest.fixture(scope="module")
def sections(tmp_path_factory: pytest.TempPathFactory, log: bytes) -> Iterator[dict[str, str]]:
    """What the probe prints of a TPM, from one that was asked the very commands."""
    with tpm.running(tmp_path_factory.mktemp("evidence") / "tpm") as machine:
        [created] = machine.send(commands.create_key())
        asked = bytearray(commands.quote(bytes.fromhex(NONCE), REGISTERS))
        asked[commands.HANDLE] = created[commands.HANDLE]
        [signed] = machine.send(bytes(asked))
        machine.run("tpm2_flushcontext", "-t")
        registers = "\n".join(f"{number} {value.hex().upper()}" for number, value in machine.registers().items())
        packed = {"tpm-key": created, "tpm-quote": signed, "tpm-log": log}
        yield {
            **{name: base64.encodebytes(value).decode() for name, value in packed.items()},
            "tpm-registers": registers,
        }


@tpm.needed
def test_what_a_node_hands_over_is_read_and_kept(sections: dict[str, str], log: bytes) -> None:
    found = read(sections)
    assert found is not None
    assert verify(found.message, found.signature, read_key(found.key), bytes.fromhex(NONCE)).registers == REGISTERS
    assert (tuple(found.registers), found.log) == (REGISTERS, log)
    assert evidence_from_dict(json.loads(json.dumps(found.to_dict()))) == found
    assert evidence_from_dict(replace(found, log=b"").to_dict()).log == b""


@tpm.needed
@pytest.mark.parametrize("name", ["tpm-key", "tpm-quote", "tpm-registers", "tpm-log"])
def test_half_of_it_is_nothing(sections: dict[str, str], name: str) -> None:
    for damaged in ("!", sections[name][:-7] + "?", "é"):
        assert read({**sections, name: damaged}) is None
    if name in ("tpm-key", "tpm-quote"):
        assert read({**sections, name: ""}) is None
        assert read({**sections, name: sections[name][:40]}) is None


def test_a_node_without_a_tpm_hands_over_nothing() -> None:
    assert read({}) is None


def test_the_question_is_plain_shell_and_holds_the_nonce() -> None:
    script = question(NONCE) + 'printf "%s\\n" "$tpm_key" "$tpm_quote" "$tpm_registers"\n'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    key, quote, registers = done.stdout.splitlines()
    assert base64.b64decode(key) == commands.create_key()
    assert bytes.fromhex(NONCE) in base64.b64decode(quote)
    assert registers.split() == [str(number) for number in REGISTERS]
    assert all(len(shlex.split(line)) == 1 for line in question(NONCE).splitlines())


def test_a_probe_that_is_asked_about_a_tpm_where_there_is_none_says_so(tmp_path: Path) -> None:
    if Path("/dev/tpmrm0").exists():
        pytest.skip("this machine has a TPM, which a test does not ask")
    program = (Path(__file__).parents[3] / "sidus_lab/sidus/programs/facts.sh").read_text()
    begin = program.index("say tpm;")
    part = 'say() { printf "== %s\\n" "$1"; }\nscratch=$PWD\n' + program[begin : program.index("say virtual", begin)]
    done = subprocess.run(
        ["sh", "-c", question(NONCE) + part], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("== tpm\n", "")
