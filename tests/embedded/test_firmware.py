"""UEFI firmware and a TPM: the TPM answers, keeps its keys, and ends with what was started after it."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from sidus_lab.embedded import firmware
from sidus_lab.embedded.machine import Machine, qemu_words, start_script
from sidus_lab.errors import SidusError

PLACES = {"boot_folder": "/b", "ssh_port": 2201, "console": "/c", "pid_file": "/p", "variables": "/a,b/vars.fd"}
needs_swtpm = pytest.mark.skipif(shutil.which("swtpm") is None, reason="swtpm is needed")

# Stands where QEMU does: it opens the TPM's control socket and hands over the other end of its data channel
# (CMD_SET_DATAFD of swtpm_ioctls(3)), says so, and holds both.
HOLD = """
import socket, sys
tpm = socket.socket(socket.AF_UNIX)
tpm.connect("n 1/tpm.socket")
mine, its = socket.socketpair()
socket.send_fds(tpm, [b"\\0\\0\\0\\x10"], [its.fileno()])
its.close()
if tpm.recv(4) == bytes(4):
    print("connected", flush=True)
sys.stdin.read()
"""


def test_a_machine_has_a_bios_and_no_tpm_unless_it_is_measured() -> None:
    plain, measured = (
        qemu_words(Machine("n", "Nehalem", "52:54:00:51:d5:01", measured=each), kvm=False, **PLACES)  # type: ignore[arg-type]
        for each in (False, True)
    )
    assert not any("tpm" in word or "pflash" in word for word in plain)
    assert [word for word in measured if word not in plain] == [
        word for word in firmware.qemu_words("n", "/a,,b/vars.fd") if word not in plain
    ]


@needs_swtpm
def test_the_tpm_ends_with_the_machine_and_the_next_start_waits_for_that(tmp_path: Path) -> None:
    folder = tmp_path / "n 1"
    (folder / "tpm").mkdir(parents=True)
    script = start_script(["python3", "-c", HOLD], "/usr/local/bin:/usr/bin:/bin", firmware.start_lines("n 1"))
    pids = []
    for _ in range(3):  # one start right after the other
        with subprocess.Popen(
            ["sh", "-c", script], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as machine:
            assert machine.stdout is not None
            assert machine.stdout.readline() == "connected\n"
            pids.append(int((folder / "tpm.pid").read_text()))
            machine.kill()
    assert len(set(pids)) == 3
    deadline = subprocess.run(
        ["timeout", "30", "sh", "-c", f"while grep -q swtpm /proc/{pids[-1]}/cmdline 2>/dev/null; do sleep 0.05; done"],
        check=False,
    )
    assert deadline.returncode == 0
    with pytest.raises(OSError, match=""), socket.socket(socket.AF_UNIX) as gone:
        gone.connect(str(folder / "tpm.socket"))


@pytest.mark.skipif(not firmware.CODE.is_file(), reason="ovmf is needed")
def test_firmware_variables_are_those_of_the_factory_at_each_start(tmp_path: Path) -> None:
    firmware.write_files(tmp_path)
    (tmp_path / "vars.fd").write_bytes(b"changed")
    (tmp_path / "tpm" / "key").touch()
    firmware.write_files(tmp_path)
    assert (tmp_path / "vars.fd").read_bytes() == firmware.VARIABLES.read_bytes()
    assert (tmp_path / "tpm" / "key").exists()


def test_without_the_firmware_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firmware, "CODE", tmp_path / "none")
    with pytest.raises(SidusError) as error:
        firmware.write_files(tmp_path)
    assert error.value.hint == "apt-get install ovmf"
