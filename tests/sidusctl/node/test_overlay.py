"""The node's own files, read back with the real cpio."""

from __future__ import annotations

import gzip
import subprocess
from pathlib import Path

import sidus_lab.sidusctl
from sidus_lab.sidusctl.node import overlay
from sidus_lab.sidusctl.own import digest

BOOT = Path(sidus_lab.sidusctl.__file__).parent / "image" / "boot"
WORD = "ab" * 32


def test_cpio_reads_what_we_write(tmp_path: Path) -> None:
    entries = overlay.own_files("node1", b"PRIVATE\n", b"ssh-ed25519 AAAA\n", ["ssh-ed25519 BBBB me@here"])
    archive = gzip.decompress(overlay.packed(overlay.archive(entries, WORD)))
    subprocess.run(["cpio", "--extract", "--quiet", "--no-absolute-filenames"], input=archive, cwd=tmp_path, check=True)
    top = tmp_path / overlay.TOP
    assert (top / "etc/hostname").read_text() == "node1\n"
    assert (top / "etc/ssh/ssh_host_ed25519_key").read_text() == "PRIVATE\n"
    assert (top / "root/.ssh/authorized_keys").read_text() == "ssh-ed25519 BBBB me@here\n"
    assert (tmp_path / overlay.WORD).read_text() == f"{WORD}\n"
    assert (tmp_path / overlay.WORD).stat().st_mode & 0o777 == 0o600
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
    one, two = (overlay.packed(overlay.archive(entries, WORD)) for _ in range(2))
    assert one == two


def test_machine_id_is_the_nodes_own_and_lasting() -> None:
    found = overlay.machine_id("node1")
    assert len(found) == 32
    assert int(found, 16) != 0
    assert found == overlay.machine_id("node1") != overlay.machine_id("node2")


def digest_on_a_node(folder: Path) -> str:
    """The boot script's own sum over what was unpacked; it stands at the root of a node's memory."""
    script = (BOOT / "script").read_text()
    start = script.index("sidus_own_digest()")
    function = (
        script[start : script.index("\n}\n", start) + 3].replace("cd /sidus-own", 'cd "$1"').replace("%u %g", "0 0")
    )
    done = subprocess.run(
        ["sh", "-c", f'{function}\nsidus_own_digest "$1"', "sh", str(folder)], capture_output=True, text=True
    )
    assert done.stderr == ""
    return done.stdout


def test_the_boot_script_makes_the_same_sum_of_a_nodes_own_files(tmp_path: Path) -> None:
    entries = [
        *overlay.own_files("node1", b"PRIVATE\n", b"ssh\n", ["key"]),
        overlay.Entry("etc/a b", 0o640, b"x" * 5000),
    ]
    archive = gzip.decompress(overlay.packed(overlay.archive(entries, WORD)))
    subprocess.run(["cpio", "--extract", "--quiet", "--no-absolute-filenames"], input=archive, cwd=tmp_path, check=True)
    top = tmp_path / overlay.TOP
    wanted = digest(overlay.listed(entries))
    assert digest_on_a_node(top) == wanted
    # Whatever is other, the sum is another.
    (top / "etc" / "a b").write_bytes(b"y" * 5000)
    changed = digest_on_a_node(top)
    (top / "etc" / "a b").write_bytes(b"x" * 5000)
    (top / "etc" / "a b").chmod(0o644)
    assert len({wanted, changed, digest_on_a_node(top)}) == 3


def test_two_nodes_have_other_sums_and_the_order_does_not_matter() -> None:
    one, two = (overlay.listed(overlay.own_files(name, b"k", b"p", [])) for name in ("node1", "node2"))
    assert digest(one) == digest(reversed(one)) != digest(two)
