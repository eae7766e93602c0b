"""A version made again, whole, from what the site has kept of it and nothing else; and what comes out otherwise.

The archive is not asked. A version that was made on another one is made in one go from the recipe that says the same:
so this is also where that is confirmed, or its differences are listed.
"""

from __future__ import annotations

from typing import cast

from .. import files, shapes, tools
from ..errors import CtlError
from ..job.work import Work, exclusive
from . import accounts, build, diff, kept, mmdebstrap, names, recipe, watch
from .store import Store, Version


def rebuild(work: Work, name: str) -> shapes.Rebuilt:
    """Make the version `name` (`names.find`) again and compare; the new tree is looked at and not kept.

    Raises CtlError ``not-kept``, ``other-boot-files``, ``disk-full``, ``busy``, or what stops a build.
    """
    for program in ("mmdebstrap", "ostree"):
        tools.need(program)
    store = Store(work.site.repo, work.privilege)
    version = names.find(work.site, store, name)
    lock = work.site.locks / ("image-" + version.image + ".lock")
    with exclusive(lock, work, "Image {!r} is being built".format(version.image)):
        sources = kept.need(work.site, version.commit)
        if version.info["boot"] not in ("", build.boot_hash()):
            raise CtlError(
                "other-boot-files",
                "Version {} was made by another version of sidus_lab, with other boot files.".format(version.name),
                hint="make it again with the version of sidus_lab that made it",
            )
        watch.need_room(work)
        work.progress("privilege", 0.0, work.privilege.words())
        given = work.folder / "given"
        given.mkdir()
        with work.timed("lay out"):
            kept.lay_out(work.site, sources, given)
        again = _build(work, store, version)
        try:
            with work.timed("compare"):
                work.progress("compare", 0.97, "the version and the new tree")
                found = diff.between(work.site, store, version, again, whole=True)
        finally:
            store.drop_aside(version.image)
    work.progress("done", 1.0, "equal" if found["same"] else "not equal")
    return {
        "image": version.image,
        "version": version.name,
        "content": version.content,
        "again": again.content,
        "same": found["same"],
        "diff": found,
        "seconds": work.seconds,
    }


def _build(work: Work, store: Store, version: Version) -> Version:
    wanted = recipe.check(cast("dict[str, object]", version.info["recipe"]))
    files.write_json(work.folder / "recipe.json", wanted.to_dict())
    accounts.lay_out(work.folder, *(store.text(version.commit, path) for path in accounts.LISTS))
    kept.make_room(work.folder)
    tree, hook = work.folder / "tree", watch.own(work.site.root, "_inside", work.folder)
    argv = mmdebstrap.command(wanted, tree, hook, pools=work.folder, given=work.folder / "given")
    with work.timed("mmdebstrap"):
        try:
            watch.run(work, argv, wanted.suite, alone=True)
        except CtlError as error:
            if error.code != "no-network":
                raise
            raise CtlError(
                "not-kept",
                "The site has not kept all that a whole build of version {} needs.".format(version.name),
                hint="it was made on another version, and the archive had moved on between the two",
                detail=error.detail,
            ) from None
    work.privilege.run(["rmdir", *(str(tree / path) for path in build.APT_FOLDERS)])
    with work.timed("commit"):
        work.progress("commit", watch.COMMIT_AT, "taking the tree into the repository")
        return store.put_aside(version.image, tree, {**version.info}, consume=True, after=version)
