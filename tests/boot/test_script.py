"""The boot script's own decisions, run by a shell without a machine: what it reads from the kernel's command line."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

import sidus_lab.sidusctl
from sidus_lab.sidusctl.node import overlay

BOOT = Path(sidus_lab.sidusctl.__file__).parent / "image" / "boot"
ROOT_HASH = "0123456789abcdef" * 4
GOOD = (
    f"boot=sidus sidus.server=http://10.0.2.2:8080 sidus.root={ROOT_HASH} sidus.node=node1 BOOTIF=01-52-54-00-51-D5-01"
)

# The script as the initrd sources it, but for what only a machine has.
PROGRAM = """
. "$SCRIPT"
cat() { printf '%s\\n' "$COMMAND_LINE"; }
sidus_refuse() { echo "REFUSED $1"; exit 0; }
SERVER= NODE= ROOT_HASH= SCRUB=0 BOOTIF=
sidus_arguments
sidus_check_root_hash
echo "SERVER=$SERVER NODE=$NODE ROOT_HASH=$ROOT_HASH SCRUB=$SCRUB BOOTIF=$BOOTIF"
"""
SHELLS = [["sh"], *([["busybox", "sh"]] if shutil.which("busybox") else [])]


@pytest.fixture(params=SHELLS, ids=" ".join)
def shell(request: pytest.FixtureRequest) -> list[str]:
    words: list[str] = request.param
    return words


def told(shell: list[str], command_line: str, folder: Path) -> str:
    environment = {"SCRIPT": str(BOOT / "script"), "COMMAND_LINE": command_line, "PATH": "/usr/bin:/bin"}
    done = subprocess.run([*shell, "-c", PROGRAM], env=environment, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.strip()


def test_a_whole_command_line(shell: list[str], tmp_path: Path) -> None:
    assert told(shell, f"{GOOD} sidus.scrub=1 quiet", tmp_path) == (
        f"SERVER=http://10.0.2.2:8080 NODE=node1 ROOT_HASH={ROOT_HASH} SCRUB=1 BOOTIF=01-52-54-00-51-D5-01"
    )
    assert "SCRUB=0" in told(shell, GOOD, tmp_path)


@pytest.mark.parametrize(
    ("command_line", "reason"),
    [
        ("", "no-server"),
        (GOOD.replace("sidus.server=http://", "sidus.server=ftp://"), "no-server"),
        (GOOD.replace("sidus.server=", "server="), "no-server"),
        (GOOD.replace("sidus.node=node1", ""), "no-node"),
        (GOOD.replace("sidus.root=", "root="), "no-root-hash"),
        (GOOD.replace(ROOT_HASH, ""), "no-root-hash"),
        (GOOD.replace(ROOT_HASH, ROOT_HASH[:-1]), "no-root-hash"),
        (GOOD.replace(ROOT_HASH, ROOT_HASH + "0"), "no-root-hash"),
        (GOOD.replace(ROOT_HASH, "G" * 64), "no-root-hash"),
        (GOOD.replace(ROOT_HASH, ROOT_HASH.upper()), "no-root-hash"),
        (GOOD.replace(ROOT_HASH, "*" * 64), "no-root-hash"),
        (GOOD.replace(ROOT_HASH, "../" * 21 + "a"), "no-root-hash"),
        (GOOD.replace(ROOT_HASH, "0" * 63 + ";"), "no-root-hash"),
    ],
)
def test_a_command_line_that_does_not_say_what_to_boot(
    command_line: str, reason: str, shell: list[str], tmp_path: Path
) -> None:
    assert told(shell, command_line, tmp_path) == f"REFUSED {reason}"


def test_nothing_on_the_command_line_is_run(shell: list[str], tmp_path: Path) -> None:
    line = f"{GOOD} x=$(touch${{IFS}}a) `touch b` ;touch c sidus.node=$(touch${{IFS}}d)"
    assert "NODE=$(touch${IFS}d)" in told(shell, line, tmp_path)
    assert list(tmp_path.iterdir()) == []


# What the boot script does with the node's own files where the firmware is UEFI; a folder stands for the root.
OVERLAY = """
. "$SCRIPT"
sidus_refuse() { echo "REFUSED $1"; exit 0; }
wget() { echo "asked for $4" >&2; cp "$GIVEN" "$3"; }
timeout() { shift; "$@"; }
WORD= SERVER=http://server
sidus_overlay
echo "WORD=$WORD"
"""


def unpacked(shell: list[str], given: bytes, wanted: str, folder: Path, name: str = "n-1.gz") -> tuple[str, str]:
    top = folder / "top"
    top.mkdir(exist_ok=True)
    (folder / "given").write_bytes(given)
    script = (BOOT / "script").read_text().replace("/sidus-", f"{top}/sidus-").replace("cd / ", f"cd {top} ")
    (folder / "script").write_text(script)
    environment = {"SCRIPT": str(folder / "script"), "GIVEN": str(folder / "given"), "PATH": "/usr/bin:/bin"}
    environment.update({"OVERLAY": name, "OVERLAY_SUM": wanted})
    done = subprocess.run([*shell, "-c", OVERLAY], env=environment, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip(), done.stderr


def test_own_files_that_the_command_line_names_are_unpacked(shell: list[str], tmp_path: Path) -> None:
    archive = overlay.archive(overlay.own_files("node1", b"PRIVATE", b"PUBLIC", []), "ab" * 32)
    wanted = hashlib.sha256(archive).hexdigest()
    told = unpacked(shell, overlay.packed(archive), wanted, tmp_path)
    assert told == (f"WORD={'ab' * 32}", "asked for http://server/boot/overlay/n-1.gz\n")
    top = tmp_path / "top"
    assert (top / "sidus-own/etc/hostname").read_text() == "node1\n"
    assert (top / "sidus-own/etc/ssh/ssh_host_ed25519_key").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in top.iterdir()) == ["sidus-own", "sidus-word"]
    # What lies there already came from somewhere else than the command line says.
    assert unpacked(shell, overlay.packed(archive), wanted, tmp_path) == ("REFUSED no-overlay", "")


def test_own_files_of_another_are_not_unpacked(shell: list[str], tmp_path: Path) -> None:
    archive = overlay.archive(overlay.own_files("node1", b"PRIVATE", b"PUBLIC", []), "ab" * 32)
    wanted = hashlib.sha256(archive).hexdigest()
    other = overlay.archive(overlay.own_files("node1", b"ANOTHER", b"PUBLIC", []), "ab" * 32)
    for given in (overlay.packed(other), overlay.packed(archive)[:-30], archive, b""):
        assert unpacked(shell, given, wanted, tmp_path)[0] == "REFUSED no-overlay"
        assert not [path for path in (tmp_path / "top").iterdir() if path.name in ("sidus-own", "sidus-word")]
    for nothing in ("", wanted[:-1]):
        assert unpacked(shell, overlay.packed(archive), nothing, tmp_path)[0] == "REFUSED no-overlay"


def test_without_an_address_nothing_is_fetched(shell: list[str], tmp_path: Path) -> None:
    assert unpacked(shell, b"", "", tmp_path, name="") == ("WORD=", "")


@pytest.mark.parametrize("name", ["script", "hook"])
def test_it_is_plain_shell(name: str, shell: list[str]) -> None:
    assert subprocess.run([*shell, "-n", str(BOOT / name)], capture_output=True).stderr == b""


def test_there_is_no_way_to_a_shell() -> None:
    text = (BOOT / "script").read_text()
    assert "panic" not in text
    assert "/bin/sh -i" not in text
