"""What versions were made from: package files and package lists, each kept once on the site, by its SHA-256.

The lists are the archive's own, with their signed Release files, as apt had them: what is made again from them is
resolved as it was then, though the archive has moved on, and without it.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import time
from pathlib import Path
from typing import Dict, Iterable, Optional, cast

from .. import files, formats, shapes
from ..errors import CtlError
from ..site import Site

DEBS, LISTS = "debs", "lists"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_~:%-]{0,240}\Z")
_HASH = re.compile(r"[0-9a-f]{64}\Z")


def gather(root: str, out: Path) -> None:
    """Take package files and lists out of a tree that is being built, before its last step removes them.

    Runs with privilege; the folders in `out` belong to the user, who is to `keep` what is in them.
    """
    for kind, folder in ((DEBS, "var/cache/apt/archives"), (LISTS, "var/lib/apt/lists")):
        for entry in sorted(os.scandir(os.path.join(root, folder)), key=lambda each: each.name):
            wanted = entry.name.endswith(".deb") if kind == DEBS else entry.name != "lock"
            if wanted and _NAME.match(entry.name) and stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
                _link_or_copy(Path(entry.path), out / kind / entry.name)


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system: the tree is an overlay
        shutil.copyfile(source, target)
        shutil.copymode(source, target)


def make_room(out: Path) -> None:
    """Make the folders that `gather` fills."""
    for kind in (DEBS, LISTS):
        (out / kind).mkdir()


def keep(site: Site, out: Path, before: Optional[shapes.Sources] = None) -> shapes.Sources:
    """Move what was gathered into the site; gives the names and sums of all of it.

    With `before`, the package files of the version below are named too, since what is on it needs them as well.
    """
    found: shapes.Sources = {"format": formats.newest("sources"), "debs": {}, "lists": {}}
    for kind, names in ((DEBS, found["debs"]), (LISTS, found["lists"])):
        place = site.kept / kind
        place.mkdir(parents=True, exist_ok=True)
        for path in sorted((out / kind).iterdir()):
            digest = files.sha256(path)
            names[path.name] = digest
            if (place / digest).exists():
                os.utime(place / digest)  # a sweep sees that it is wanted again
            else:
                os.rename(path, place / digest)
        files.sync_folder(place)
    if before is not None:
        found["debs"] = {**before["debs"], **found["debs"]}
    return found


def note(site: Site, commit: str, sources: shapes.Sources) -> None:
    """Write down what a version was made from; a version that is there already keeps what it has."""
    if not _note(site, commit).exists():
        formats.write("sources", _note(site, commit), sources)


def read(site: Site, commit: str) -> Optional[shapes.Sources]:
    """What a version was made from, or None for one that was made before sites kept it.

    Raises CtlError ``damaged``.
    """
    return cast("Optional[shapes.Sources]", formats.read("sources", _note(site, commit)))


def need(site: Site, commit: str) -> shapes.Sources:
    """What a version was made from.

    Raises CtlError ``not-kept`` where the site has not, or not any more, all of it; ``damaged``.
    """
    found = read(site, commit)
    missing = "what version {} was made from".format(commit[:12])
    if found is not None:
        lost = [name for kind, name, digest in _all(found) if not (site.kept / kind / digest).is_file()]
        if not lost:
            return found
        missing = ", ".join(lost[:3])
    raise CtlError(
        "not-kept",
        "The site has not kept {}.".format(missing),
        hint="it can be built anew from its recipe, with the packages of today",
    )


def lay_out(site: Site, sources: shapes.Sources, out: Path) -> None:
    """Put the files of `sources` under their own names into the folders of `out`, each held to its sum.

    Raises CtlError ``damaged``.
    """
    make_room(out)
    for kind, name, digest in _all(sources):
        if not _NAME.match(name) or not _HASH.match(digest) or files.sha256(site.kept / kind / digest) != digest:
            raise formats.damaged(str(site.kept / kind / digest), "it is not {} any more".format(name))
        _link_or_copy(site.kept / kind / digest, out / kind / name)


def sweep(site: Site, commits: Iterable[str], *, age: float = 3600.0, dry_run: bool = False) -> int:
    """Remove what no version of `commits` was made from; gives the bytes that this frees, or would free.

    What came within the last `age` seconds stays: it may be of a version that is being made.
    """
    stay = set(commits)
    named: Dict[str, set[str]] = {DEBS: set(), LISTS: set()}
    doomed = []
    for path in sorted(site.kept.glob("*.json")):
        found = read(site, path.stem) if path.stem in stay else None
        if found is None:
            doomed.append(path)
            continue
        for kind, _, digest in _all(found):
            named[kind].add(digest)
    for kind in (DEBS, LISTS):
        doomed += [path for path in sorted((site.kept / kind).glob("*")) if path.name not in named[kind]]
    before = time.time() - age
    doomed = [path for path in doomed if path.stat().st_ctime < before]
    freed = sum(path.stat().st_size for path in doomed)
    for path in doomed if not dry_run else ():
        path.unlink()
    return freed


def _note(site: Site, commit: str) -> Path:
    return site.kept / (commit + ".json")


def _all(sources: shapes.Sources) -> "Iterable[tuple[str, str, str]]":
    for kind, names in ((DEBS, sources["debs"]), (LISTS, sources["lists"])):
        yield from ((kind, name, digest) for name, digest in names.items())
