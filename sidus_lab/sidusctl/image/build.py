"""Build an image: recipe in, version out."""

from __future__ import annotations

import hashlib
import json
import shutil
from typing import List, cast

from .. import files, shapes, tools
from ..errors import CtlError
from ..job.work import Work, exclusive
from . import bootfiles, inside, mmdebstrap
from .recipe import Recipe
from .store import Store, Version

_ROOM = 1 << 29
"""Less free space than this (512 MiB) cannot hold any image: say so before the download."""

# Shares of the whole, for the progress bar only: package work takes most of the time.
_HOOK_AT = {"files": 0.80, "initrd": 0.82, "lock": 0.90}
_COMMIT_AT = 0.92

_APT_FOLDERS = ("var/lib/apt/lists/partial", "var/cache/apt/archives/partial")


def boot_hash() -> str:
    """One hash over all boot files: a version built with other boot files is another version."""
    digest = hashlib.sha256()
    for entry in bootfiles.TABLE:
        digest.update(repr(entry).encode() + b"\0" + bootfiles.content(entry.name))
    return digest.hexdigest()


def build(work: Work, recipe: Recipe, *, force: bool = False, message: str = "") -> shapes.Build:
    """Build `recipe` and commit it; without `force`, an image whose newest version has this very recipe is kept.

    `message` says why, and stands in the version's history.
    Raises CtlError with the cause: ``unknown-package``, ``unknown-suite``, ``no-network``, ``disk-full``, ``busy``...
    """
    for program in ("mmdebstrap", "ostree"):
        tools.need(program)
    lock = work.site.locks / ("image-" + recipe.name + ".lock")
    with exclusive(lock, work, "Image {!r} is being built".format(recipe.name)):
        return _build(work, recipe, force, message)


def _build(work: Work, recipe: Recipe, force: bool, message: str) -> shapes.Build:
    store = Store(work.site.repo, work.privilege)
    wanted, boot = recipe.to_dict(), boot_hash() if recipe.kernel else ""
    newest = store.newest(recipe.name)
    if newest is not None and not force and (newest.info["recipe"], newest.info["boot"]) == (wanted, boot):
        work.progress("kept", 1.0, "the newest version has this recipe already")
        return _value(newest, False, work)
    free = shutil.disk_usage(work.folder).free
    if free < _ROOM:
        raise CtlError(
            "disk-full",
            "Only {} MiB are free in {}.".format(free >> 20, work.site.root),
            hint="free some space; an image needs 512 MiB and more while it is built",
        )
    work.progress("privilege", 0.0, work.privilege.words())
    files.write_json(work.folder / "recipe.json", wanted)
    tree = work.folder / "tree"
    with work.timed("mmdebstrap"):
        _run_mmdebstrap(work, recipe)
    # Made by apt's last step for the user it works as, which differs from server to server; apt makes them anew.
    work.privilege.run(["rmdir", *(str(tree / path) for path in _APT_FOLDERS)])
    with work.timed("commit"):
        work.progress("commit", _COMMIT_AT, "taking the tree into the repository")
        lock = json.loads((tree / inside.LOCK.lstrip("/")).read_text(encoding="utf-8"))
        facts = cast(shapes.BuildFacts, json.loads((tree / inside.FACTS.lstrip("/")).read_text(encoding="utf-8")))
        info: shapes.VersionInfo = {
            "recipe": wanted,
            "boot": boot,
            "packages": len(lock),
            "kernel": facts.get("kernel", ""),
            "message": message,
        }
        version, is_new = store.commit(recipe.name, tree, info)
    work.progress("done", 1.0, "version {}".format(version.name))
    return _value(version, is_new, work)


def _value(version: Version, is_new: bool, work: Work) -> shapes.Build:
    return {
        "image": version.image,
        "version": version.name,
        "commit": version.commit,
        "content": version.content,
        "new": is_new,
        "packages": version.info["packages"],
        "seconds": work.seconds,
    }


def _run_mmdebstrap(work: Work, recipe: Recipe) -> None:
    hook = [*tools.own_command(), "--site", str(work.site.root), "_inside", str(work.folder)]
    argv = mmdebstrap.command(recipe, work.folder / "tree", hook)
    tail: List[str] = []
    named: List[CtlError] = []
    counter = mmdebstrap.Progress()

    reached = [0.0]

    def show(step: str, fraction: float, text: str) -> None:
        reached.append(max(reached.pop(), fraction))  # mmdebstrap has more to say after our own steps
        work.progress(step, reached[0], text)

    def on_line(line: str) -> None:
        tail.append(line)
        del tail[:-400]
        if line.startswith(inside.MARK + "error "):
            value = json.loads(line[len(inside.MARK + "error ") :])
            named.append(CtlError(value["code"], value["message"], hint=value["hint"], detail="\n".join(tail[-8:-1])))
        elif line.startswith(inside.MARK + "step "):
            step = line[len(inside.MARK + "step ") :]
            show(step, _HOOK_AT.get(step, _HOOK_AT["files"]), step)
        elif counter.feed(line):
            show("mmdebstrap", counter.fraction * _HOOK_AT["files"], line.strip()[:200])

    code = work.stream(argv, on_line, env=mmdebstrap.environment())
    if named:
        raise named[0]
    if code != 0:
        raise mmdebstrap.explain("\n".join(tail), recipe.suite, code)
