"""What people call a version: NAME, NAME@VERSION, NAME@TAG or TAG. One meaning, or an error; never a guess."""

from __future__ import annotations

import re

from ..errors import CtlError
from ..site import Site
from . import tags
from .store import Store, Version

_HASH = re.compile(r"[0-9a-f]+\Z")


def find(site: Site, store: Store, name: str) -> Version:
    """The version that a name means; NAME alone is the newest of that image.

    Raises CtlError ``unknown-image``, ``unknown-version``, ``unknown-tag`` or ``ambiguous-name``.
    """
    known, broken = tags.load_for_names(site)
    images = store.images()
    image, at, wanted = name.partition("@")
    if not at and image in known:
        if image in images:
            raise ambiguous(image)
        wanted, image = image, known[image]["image"]
    facts = known.get(wanted) if wanted else None
    if facts is not None and facts["image"] == image:
        return store.find("{}@{}".format(image, facts["commit"]))
    if broken is not None and (image not in images or (wanted and not _HASH.match(wanted))):
        raise broken
    if not at and image not in images and images:
        raise CtlError(
            "unknown-image",
            "There is no image and no tag {!r}.".format(name[:80]),
            hint="known: " + ", ".join([*images, *sorted(known)][:12]),
        )
    return store.find(name)


def ambiguous(name: str) -> CtlError:
    """The error for a name that an image and a tag share: an image of that name was made after the tag."""
    return CtlError(
        "ambiguous-name",
        "{!r} is the name of an image, and a tag.".format(name),
        hint="say NAME@VERSION, and take the tag away: image untag {}".format(name),
    )
