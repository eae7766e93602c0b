"""A software TPM (swtpm) of the test's own, spoken to by tpm2-tools over a socket in the test's folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidus_lab.sidus.measured.evidence import REGISTERS, Evidence
from sidus_lab.sidus.measured.judge import Enrolled
from sidus_lab.sidus.measured.quote import read_key

KEY = "fixedtpm|fixedparent|sensitivedataorigin|userwithauth|restricted|sign|noda"
needed = pytest.mark.skipif(
    not all(shutil.which(program) for program in ("swtpm", "tpm2_quote")), reason="swtpm and tpm2-tools are needed"
)


class Tpm:
    """One TPM: extend registers, make the key, quote."""

    def __init__(self, folder: Path, place: Path) -> None:
        self._folder = folder
        self._socket = place
        self._environment = {**os.environ, "TPM2TOOLS_TCTI": f"swtpm:path={place}"}

    def run(self, *words: str) -> None:
        """Run one of tpm2-tools in the TPM's folder; without a resource manager, what it left in the TPM goes here."""
        for each in (words, ("tpm2_flushcontext", "-t")):
            subprocess.run(each, cwd=self._folder, env=self._environment, check=True, capture_output=True)

    def extend(self, register: int, digest: bytes) -> None:
        self.run("tpm2_pcrextend", f"{register}:sha256={digest.hex()}")

    def key(self, attributes: str = KEY, scheme: str = "ecc256:ecdsa-sha256:null") -> bytes:
        """Make the signing key (the same at each call: it follows from the TPM's seed) and give its public half."""
        self.run("tpm2_createprimary", "-C", "e", "-g", "sha256", "-G", scheme, "-a", attributes, "-c", "key.ctx")
        self.run("tpm2_readpublic", "-c", "key.ctx", "-f", "tss", "-o", "key.pub")
        return (self._folder / "key.pub").read_bytes()

    def send(self, *given: bytes) -> list[bytes]:
        """Send commands over one connection, as a node's kernel does, and give the TPM's answers."""
        answers = []
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self._socket))
            for command in given:
                connection.sendall(command)
                answers.append(connection.recv(4096))
        return answers

    def quote(self, nonce: bytes, registers: tuple[int, ...] = REGISTERS) -> tuple[bytes, bytes]:
        chosen = "sha256:" + ",".join(map(str, registers))
        self.run("tpm2_quote", "-c", "key.ctx", "-l", chosen, "-q", nonce.hex(), "-m", "message", "-s", "signature")
        return (self._folder / "message").read_bytes(), (self._folder / "signature").read_bytes()

    def registers(self) -> dict[int, bytes]:
        self.run("tpm2_pcrread", "sha256:" + ",".join(map(str, REGISTERS)), "-o", "values")
        values = (self._folder / "values").read_bytes()
        return {number: values[32 * i : 32 * i + 32] for i, number in enumerate(REGISTERS)}

    def evidence(self, nonce: bytes, log: bytes) -> Evidence:
        message, signature = self.quote(nonce)
        return Evidence(message, signature, self.registers(), log)

    def enrolled(self) -> Enrolled:
        return Enrolled(read_key(self.key()), self.registers())


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Tpm]:
    """Start a TPM with a seed of its own; it is ended with the context."""
    folder.mkdir(parents=True)
    place = folder / "s"
    words = ["swtpm", "socket", "--tpm2", "--tpmstate", f"dir={folder}", "--flags", "not-need-init,startup-clear"]
    words += ["--server", f"type=unixio,path={place}", "--ctrl", f"type=unixio,path={place}.ctrl"]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            if place.exists():
                break
            time.sleep(0.05)
        yield Tpm(folder, place)
    finally:
        process.terminate()
        process.wait()
