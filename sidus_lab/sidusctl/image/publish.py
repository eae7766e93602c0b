"""Publish a version: what nodes boot, in a folder named by the root hash, complete or not there at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Optional

from .. import errors, files, formats, shapes, tools
from ..errors import CtlError
from ..job.work import Work, exclusive
from ..site import Site
from . import manifests, uefi, verify
from .forms import effort
from .forms.form import Form
from .store import Store, Version

KERNEL, INITRD = "vmlinuz", "initrd"


def publish(work: Work, version: Version, form: Form, level: Optional[int] = None) -> shapes.Publication:
    """Publish a version in one form and give its manifest; what is published already is kept, unless it is damaged.

    Kept at whatever `level` (`forms.effort`) it was packed, unless one is asked for: another level is another artefact,
    with a root hash of its own, and is published beside the first. What is damaged is made again at its own level.

    Raises CtlError ``no-kernel``, ``disk-full``, ``busy`` or ``publish-failed``; then nothing is left behind.
    """
    for program in ("ostree", *form.programs):
        tools.need(program)
    lock = work.site.locks / ("publish-" + version.content + ".lock")
    with exclusive(lock, work, "Version {} is being published".format(version.name)):
        known = manifests.of_content(work.site, version.content, form.name, level)
        if known is not None:
            level = known.get("level", effort.BEFORE)
        if known is not None and verify.faults(work.site.published / known["root_hash"]):
            work.progress("repair", 0.0, "what is published is damaged: it is made again")
        elif known is not None:
            if known["uefi"] is None and uefi.can_make():  # published before this server could
                known = uefi.add(work, work.site.published / known["root_hash"], known)
            work.progress("kept", 1.0, "published already")
            return {**known, "seconds": work.seconds}
        try:
            return _publish(work, version, form, effort.DEFAULT if level is None else level)
        except OSError as error:
            raise errors.from_os(
                error, "publish-failed", "Publishing failed: {}.".format(error), "see the job's log"
            ) from error


def _publish(work: Work, version: Version, form: Form, level: int) -> shapes.Publication:
    store = Store(work.site.repo, work.privilege)
    facts = store.facts(version.commit)
    kernel = facts.get("kernel", "")
    if not kernel:
        raise CtlError(
            "no-kernel",
            "Version {} of {!r} has no kernel, so no node can boot it.".format(version.name, version.image),
            hint='give the recipe a kernel = "linux-image-cloud-amd64" and build again',
        )
    tree, out = work.folder / "tree", work.folder / "out"
    names = (KERNEL, INITRD, *form.files)
    out.mkdir(mode=0o755)
    for name in names:  # made by the user first: the web server must be able to read them, whoever fills them
        (out / name).touch(mode=0o644)
    with work.timed("checkout"):
        work.progress("checkout", 0.02, "hard links to the version's files")
        store.checkout(version.commit, tree)
    packed = form.pack(work, tree, out, level)
    with work.timed("kernel"):
        work.progress("kernel", 0.95, "kernel and initrd")
        shutil.copyfile(tree / "boot" / ("vmlinuz-" + kernel), out / KERNEL)
        shutil.copyfile(tree / "boot" / ("initrd.img-" + kernel), out / INITRD)
    about = uefi.make(work, out / KERNEL, out / INITRD, out / uefi.IMAGE)
    if about is not None:
        names = (*names, uefi.IMAGE)
    manifest: shapes.Manifest = {
        "format": formats.newest("manifest"),
        "form": form.name,
        "level": level,
        "tools": {program: tools.version(program) for program in form.programs},
        "levels": list(form.levels),
        "image": version.image,
        "version": version.name,
        "commit": version.commit,
        "content": version.content,
        "created": version.created,
        "suite": facts["suite"],
        "packages": version.info["packages"],
        "kernel": kernel,
        "root_hash": packed.root_hash,
        "verity": packed.verity,
        "files": {name: {"bytes": (out / name).stat().st_size, "sha256": files.sha256(out / name)} for name in names},
        "uefi": about,
    }
    for name, built in ((KERNEL, facts["vmlinuz_sha256"]), (INITRD, facts["initrd_sha256"])):
        if manifest["files"][name]["sha256"] != built:
            raise CtlError(
                "store-damaged",
                "The {} in the repository is not the one that was built.".format(name),
                hint="ostree fsck",
            )
    work.progress("manifest", 0.98, packed.root_hash)
    with work.timed("rename"):
        formats.write("manifest", out / "manifest.json", manifest)
        for name in names:
            files.sync_file(out / name)
        files.sync_folder(out)
        _into_place(work.site, out, packed.root_hash)
    work.progress("done", 1.0, "published as {}".format(packed.root_hash[:12]))
    return {**manifest, "seconds": work.seconds}


def _into_place(site: Site, out: Path, root_hash: str) -> None:
    target = site.published / root_hash
    with site.lock():
        if not target.exists():
            os.rename(out, target)
        elif verify.faults(target):
            files.exchange(out, target)  # what was damaged goes with the job's folder
        else:
            # The same root hash from another version: the tree holds the hashes of kernel and initrd, so all is equal.
            return
        files.sync_folder(site.published)
