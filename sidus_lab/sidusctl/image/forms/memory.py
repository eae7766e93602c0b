"""The root in the node's memory: one squashfs that it fetches whole, every block of it held to a dm-verity tree."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from typing import List, Tuple

from ... import errors, tools
from ...errors import CtlError
from ...job.work import Work
from .form import LEVELS, Packed

# Fixed, so that equal trees give equal root hashes. A salt guards against collisions prepared beforehand across
# many devices; here the hash itself is what is compared, so a constant is right.
_SALT = hashlib.sha256(b"sidus verity salt").hexdigest()
_UUID = "51d05000-0000-4000-8000-000000000000"
_BLOCK = 4096


def squash_options(level: int) -> List[str]:
    """The options of mksquashfs with which every root is packed, at one level of zstd."""
    return [
        # Equal files are hard links of each other in the checkout and nowhere else: store them as files of their own.
        *("-noappend", "-no-exports", "-no-hardlinks", "-quiet", "-comp", "zstd", "-b", "256K"),
        *("-Xcompression-level", str(level), "-mkfs-time", "0", "-all-time", "0"),
        # Last, because mksquashfs takes all that follows as names: kernel and initrd are published beside it.
        *("-wildcards", "-e", "boot/vmlinuz-*", "boot/initrd.img-*"),
    ]


class Memory:
    """A root that lives in the memory of its node and needs the server no more once it is up."""

    name = "memory"
    levels: Tuple[str, ...] = LEVELS
    programs: Tuple[str, ...] = ("mksquashfs", "veritysetup")
    files: Tuple[str, ...] = ("root.squashfs", "root.verity")
    fetched = files
    fragment = "sidus"

    def arguments(self, root_hash: str) -> List[str]:
        """The root hash is all that the boot script needs to know."""
        return ["boot=" + self.fragment, "sidus.root=" + root_hash]

    def unseen(self) -> str:
        """Without veritysetup."""
        missing = tools.find("veritysetup") is None
        return "The hash tree was not looked at: veritysetup is not installed (cryptsetup-bin)." if missing else ""

    def fault(self, folder: Path, root_hash: str) -> str:
        """Let veritysetup read every block."""
        done = tools.run(
            ["veritysetup", "verify", str(folder / "root.squashfs"), str(folder / "root.verity"), root_hash]
        )
        return "" if done.returncode == 0 else "The root is not the one that its root hash names."

    def pack(self, work: Work, tree: Path, out: Path, level: int) -> Packed:
        """Pack the tree into one file and make its hash tree."""
        with work.timed("mksquashfs"):
            _squash(work, tree, out / "root.squashfs", level)
        with work.timed("verity"):
            work.progress("verity", 0.9, "hash tree")
            root_hash = _verity(work, out)
        return Packed(
            root_hash,
            {"hash": "sha256", "salt": _SALT, "uuid": _UUID, "data_block": _BLOCK, "hash_block": _BLOCK},
        )


def _squash(work: Work, tree: Path, target: Path, level: int) -> None:
    """Kernel and initrd stay out: they are published beside it, and the tree holds their hashes."""
    said: List[str] = []

    def on_line(line: str) -> None:
        found = re.search(r"(\d+)%\s*$", line)
        if found and line.startswith("["):
            work.progress("mksquashfs", 0.05 + 0.85 * int(found.group(1)) / 100, "")
        elif line.strip():
            said.append(line)

    argv = ["mksquashfs", str(tree), str(target), "-progress", *squash_options(level)]
    work.progress("mksquashfs", 0.05, "packing the tree into one file")
    if work.stream(argv, on_line) != 0:
        raise _failed("mksquashfs", "\n".join(said), target.parent)


def _verity(work: Work, out: Path) -> str:
    argv = ["veritysetup", "format", "--hash=sha256", "--salt=" + _SALT, "--uuid=" + _UUID]
    argv += ["--data-block-size={}".format(_BLOCK), "--hash-block-size={}".format(_BLOCK)]
    said: List[str] = []
    code = work.stream([*argv, str(out / "root.squashfs"), str(out / "root.verity")], said.append, privileged=False)
    found = re.search(r"^Root hash:\s*([0-9a-f]{64})$", "\n".join(said), re.M)
    if code != 0 or found is None:
        raise _failed("veritysetup", "\n".join(said), out)
    return found.group(1)


def _failed(what: str, said: str, out: Path) -> CtlError:
    # veritysetup does not say why it could not write.
    if errors.says_full(said) or shutil.disk_usage(out).free < _BLOCK:
        return errors.disk_full(said[-1000:])
    return CtlError("publish-failed", "{} failed.".format(what), hint="read the job's log", detail=said[-1000:])
