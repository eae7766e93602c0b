"""Build an image: recipe in, version out."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import List, Optional, cast

from .. import files, shapes, tools
from ..errors import CtlError
from ..job.work import Work, exclusive
from . import accounts, bootfiles, inside, kept, mmdebstrap, watch
from .recipe import Recipe
from .store import Store, Version

APT_FOLDERS = ("var/lib/apt/lists/partial", "var/cache/apt/archives/partial")
"""Made by apt's last step for the user it works as, which differs from server to server; apt makes them anew."""


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
        return value(newest, False, work)
    watch.need_room(work)
    work.progress("privilege", 0.0, work.privilege.words())
    files.write_json(work.folder / "recipe.json", wanted)
    kept.make_room(work.folder)
    tree = work.folder / "tree"
    with work.timed("mmdebstrap"):
        hook = watch.own(work.site.root, "_inside", work.folder)
        pools = _lay_out_pools(work, store, newest)
        watch.run(work, mmdebstrap.command(recipe, tree, hook, pools=pools), recipe.suite)
    work.privilege.run(["rmdir", *(str(tree / path) for path in APT_FOLDERS)])
    with work.timed("commit"):
        work.progress("commit", watch.COMMIT_AT, "taking the tree into the repository")
        lock, facts = read_lock(tree), read_facts(tree)
        info: shapes.VersionInfo = {
            "recipe": wanted,
            "boot": boot,
            "packages": len(lock),
            "kernel": facts.get("kernel", ""),
            "message": message,
        }
        version, is_new = store.commit(recipe.name, tree, info)
    with work.timed("keep"):
        kept.note(work.site, version.commit, kept.keep(work.site, work.folder))
    work.progress("done", 1.0, "version {}".format(version.name))
    return value(version, is_new, work)


def _lay_out_pools(work: Work, store: Store, newest: Optional[Version]) -> Optional[Path]:
    """The numbers that users have in the newest version, for those that come again."""
    if newest is None:
        return None
    try:
        texts = [store.text(newest.commit, path) for path in accounts.LISTS]
    except CtlError:  # a tree without users, or a damaged version, which must not stop the next one
        work.progress(
            "accounts", None, "the users of version {} cannot be read: numbers begin anew".format(newest.name)
        )
        return None
    accounts.lay_out(work.folder, *texts)
    return work.folder


def read_lock(tree: Path) -> List[shapes.Package]:
    """The lock that the inner half left in a tree."""
    return cast("List[shapes.Package]", json.loads((tree / inside.LOCK.lstrip("/")).read_text(encoding="utf-8")))


def read_facts(tree: Path) -> shapes.BuildFacts:
    """What the inner half left in a tree about its kernel."""
    return cast(shapes.BuildFacts, json.loads((tree / inside.FACTS.lstrip("/")).read_text(encoding="utf-8")))


def value(version: Version, is_new: bool, work: Work) -> shapes.Build:
    """What the job that made, or kept, a version answers."""
    return {
        "image": version.image,
        "version": version.name,
        "commit": version.commit,
        "content": version.content,
        "new": is_new,
        "packages": version.info["packages"],
        "seconds": work.seconds,
    }
