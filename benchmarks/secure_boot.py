"""Secure Boot, tried: firmware with one key enrolled starts what that key signed, root hash included, and nothing else.

    python -m benchmarks.secure_boot FOLDER

FOLDER is a published one (``<site>/published/<root hash>``). Of its kernel and initrd a program is made that has its
command line in it, with the root hash, and it is offered by TFTP to QEMU with OVMF: signed by the key that OVMF's
variables hold (the test key of Debian's package ``ovmf``), not signed, signed by another key, and signed and then given
another root hash. Only the first may start. Needs ``ovmf``, ``sbsigntool``, ``systemd-boot-efi`` and ``binutils``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sidus_lab.sidusctl.image import uki

OVMF = Path("/usr/share/OVMF")
KEY, CERTIFICATE = (Path(f"/usr/share/ovmf/PkKek-1-snakeoil.{kind}") for kind in ("key", "pem"))
PASSWORD = "snakeoil"  # of that test key, as its package says
NAME = "boot.efi"
LIMIT = 240.0  # seconds for one start; emulated
REFUSED = ("Access Denied", "Security Violation")
WANTED = {"signed": "started", "not signed": "refused", "another key": "refused", "another root hash": "refused"}


def command_line(root_hash: str) -> str:
    """Give the command line that is signed: it names no server, so that the boot script says so and the trial ends."""
    return f"console=ttyS0 boot=sidus sidus.root={root_hash}"


def qemu_words(folder: Path, variables: Path, console: Path) -> list[str]:
    """Give the words of a machine with Secure Boot, whose firmware boots `NAME` of a folder by network."""
    return [
        *("qemu-system-x86_64", "-nodefaults", "-display", "none", "-monitor", "none", "-no-reboot"),
        *("-machine", "q35,smm=on,graphics=off,accel=tcg", "-cpu", "Haswell-noTSX", "-m", "1024"),
        *("-global", "driver=cfi.pflash01,property=secure,value=on"),
        *("-drive", f"if=pflash,unit=0,format=raw,readonly=on,file={OVMF / 'OVMF_CODE_4M.secboot.fd'}"),
        *("-drive", f"if=pflash,unit=1,format=raw,file={variables}"),
        *("-netdev", f"user,id=net,tftp={folder},bootfile=/{NAME}", "-device", "virtio-net-pci,netdev=net,romfile="),
        *("-device", "virtio-rng-pci", "-serial", f"file:{console}"),
    ]


def outcome(console: str, root_hash: str) -> str:
    """Say what a console shows: started (our boot script ran with this root hash), refused, or nothing yet."""
    if any(word in console for word in REFUSED):
        return "refused"
    ran = "REFUSED (no-server)" in console and f"sidus.root={root_hash}" in console
    return "started" if ran else ""


def sign(program: Path, key: Path, certificate: Path) -> None:
    """Sign a program in its place."""
    words = ["sbsign", "--key", str(key), "--cert", str(certificate), "--output", str(program), str(program)]
    subprocess.run(words, check=True, capture_output=True)


def make(folder: Path, published: Path, case: str) -> None:
    """Make the program of one case in a folder."""
    program = folder / NAME
    line = command_line(published.name)
    uki.assemble(published / "vmlinuz", published / "initrd", program, command_line=line)
    if case == "not signed":
        return
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    if case == "another key":
        made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=another", "-days", "1"]
        subprocess.run([*made, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    else:
        opened = ["openssl", "rsa", "-in", str(KEY), "-passin", f"pass:{PASSWORD}", "-out", str(key)]
        subprocess.run(opened, check=True, capture_output=True)
        certificate.write_bytes(CERTIFICATE.read_bytes())
    sign(program, key, certificate)
    key.unlink()
    if case == "another root hash":
        content = program.read_bytes()
        assert content.count(line.encode()) == 1
        program.write_bytes(content.replace(line.encode(), command_line(published.name[::-1]).encode()))


def start(folder: Path, root_hash: str) -> tuple[str, float]:
    """Start a machine on the program in a folder, and give what became of it and the seconds that took."""
    variables, console = folder / "vars.fd", folder / "console"
    variables.write_bytes((OVMF / "OVMF_VARS_4M.snakeoil.fd").read_bytes())
    begin = time.monotonic()
    with subprocess.Popen(qemu_words(folder, variables, console)) as machine:
        try:
            while True:
                seconds = time.monotonic() - begin
                text = console.read_text(errors="replace") if console.exists() else ""
                found = outcome(text, root_hash) or ("nothing" if seconds > LIMIT or machine.poll() is not None else "")
                if found:
                    return found, seconds
                time.sleep(0.5)
        finally:
            machine.kill()


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; 0 when every case ended as it must."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("published", type=Path, help="the folder of a published version")
    published = parser.parse_args(argv).published.absolute()
    wrong = 0
    for case, wanted in WANTED.items():
        with tempfile.TemporaryDirectory(prefix="sidus-secure-") as place:
            make(Path(place), published, case)
            found, seconds = start(Path(place), published.name)
        wrong += found != wanted
        print(f"{case:<18} {found:<8} {seconds:5.0f} s   (wanted: {wanted})", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
