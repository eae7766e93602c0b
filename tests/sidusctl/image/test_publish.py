"""What nodes boot: complete, verified, or not there at all."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from sidus_lab.sidusctl import tools
from sidus_lab.sidusctl.image import uefi
from sidus_lab.sidusctl.image.forms import effort
from sidus_lab.sidusctl.image.recipe import parse
from sidus_lab.sidusctl.image.store import Store
from sidus_lab.sidusctl.privilege import Privilege
from sidus_lab.sidusctl.shapes import VersionInfo
from tests.sidusctl.conftest import TINY, Program, add_node, mode

Built = tuple[Program, dict[str, Any]]
pytestmark = pytest.mark.slow_image


def test_the_manifest_tells_the_truth(built: Built, manifest: dict[str, Any]) -> None:
    folder = built[0].site / "published" / manifest["root_hash"]
    assert {path.name for path in folder.iterdir()} == {"manifest.json", *manifest["files"]}
    for name, about in manifest["files"].items():
        content = (folder / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (about["bytes"], about["sha256"])
        assert (folder / name).stat().st_mode & 0o444 == 0o444  # the web server is another user
    assert folder.stat().st_mode & 0o555 == 0o555
    assert ("sidus.efi" in manifest["files"]) == (manifest["uefi"] is not None) == uefi.can_make()
    assert (manifest["version"], manifest["content"]) == (built[1]["version"], built[1]["content"])
    stored = json.loads((folder / "manifest.json").read_text())
    assert {key: manifest[key] for key in stored} == stored


def verify(folder: Path, root_hash: str) -> int:
    words = [tools.need("veritysetup"), "verify", str(folder / "root.squashfs"), str(folder / "root.verity"), root_hash]
    return subprocess.run(words, capture_output=True).returncode


def test_the_root_hash_stands_for_every_byte(built: Built, manifest: dict[str, Any], tmp_path: Path) -> None:
    folder = built[0].site / "published" / manifest["root_hash"]
    assert verify(folder, manifest["root_hash"]) == 0
    content = bytearray((folder / "root.squashfs").read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "root.squashfs").write_bytes(content)
    (tmp_path / "root.verity").write_bytes((folder / "root.verity").read_bytes())
    assert verify(tmp_path, manifest["root_hash"]) != 0


def test_the_squashfs_is_the_tree_without_kernel_and_initrd(built: Built, manifest: dict[str, Any]) -> None:
    squashfs = built[0].site / "published" / manifest["root_hash"] / "root.squashfs"
    listing = subprocess.run(
        [tools.need("unsquashfs"), "-lln", str(squashfs)], capture_output=True, text=True, check=True
    ).stdout
    assert "squashfs-root/usr/local/bin/hello" in listing
    assert "squashfs-root/boot/vmlinuz" not in listing
    assert "squashfs-root/boot/initrd" not in listing
    shadow = next(line for line in listing.splitlines() if line.endswith("squashfs-root/etc/shadow"))
    assert shadow.split()[:2] == ["-rw-r-----", "0/42"]
    facts = subprocess.run(
        [tools.need("unsquashfs"), "-cat", str(squashfs), "usr/lib/sidus/image.json"], capture_output=True, check=True
    ).stdout
    assert json.loads(facts)["initrd_sha256"] == manifest["files"]["initrd"]["sha256"]


def test_the_initrd_holds_the_boot_script(built: Built, manifest: dict[str, Any], tmp_path: Path) -> None:
    ctl, tree = built[0], built[0].site / "tree"
    # The tree's own program reads it: this machine may have no initramfs-tools.
    script = (
        'ostree --repo="$1/repo" checkout --require-hardlinks "$2" "$3" && mount --bind "$1/published" "$3/mnt" && '
    )
    script += 'chroot "$3" lsinitramfs "/mnt/$4/initrd"; code=$?; umount "$3/mnt"; rm -rf "$3"; exit $code'
    words = ["sh", "-c", script, "sh", str(ctl.site), built[1]["commit"], str(tree), manifest["root_hash"]]
    done = Privilege(mode()).run(words)
    assert done.returncode == 0, done.stderr
    listing = done.stdout.decode().splitlines()
    assert "scripts/sidus" in listing
    assert [path for path in listing if path.endswith("sbin/veritysetup")]


def test_published_once(built: Built, manifest: dict[str, Any]) -> None:
    folder = built[0].site / "published" / manifest["root_hash"]
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    again = built[0]("image", "publish", f"bootable@{built[1]['version'][:6]}").value
    assert again["root_hash"] == manifest["root_hash"]
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    shown = built[0]("image", "show", "bootable").value
    assert shown["published"] == manifest["root_hash"]


def test_another_level_is_another_artefact_beside_the_first(built: Built, manifest: dict[str, Any]) -> None:
    ctl = built[0]
    assert (manifest["level"], set(manifest["tools"])) == (effort.DEFAULT, {"mksquashfs", "veritysetup"})
    assert all(re.match(r"\d+\.\d", version) for version in manifest["tools"].values()), manifest["tools"]
    folder = ctl.site / "published" / manifest["root_hash"]
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    tried = ctl("image", "publish", "bootable", "--level", "1").value
    try:
        assert (tried["content"], tried["level"]) == (manifest["content"], 1)
        assert tried["root_hash"] != manifest["root_hash"]
        assert tried["files"]["root.squashfs"]["bytes"] > manifest["files"]["root.squashfs"]["bytes"]
        assert ctl("image", "publish", "bootable", "--level", "1").value["seconds"] == {}
        # By its name alone it is still the one that nodes run already.
        assert ctl("image", "show", "bootable").value["published"] == manifest["root_hash"]
        assert ctl("image", "publish", "bootable").value["root_hash"] == manifest["root_hash"]
        assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    finally:
        shutil.rmtree(ctl.site / "published" / tried["root_hash"])


@pytest.mark.parametrize("level", ["0", "23", "-1", "fast", "9.5", ""])
def test_levels_that_do_not_exist(ctl: Program, level: str) -> None:
    answer = ctl("image", "publish", "bootable", f"--level={level}")
    assert (answer.code, answer.error["code"]) == (2, "usage")


def test_publishing_anew_gives_the_same_bytes(built: Built, manifest: dict[str, Any]) -> None:
    ctl = built[0]
    folder = ctl.site / "published" / manifest["root_hash"]
    aside = ctl.site / "published" / "aside"
    (folder / "manifest.json").unlink()  # a folder without a manifest is no published version
    folder.rename(aside)
    try:
        again = ctl("image", "publish", "bootable").value
    finally:
        Privilege(mode()).remove(str(aside))
    assert again["files"] == manifest["files"]


def test_nodes_boot_what_was_published(built: Built, manifest: dict[str, Any]) -> None:
    ctl = built[0]
    assert add_node(ctl, 1).code == 0
    assert ctl("node", "assign", "node1", "bootable").value["nodes"][0]["assignment"]["version"] == manifest["version"]


def test_a_tree_without_a_kernel_cannot_be_published(ctl: Program, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "usr/lib/sidus").mkdir(parents=True)
    (tree / "usr/lib/sidus/image.json").write_text('{"suite": "bookworm"}')
    recipe = parse(json.dumps({**TINY, "name": "bare"}).encode()).to_dict()
    info: VersionInfo = {"recipe": recipe, "boot": "", "packages": 0, "kernel": ""}
    version, is_new = Store(ctl.site / "repo", Privilege(mode())).commit("bare", tree, info)
    assert is_new
    assert ctl("image", "list").value["images"][0]["versions"][0]["version"] == version.name
    assert ctl("image", "publish", "bare").error["code"] == "no-kernel"
    assert not list((ctl.site / "published").iterdir())


def test_a_full_disk_leaves_nothing_half_and_loses_nothing(built: Built, tmp_path: Path) -> None:
    """The site on a disk of its own (a tmpfs in a mount namespace) with room for the repository and little more."""
    ctl = built[0]
    script = """
        set -e
        mount -t proc proc /proc  # this shell has a process namespace of its own: jobs are known by their numbers
        size=$(du -sk "$1/repo" | cut -f1)
        mount -t tmpfs -o size=$((size + 30000))k small "$2"
        cp -a "$1/site.json" "$1/repo" "$1/jobs" "$1/locks" "$1/log" "$1/boot" "$1/nodes.json" "$2/"
        mkdir -m 755 "$2/published" "$2/tmp" "$2/secrets"
        sed -i 's/"privilege": "[a-z]*"/"privilege": "root"/' "$2/site.json"
        shift; site=$1; shift
        "$@" --site "$site" image publish bootable || echo "code $?"
        "$@" --site "$site" image show bootable >/dev/null && echo shown
        find "$site/published" "$site/tmp" -mindepth 1
    """
    small = tmp_path / "small"
    small.mkdir()
    program = ctl.argv()[:2]
    done = Privilege(mode()).run(["sh", "-c", script, "sh", str(ctl.site), str(small), *program])
    lines = done.stdout.decode().splitlines()
    error = json.loads(next(line for line in lines if '"error"' in line))
    assert error["code"] == "disk-full", (error, done.stderr)
    assert "free some space" in error["hint"]
    assert lines[-2:] == ["code 1", "shown"]
