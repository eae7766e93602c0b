"""Does KVM work here? A device file says little: a tiny machine is run and must answer."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from sidus_lab.embedded.service import find_program

DEVICE = Path("/dev/kvm")
TIME_LIMIT = 5.0  # seconds; where KVM is broken, QEMU may hang in the firmware

# A boot sector that writes 0x10 to port 0xf4 and halts: mov al,0x10; out 0xf4,al; hlt.
# QEMU's isa-debug-exit device on that port ends QEMU with the code (0x10 << 1) | 1.
_SECTOR = bytes([0xB0, 0x10, 0xE6, 0xF4, 0xF4]).ljust(510, b"\0") + b"\x55\xaa"
_ANSWER = 0x10 << 1 | 1


def probe(time_limit: float = TIME_LIMIT) -> str:
    """Run a tiny machine under KVM; give ``""`` when it answered, else why KVM cannot be used."""
    if not DEVICE.exists():
        return "there is no /dev/kvm"
    if not os.access(DEVICE, os.R_OK | os.W_OK):
        return "this user may not use /dev/kvm (to allow it: sudo adduser $USER kvm, then log in again)"
    return run_sector("kvm", time_limit)


def run_sector(accelerator: str, time_limit: float) -> str:
    """Boot the sector; give ``""`` when it answered, else what happened."""
    with tempfile.TemporaryDirectory(prefix="sidus-kvm-") as folder:
        disk = Path(folder) / "sector"
        disk.write_bytes(_SECTOR)
        words = [
            *(find_program("qemu-system-x86_64"), "-nodefaults", "-display", "none", "-monitor", "none", "-no-reboot"),
            *("-machine", f"pc,accel={accelerator}", "-cpu", "Nehalem", "-m", "64"),
            *("-drive", f"file={disk},format=raw,if=floppy"),
            *("-device", "isa-debug-exit,iobase=0xf4,iosize=0x04"),
        ]
        try:
            done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=time_limit)
        except subprocess.TimeoutExpired:
            return f"a test machine under {accelerator} did not answer within {time_limit:.0f} s"
    if done.returncode == _ANSWER:
        return ""
    said = done.stderr.decode(errors="replace").strip().splitlines()
    return f"a test machine under {accelerator} failed: {said[-1] if said else f'code {done.returncode}'}"
