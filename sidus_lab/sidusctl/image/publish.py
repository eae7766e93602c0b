"""Publish a version: what nodes boot, in a folder named by the root hash, complete or not there at all."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from pathlib import Path
from typing import Any, Dict, List, Optional

from .. import files, tools
from ..errors import CtlError
from ..job.work import Work
from ..site import Site
from .store import Store, Version

FORMAT = 1
# Fixed, so that equal trees give equal root hashes. A salt guards against collisions prepared beforehand across
# many devices; here the hash itself is what is compared, so a constant is right.
_SALT = hashlib.sha256(b"sidus verity salt").hexdigest()
_UUID = "51d05000-0000-4000-8000-000000000000"
_BLOCK = 4096
_FULL = re.compile(r"No space left|[Dd]isk quota")
# zstd at mksquashfs's own level (15): every node fetches the file at every start and keeps it in memory, and it is made
# once. Equal files are hard links of each other in the checkout and nowhere else: store them as files of their own.
SQUASH_OPTIONS = (
    *("-noappend", "-no-exports", "-no-hardlinks", "-quiet", "-comp", "zstd", "-b", "256K"),
    *("-mkfs-time", "0", "-all-time", "0"),
    # Last, because mksquashfs takes all that follows as names: kernel and initrd are published beside it.
    *("-wildcards", "-e", "boot/vmlinuz-*", "boot/initrd.img-*"),
)
NAMES = ("vmlinuz", "initrd", "root.squashfs", "root.verity")


def published(site: Site) -> List[Dict[str, Any]]:
    """The manifests of all published versions, newest first."""
    found = [files.read_json(path) for path in site.published.glob("*/manifest.json")]
    return sorted(
        (entry for entry in found if entry), key=lambda entry: (entry["created"], entry["root_hash"]), reverse=True
    )


def of_version(site: Site, version: Version) -> Optional[Dict[str, Any]]:
    """The manifest of a version, or None. Equal content is published once, whichever version it was."""
    return next((entry for entry in published(site) if entry["content"] == version.content), None)


def publish(work: Work, version: Version) -> Dict[str, Any]:
    """Publish a version and give its manifest; what is published already is kept as it is.

    Raises CtlError ``no-kernel``, ``disk-full``, ``busy`` or ``publish-failed``; then nothing is left behind.
    """
    for program in ("ostree", "mksquashfs", "veritysetup"):
        tools.need(program)
    with files.try_locked(work.site.locks / ("publish-" + version.content + ".lock"), work.folder.name) as holder:
        if holder is not None:
            raise CtlError(
                "busy",
                "Version {} is being published already, by job {}.".format(version.name, holder),
                hint="follow that one: sidusctl job follow " + holder,
            )
        known = of_version(work.site, version)
        if known is not None:
            work.progress("kept", 1.0, "published already")
            return known
        try:
            return _publish(work, version)
        except OSError as error:
            if error.errno in (28, 122):  # ENOSPC, EDQUOT
                raise _failed("write", "No space left on device") from error
            raise


def _failed(what: str, said: str) -> CtlError:
    if _FULL.search(said):
        return CtlError(
            "disk-full",
            "The server's disk is full.",
            hint="free some space, then publish again; nothing half is left behind",
            detail=said[-1000:],
        )
    return CtlError("publish-failed", "{} failed.".format(what), hint="read the job's log", detail=said[-1000:])


def _publish(work: Work, version: Version) -> Dict[str, Any]:
    store = Store(work.site.repo, work.privilege)
    facts = store.facts(version.commit)
    if not facts.get("kernel"):
        raise CtlError(
            "no-kernel",
            "Version {} of {!r} has no kernel, so no node can boot it.".format(version.name, version.image),
            hint='give the recipe a kernel = "linux-image-cloud-amd64" and build again',
        )
    tree, out = work.folder / "tree", work.folder / "out"
    out.mkdir(mode=0o755)
    for name in NAMES:  # made by the user first: the web server must be able to read them, whoever fills them
        (out / name).touch(mode=0o644)
    with work.timed("checkout"):
        work.progress("checkout", 0.02, "hard links to the version's files")
        store.checkout(version.commit, tree)
    kernel = str(facts["kernel"])
    with work.timed("mksquashfs"):
        _squash(work, tree, out / "root.squashfs")
    with work.timed("verity"):
        work.progress("verity", 0.9, "hash tree")
        root_hash = _verity(work, out)
    with work.timed("kernel"):
        work.progress("kernel", 0.95, "kernel and initrd")
        shutil.copyfile(tree / "boot" / ("vmlinuz-" + kernel), out / "vmlinuz")
        shutil.copyfile(tree / "boot" / ("initrd.img-" + kernel), out / "initrd")
    manifest = {
        "format": FORMAT,
        "image": version.image,
        "version": version.name,
        "commit": version.commit,
        "content": version.content,
        "created": version.created,
        "suite": facts["suite"],
        "packages": version.info["packages"],
        "kernel": kernel,
        "root_hash": root_hash,
        "verity": {"hash": "sha256", "salt": _SALT, "uuid": _UUID, "data_block": _BLOCK, "hash_block": _BLOCK},
        "files": {name: {"bytes": (out / name).stat().st_size, "sha256": _sha256(out / name)} for name in NAMES},
    }
    for name, key in (("vmlinuz", "vmlinuz_sha256"), ("initrd", "initrd_sha256")):
        if manifest["files"][name]["sha256"] != facts[key]:
            raise CtlError(
                "store-damaged",
                "The {} in the repository is not the one that was built.".format(name),
                hint="ostree fsck",
            )
    work.progress("manifest", 0.98, root_hash)
    with work.timed("rename"):
        files.write_json(out / "manifest.json", manifest)
        for name in NAMES:
            files.sync_file(out / name)
        files.sync_folder(out)
        _into_place(work.site, out, root_hash)
    work.progress("done", 1.0, "published as {}".format(root_hash[:12]))
    return {**manifest, "seconds": work.seconds}


def _into_place(site: Site, out: Path, root_hash: str) -> None:
    target = site.published / root_hash
    with site.lock():
        if target.exists():
            # The same root hash from another version: the tree holds the hashes of kernel and initrd, so all is equal.
            return
        os.rename(out, target)
        files.sync_folder(site.published)


def _squash(work: Work, tree: Path, target: Path) -> None:
    """Kernel and initrd stay out: they are published beside it, and the tree holds their hashes."""
    said: List[str] = []

    def on_line(line: str) -> None:
        found = re.search(r"(\d+)%\s*$", line)
        if found and line.startswith("["):
            work.progress("mksquashfs", 0.05 + 0.85 * int(found.group(1)) / 100, "")
        elif line.strip():
            said.append(line)

    argv = ["mksquashfs", str(tree), str(target), "-progress", *SQUASH_OPTIONS]
    work.progress("mksquashfs", 0.05, "packing the tree into one file")
    if work.stream(argv, on_line) != 0:
        raise _failed("mksquashfs", "\n".join(said))


def _verity(work: Work, out: Path) -> str:
    argv = ["veritysetup", "format", "--hash=sha256", "--salt=" + _SALT, "--uuid=" + _UUID]
    argv += ["--data-block-size={}".format(_BLOCK), "--hash-block-size={}".format(_BLOCK)]
    said: List[str] = []
    code = work.stream([*argv, str(out / "root.squashfs"), str(out / "root.verity")], said.append, privileged=False)
    found = re.search(r"^Root hash:\s*([0-9a-f]{64})$", "\n".join(said), re.M)
    if code != 0 or found is None:
        raise _failed("veritysetup", "\n".join(said))
    return found.group(1)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
