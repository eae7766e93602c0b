"""The Secure Boot trial's own parts: what it signs verifies, what it takes for a start is one, and its cases differ."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks import secure_boot
from sidus_lab.sidusctl.image import uki
from tests.sidusctl.image.test_uki import small_program

ROOT_HASH = "0123456789abcdef" * 4
needed = pytest.mark.skipif(
    not uki.STUB.is_file() or not secure_boot.KEY.is_file() or not shutil.which("sbsign"),
    reason="systemd-boot-efi, ovmf and sbsigntool are needed",
)


@needed
@pytest.mark.parametrize("case", secure_boot.WANTED)
def test_only_what_is_to_start_has_a_good_signature(case: str, tmp_path: Path) -> None:
    published, folder = tmp_path / ROOT_HASH, tmp_path / "made"
    published.mkdir()
    folder.mkdir()
    (published / "vmlinuz").write_bytes(small_program())
    (published / "initrd").write_bytes(b"initrd" * 1001)
    secure_boot.make(folder, published, case)
    program = folder / secure_boot.NAME
    told = subprocess.run(["sbverify", "--cert", secure_boot.CERTIFICATE, program], capture_output=True)
    assert (told.returncode == 0) == (secure_boot.WANTED[case] == "started"), told.stderr
    line = secure_boot.command_line(ROOT_HASH).encode()
    assert (line in program.read_bytes()) == (case != "another root hash")
    assert not (folder / "key.pem").exists()


def test_what_a_console_shows() -> None:
    line = f"Command line: {secure_boot.command_line(ROOT_HASH)}\n"
    assert secure_boot.outcome("BdsDxe: failed to load Boot0001: Access Denied\n", ROOT_HASH) == "refused"
    assert secure_boot.outcome(line + "sidus: REFUSED (no-server): ...\n", ROOT_HASH) == "started"
    assert secure_boot.outcome(line, ROOT_HASH) == ""
    assert secure_boot.outcome(line + "sidus: REFUSED (no-server): ...\n", ROOT_HASH[::-1]) == ""
    assert secure_boot.outcome("", ROOT_HASH) == ""


def test_the_machine_has_secure_boot_and_its_own_variables(tmp_path: Path) -> None:
    words = secure_boot.qemu_words(tmp_path, tmp_path / "vars.fd", tmp_path / "console")
    assert any("OVMF_CODE_4M.secboot.fd" in word and "readonly=on" in word for word in words)
    assert f"if=pflash,unit=1,format=raw,file={tmp_path / 'vars.fd'}" in words
