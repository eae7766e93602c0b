"""What is published for UEFI firmware: kernel and initrd as one program, and the hashes that a TPM holds it to.

It is an addition: where it cannot be made, everything else is published, and machines start without it as they did.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path
from typing import Optional

from .. import files, formats, shapes, tools
from ..errors import CtlError
from ..job.work import Work
from . import manifests, uki

IMAGE = "sidus.efi"


def make(work: Work, kernel: Path, initrd: Path, target: Path) -> Optional[shapes.Uefi]:
    """Join kernel and initrd for UEFI firmware, and give the hashes by which a start of it is known.

    None where that cannot be done here; the job's progress says why, and what would help.
    """
    try:
        kernel_program = uki.authenticode(kernel.read_bytes())
        with work.timed("uefi"):
            uki.assemble(kernel, initrd, target)
            image_program = uki.authenticode(target.read_bytes())
    except (CtlError, ValueError) as error:
        why = "{} {}".format(error.message, error.hint) if isinstance(error, CtlError) else "the kernel is no program"
        work.progress("uefi", None, "none for UEFI firmware: {}".format(why))
        with contextlib.suppress(FileNotFoundError):
            target.unlink()
        return None
    target.chmod(0o644)
    return {
        "osrel": hashlib.sha256(uki.OSREL).hexdigest(),
        "image_program": image_program,
        "kernel_program": kernel_program,
    }


def can_make() -> bool:
    """Whether this server has what `make` needs."""
    return uki.STUB.is_file() and tools.find("objcopy") is not None


def add(work: Work, folder: Path, manifest: shapes.Manifest) -> shapes.Manifest:
    """Give a published folder that has none its program for UEFI, from the whole files in it; gives its manifest."""
    about = make(work, folder / "vmlinuz", folder / "initrd", work.folder / IMAGE)
    if about is None:
        return manifest
    made = work.folder / IMAGE
    entry: shapes.PublishedFile = {"bytes": made.stat().st_size, "sha256": files.sha256(made)}
    changed: shapes.Manifest = {**manifest, "uefi": about, "files": {**manifest["files"], IMAGE: entry}}
    files.sync_file(made)
    with work.site.lock():
        # The program first: a manifest never names what is not there.
        os.replace(made, folder / IMAGE)
        formats.write("manifest", folder / "manifest.json", changed)
    return changed


def published(folder: Path) -> Optional[shapes.Manifest]:
    """The manifest of a published folder if it has a program for UEFI firmware, else None."""
    try:
        manifest = manifests.read(folder)
    except CtlError:
        return None
    return manifest if manifest["uefi"] is not None and IMAGE in manifest["files"] else None
