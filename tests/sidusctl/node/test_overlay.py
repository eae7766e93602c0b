"""The node's own files, read back with the real cpio."""

from __future__ import annotations

import gzip
import subprocess
from pathlib import Path

from sidus_lab.sidusctl.node import overlay


def test_cpio_reads_what_we_write(tmp_path: Path) -> None:
    entries = overlay.own_files("node1", b"PRIVATE\n", b"ssh-ed25519 AAAA\n", ["ssh-ed25519 BBBB me@here"])
    archive = gzip.decompress(overlay.cpio(entries))
    subprocess.run(["cpio", "--extract", "--quiet", "--no-absolute-filenames"], input=archive, cwd=tmp_path, check=True)
    top = tmp_path / overlay.TOP
    assert (top / "etc/hostname").read_text() == "node1\n"
    assert (top / "etc/ssh/ssh_host_ed25519_key").read_text() == "PRIVATE\n"
    assert (top / "root/.ssh/authorized_keys").read_text() == "ssh-ed25519 BBBB me@here\n"
    modes = {
        path: (top / path).stat().st_mode & 0o7777 for path in ("root", "root/.ssh", "etc/ssh/ssh_host_ed25519_key")
    }
    assert modes == {"root": 0o700, "root/.ssh": 0o700, "etc/ssh/ssh_host_ed25519_key": 0o600}
    listing = subprocess.run(
        ["cpio", "-tvn", "--quiet"], input=archive, capture_output=True, check=True
    ).stdout.decode()
    assert all(line.split()[2:4] == ["0", "0"] for line in listing.splitlines())


def test_equal_files_give_equal_bytes() -> None:
    entries = overlay.own_files("node1", b"k", b"p", [])
    assert overlay.cpio(entries) == overlay.cpio(entries)


def test_machine_id_is_the_nodes_own_and_lasting() -> None:
    found = overlay.machine_id("node1")
    assert len(found) == 32
    assert int(found, 16) != 0
    assert found == overlay.machine_id("node1") != overlay.machine_id("node2")
