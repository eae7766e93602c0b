"""Tags: names that people give to versions. A tag can be moved; what nodes were assigned by it stays what it meant."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence, Tuple, TypeVar, cast

from .. import formats, shapes
from ..errors import CtlError
from ..site import Site
from . import authors, manifests
from .store import Version

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}\Z")
_HASH = re.compile(r"[0-9A-Fa-f]{4,}\Z")

Known = Dict[str, shapes.TagFacts]
_Value = TypeVar("_Value")


def check(name: str) -> str:
    """A name that can be a tag: it must be no option, and nothing that could be the beginning of a hash.

    Raises CtlError ``bad-tag``.
    """
    why = ""
    if not _NAME.match(name):
        why = "is letters, digits, dots, dashes and underscores, begins with a letter or a digit, and has 63 at most"
    elif _HASH.match(name):
        why = "must not look like a hash, which names a version already"
    if why:
        raise CtlError(
            "bad-tag", "{!r} can be no tag: a tag {}.".format(name[:80], why), hint="for example course-2027"
        )
    return name


def load(site: Site) -> Known:
    """All tags by name. Needs no lock: the file is replaced as a whole.

    Raises CtlError ``no-site``, ``site-format`` or ``damaged``.
    """
    site.facts()
    found = formats.read("tags", _file(site))
    return dict(cast(shapes.TagsNote, found)["tags"]) if found is not None else {}


def load_for_names(site: Site) -> "Tuple[Known, Optional[CtlError]]":
    """All tags, or none with the reason: a damaged file must not keep anybody from a version by its own name."""
    try:
        return load(site), None
    except CtlError as error:
        if error.code != "damaged":
            raise
        return {}, error


def _file(site: Site) -> Path:
    return site.root / "tags.json"


def put(site: Site, name: str, version: Version, images: Sequence[str], there: Callable[[Version], bool]) -> shapes.Tag:
    """Let a tag mean a version, whatever it meant before; `images` are the names of all images.

    `there` looks, under the lock, whether the version is still there. Raises CtlError ``bad-tag``, ``unknown-version``.
    """
    check(name)
    if name in images:
        raise CtlError(
            "bad-tag", "{!r} is the name of an image.".format(name), hint="choose another one, for example course-2027"
        )

    def change(known: Known) -> shapes.TagFacts:
        if not there(version):
            raise CtlError(
                "unknown-version",
                "Version {} of {!r} has just gone.".format(version.name, version.image),
                hint="image log",
            )
        before = known.get(name)
        if before is None or before["commit"] != version.commit:  # the same once more changes nothing
            known[name] = {
                "image": version.image,
                "commit": version.commit,
                "content": version.content,
                "author": authors.account(),
                "when": round(time.time(), 3),
            }
        return known[name]

    return answered(name, _change(site, change), _roots(site))


def remove(site: Site, names: Sequence[str]) -> List[str]:
    """Take tags away; the versions stay until `image gc`.

    Raises CtlError ``unknown-tag``; then none is taken away.
    """

    def change(known: Known) -> List[str]:
        for name in names:
            if name not in known:
                raise unknown(name, known)
        for name in dict.fromkeys(names):
            del known[name]
        return list(dict.fromkeys(names))

    return _change(site, change)


def listing(site: Site) -> List[shapes.Tag]:
    """All tags, by name."""
    roots = _roots(site)
    return [answered(name, facts, roots) for name, facts in sorted(load(site).items())]


def of(known: Known, commit: str) -> List[str]:
    """The tags of a version."""
    return sorted(name for name, facts in known.items() if facts["commit"] == commit)


def unknown(name: str, known: Known) -> CtlError:
    """The error for a tag that is none."""
    return CtlError(
        "unknown-tag",
        "There is no tag {!r}.".format(name[:80]),
        hint="known: " + ", ".join(sorted(known)[:12]) if known else "there is none yet: image tag NAME@VERSION TAG",
    )


def answered(name: str, facts: shapes.TagFacts, roots: Dict[str, str]) -> shapes.Tag:
    """A tag as it is answered; `roots` is content -> root hash."""
    version, published = facts["commit"][:12], roots.get(facts["content"])
    return {"name": name, **facts, "version": version, "published": published}


def _roots(site: Site) -> Dict[str, str]:
    return {each["content"]: each["root_hash"] for each in manifests.published(site)}


def _change(site: Site, how: Callable[[Known], _Value]) -> _Value:
    with site.lock():
        known = load(site)
        before = dict(known)
        value = how(known)
        if known != before:
            formats.write("tags", _file(site), {"tags": known})
    return value
