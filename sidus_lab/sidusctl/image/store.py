"""The OSTree repository: all versions of all images, each file stored once. No other module runs `ostree`."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import List, NamedTuple, Optional, cast

from .. import errors, formats, shaped, shapes, tools
from ..errors import CtlError
from ..privilege import Privilege
from .inside import FACTS, LOCK

_BRANCH = "sidus/"
_ASIDE = "sidus-aside/"
_KEY = "sidus.info"


class Version(NamedTuple):
    """One immutable tree of an image."""

    image: str
    commit: str
    content: str
    created: str
    info: shapes.VersionInfo

    @property
    def name(self) -> str:
        """The first 12 characters of the commit."""
        return self.commit[:12]


def _failed(what: str, said: bytes) -> CtlError:
    text = said.decode("utf-8", errors="replace").strip()
    if errors.says_full(text):
        return errors.disk_full(text[-1000:])
    return CtlError(
        "store-failed",
        "OSTree could not {}.".format(what),
        hint="is the repository whole? ostree fsck",
        detail=text[-1000:],
    )


class Store:
    """The repository of a site. Reading needs no privilege and no lock: OSTree's files are never changed in place."""

    def __init__(self, repo: Path, privilege: Privilege) -> None:
        self._repo = "--repo=" + str(repo)
        self._privilege = privilege

    def _ask(self, *words: str) -> str:
        done = tools.run(["ostree", self._repo, *words])
        if done.returncode != 0:
            raise _failed(words[0], done.stderr)
        return done.stdout.decode("utf-8", errors="replace")

    def _do(self, *words: str) -> str:
        done = self._privilege.run(["ostree", self._repo, *words])
        if done.returncode != 0:
            raise _failed(words[0], done.stderr)
        return done.stdout.decode("utf-8", errors="replace").strip()

    def images(self) -> List[str]:
        """The names of all images."""
        return sorted(line[len(_BRANCH) :] for line in self._ask("refs").split() if line.startswith(_BRANCH))

    def versions(self, image: str) -> List[Version]:
        """All versions of an image, newest first.

        Raises CtlError ``unknown-image``.
        """
        done = tools.run(["ostree", self._repo, "log", _BRANCH + image])
        if done.returncode != 0:
            known = self.images()
            if image in known:
                raise _failed("log", done.stderr)
            raise CtlError(
                "unknown-image",
                "There is no image {!r}.".format(image),
                hint="known: " + ", ".join(known) if known else "build one first",
                step=() if known else ("image-build",),
            )
        commits = re.findall(r"^commit ([0-9a-f]{64})$", done.stdout.decode(errors="replace"), re.M)
        return [self._version(image, commit) for commit in commits]

    def newest(self, image: str) -> Optional[Version]:
        """The newest version of an image, or None when there is none yet."""
        done = tools.run(["ostree", self._repo, "rev-parse", _BRANCH + image])
        return self._version(image, done.stdout.decode().strip()) if done.returncode == 0 else None

    def _version(self, image: str, commit: str) -> Version:
        shown = self._ask("show", commit)
        content = re.search(r"^ContentChecksum:\s+([0-9a-f]{64})", shown, re.M)
        created = re.search(r"^Date:\s+(\S+) (\S+)", shown, re.M)
        # A text in GVariant's notation: base64 has nothing in it that would have to be quoted.
        packed = self._ask("show", "--print-metadata-key=" + _KEY, commit).strip().strip("'")
        where = "version {} of image {!r}".format(commit[:12], image)
        try:
            info = base64.b64decode(packed)
        except ValueError as error:
            raise formats.damaged(where, str(error)) from None
        return Version(
            image,
            commit,
            content.group(1) if content else "",
            "{}T{}Z".format(*created.groups()) if created else "",
            cast(shapes.VersionInfo, _checked(where, shapes.VersionInfo, info)),
        )

    def find(self, name: str) -> Version:
        """`NAME` (its newest version) or `NAME@VERSION` (4 or more characters of the commit).

        Raises CtlError ``unknown-image`` or ``unknown-version``.
        """
        image, _, wanted = name.partition("@")
        versions = self.versions(image)
        found = [entry for entry in versions if entry.commit.startswith(wanted)]
        if not wanted or (len(wanted) >= 4 and len(found) == 1):
            return found[0]
        raise CtlError(
            "unknown-version",
            "Image {!r} has {} version {!r}.".format(
                image, "more than one" if found and len(wanted) >= 4 else "no", wanted
            ),
            hint="known: " + ", ".join(entry.name for entry in versions[:8]),
        )

    def commit(self, image: str, tree: Path, info: shapes.VersionInfo) -> "tuple[Version, bool]":
        """Take over the files of `tree` (they are moved, not copied) as a new version of `image`.

        A tree with the content of the newest version makes no new one: gives that version and False.
        """
        newest = self.newest(image)
        packed = base64.b64encode(json.dumps(info, sort_keys=True).encode()).decode()
        words = [
            "commit",
            "--consume",
            "--no-bindings",
            "--subject=" + image,
            "--add-metadata-string=" + _KEY + "=" + packed,
        ]
        words += ["--parent=" + newest.commit] if newest else []
        # A branch aside, until it is known whether the content is new; a prune by another build must not take it.
        aside = _ASIDE + image
        commit = self._do(*words, "--branch=" + aside, "--tree=dir=" + str(tree))
        made = self._version(image, commit)
        is_new = newest is None or newest.content != made.content
        if is_new:
            # --force: the branch moves on from its newest version in one atomic step.
            self._do("refs", "--force", "--create=" + _BRANCH + image, commit)
        self._do("refs", "--delete", aside)
        if newest is None or is_new:
            return made, True
        self._do("prune", "--refs-only")
        return newest, False

    def checkout(self, commit: str, folder: Path) -> None:
        """The tree of a version as hard links into the repository: no file is copied."""
        self._do("checkout", "--require-hardlinks", commit, str(folder))

    def lock(self, commit: str) -> List[shapes.Package]:
        """The package lock of a version.

        Raises CtlError ``damaged``.
        """
        said = self._ask("cat", commit, LOCK).encode()
        return cast("List[shapes.Package]", _checked(commit[:12] + ":" + LOCK, List[shapes.Package], said))

    def facts(self, commit: str) -> shapes.BuildFacts:
        """What the build wrote into the tree about kernel and initrd.

        Raises CtlError ``damaged``.
        """
        said = self._ask("cat", commit, FACTS).encode()
        return cast(shapes.BuildFacts, _checked(commit[:12] + ":" + FACTS, shapes.BuildFacts, said))


def _checked(where: str, shape: object, said: bytes) -> object:
    """What a version carries with it, read back and held to its shape."""
    try:
        value = json.loads(said)
    except ValueError as error:
        raise formats.damaged(where, "it is no JSON ({})".format(error)) from None
    faults = shaped.faults(value, shape)
    if faults:
        raise formats.damaged(where, "; ".join(faults[:3]))
    return value
