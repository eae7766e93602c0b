"""A new version on another one, in seconds: packages installed or removed, or a command run, in a layer over its files.

The outer half: what the change means, and what the new version says of itself. `layer` does it.
"""

from __future__ import annotations

import json
from typing import cast

from .. import files, shapes, tools
from ..errors import CtlError
from ..job.work import Work, exclusive
from . import authors, build, change_plan, kept, layer, names, recipe, watch
from .change_plan import Change
from .store import Store


def change(work: Work, name: str, wanted: Change, message: str = "") -> shapes.Build:
    """Make the change on the version `name` (`names.find`) and commit what comes of it as the image's newest version.

    A change that changes no file makes no version. Raises CtlError as `build.build` and `change_plan.recipe_after`;
    then there is no new version, and the one below is what it was.
    """
    for program in ("mmdebstrap", "ostree"):
        tools.need(program)
    store = Store(work.site.repo, work.privilege)
    image = names.find(work.site, store, name).image
    lock = work.site.locks / ("image-" + image + ".lock")
    with exclusive(lock, work, "Image {!r} is being built".format(image)):
        parent = names.find(work.site, store, name)  # once more: by an image's name, the newest of now
        watch.need_room(work)
        work.progress("privilege", 0.0, work.privilege.words())
        old = recipe.check(cast("dict[str, object]", parent.info["recipe"]))
        after = change_plan.recipe_after(old, wanted, {row["name"] for row in store.lock(parent.commit)})
        files.write_json(work.folder / "recipe.json", after.to_dict())
        files.write_json(work.folder / layer.CHANGE, wanted.to_step())
        order: layer.Order = {
            "parent": parent.commit,
            "image": image,
            "info": {
                "recipe": after.to_dict(),
                "boot": parent.info["boot"],
                "packages": 0,
                "kernel": "",
                "author": authors.account(),
                "host": authors.host(),
                "parent": parent.commit,
                "how": "on",
                "message": message,
                "steps": [wanted.to_step()],
            },
        }
        files.write_json(work.folder / layer.ORDER, order)
        kept.make_room(work.folder)
        with work.timed("change"):
            _run(work, wanted, after.suite)
        made = json.loads((work.folder / layer.MADE).read_text(encoding="utf-8"))
        version = store.find("{}@{}".format(image, made["commit"]))
        below = kept.read(work.site, parent.commit)
        if below is not None:  # else a part of what it was made from is not kept, and it could not be made again
            kept.note(work.site, version.commit, kept.keep(work.site, work.folder, below))
    work.progress("done", 1.0, "version {}".format(version.name))
    return build.value(version, made["new"], work)


def _run(work: Work, wanted: Change, suite: str) -> None:
    try:
        watch.run(work, watch.own(work.site.root, "_layer", work.folder), suite)
    except CtlError as error:
        if (wanted.kind, error.code) != ("remove", "unmet-dependencies"):
            raise
        words, hint = ", ".join(wanted.words), "read the lines above: they name what depends on it"
        raise CtlError(
            "needed-by", "Other packages cannot be without {}.".format(words), hint=hint, detail=error.detail
        ) from None
