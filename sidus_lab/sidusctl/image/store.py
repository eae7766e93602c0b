"""The OSTree repository: all versions of all images, each file stored once.

Each version has a ref of its own, and no parent in OSTree's sense, so that any of them can go and leave the others
whole; which version it came after is in its own metadata. One more ref for each image names the newest. (Before, an
image was one branch with parents: such versions are read as they are, and get their refs with the next commit.)
"""

from __future__ import annotations

import base64
import contextlib
import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple, cast

from .. import formats, shaped, shapes, tools
from ..errors import CtlError
from . import authors, commits
from .inside import FACTS, LOCK
from .repository import Repository

_NEWEST = "sidus/"
_EACH = "sidus-version/"
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


class Store(Repository):
    """The versions in the repository of a site."""

    def images(self) -> List[str]:
        """The names of all images."""
        return sorted(ref[len(_NEWEST) :] for ref in self._refs() if ref.startswith(_NEWEST))

    def versions(self, image: str) -> List[Version]:
        """All whole versions of an image, newest first.

        Raises CtlError ``unknown-image``.
        """
        return self.look(image)[0]

    def look(self, image: str) -> "Tuple[List[Version], Dict[str, CtlError]]":
        """All versions of an image: those that are whole, newest first; and what is wrong with the others, by commit.

        Raises CtlError ``unknown-image``.
        """
        refs = self._refs()
        if _NEWEST + image not in refs:
            known = self.images()
            raise CtlError(
                "unknown-image",
                "There is no image {!r}.".format(image),
                hint="known: " + ", ".join(known) if known else "build one first",
                step=() if known else ("image-build",),
            )
        own, branch = _EACH + image + "/", self._branch(image)
        names = dict.fromkeys([*branch, *(ref[len(own) :] for ref in sorted(refs) if ref.startswith(own))])
        whole: List[Version] = []
        damaged: Dict[str, CtlError] = {}
        for commit in names:
            try:
                whole.append(self._version(image, commit))
            except CtlError as error:
                damaged[commit] = error
        # Stable: a branch keeps its order, and the newest of it is what the image's own ref names.
        newest = [version for version in whole if version.commit == branch[0]]
        rest = [version for version in whole if version.commit != branch[0]]
        return newest + sorted(rest, key=lambda version: version.created, reverse=True), damaged

    def _branch(self, image: str) -> List[str]:
        """The newest commit of an image, and behind it the parents of a site that kept it as a branch."""
        found = [self._ask("rev-parse", _NEWEST + image).strip()]
        with contextlib.suppress(OSError, ValueError):  # a parent that went, or is damaged, ends the branch
            while True:
                parent = self._read(found[-1]).parent
                if not parent or not self._object(parent, ".commit").exists():
                    break
                found.append(parent)
        return found

    def newest(self, image: str) -> Optional[Version]:
        """The newest version of an image, or None when there is none yet, or it is damaged."""
        done = tools.run(["ostree", self._repo, "rev-parse", _NEWEST + image])
        try:
            return self._version(image, done.stdout.decode().strip()) if done.returncode == 0 else None
        except CtlError:
            return None

    def _read(self, commit: str) -> commits.Commit:
        return commits.read(commit, self._object(commit, ".commit").read_bytes())

    def _version(self, image: str, commit: str) -> Version:
        where = "Version {} of image {!r}".format(commit[:12], image)
        mend = "the other versions are whole; build it again with --force"
        if (self._folder / "state" / (commit + ".commitpartial")).exists():  # as `ostree fsck` leaves it
            raise formats.damaged(where, "files of it are missing or have another content", hint=mend)
        try:
            found = self._read(commit)
            info = base64.b64decode(found.texts.get(_KEY, ""))
        except (OSError, ValueError) as error:
            raise formats.damaged(where, str(getattr(error, "strerror", None) or error), hint=mend) from None
        told = cast(shapes.VersionInfo, _checked(where, shapes.VersionInfo, info))
        return Version(image, commit, found.content, found.created, told)

    def find(self, name: str) -> Version:
        """`NAME` (its newest version) or `NAME@VERSION` (4 or more characters of the commit).

        Raises CtlError ``unknown-image`` or ``unknown-version``.
        """
        image, _, wanted = name.partition("@")
        versions, damaged = self.look(image)
        newest = "" if wanted else self._branch(image)[0]
        for commit, error in damaged.items():
            if commit == newest or (len(wanted) >= 4 and commit.startswith(wanted)):
                raise error
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

    def has(self, version: Version) -> bool:
        """Whether a version is there still."""
        refs = self._refs()
        own = _EACH + version.image + "/" + version.commit
        return own in refs or (_NEWEST + version.image in refs and version.commit in self._branch(version.image))

    def before(self, version: Version) -> Version:
        """The version that one came after: its parent where that is still there, else the next older one.

        Raises CtlError ``no-parent``.
        """
        versions = self.versions(version.image)
        commits = [each.commit for each in versions]
        parent = version.info.get("parent", "")
        if parent in commits:
            return versions[commits.index(parent)]
        older = versions[commits.index(version.commit) + 1 :]
        if not older:
            raise CtlError(
                "no-parent",
                "Version {} of {!r} came after none that is still here.".format(version.name, version.image),
                hint="name the two versions that are to be compared",
            )
        return older[0]

    def commit(
        self, image: str, tree: Path, info: shapes.VersionInfo, *, consume: bool = True
    ) -> "tuple[Version, bool]":
        """Take over the files of `tree` as a new version of `image`; they are moved, without `consume` copied.

        A tree with the content of the newest version makes no new one: gives that version and False. What `info` does
        not say of the history is added: the account and the server, the newest version as its parent, ``build``.
        """
        newest = self.newest(image)
        whole: shapes.VersionInfo = {
            "author": authors.account(),
            "host": authors.host(),
            "parent": newest.commit if newest else "",
            "how": "build",
            "message": "",
            "steps": [],
            **info,
        }
        made = self.put_aside(image, tree, whole, consume=consume, after=newest)
        commit = made.commit
        is_new = newest is None or newest.content != made.content
        if is_new:
            # Killed before this step, there is no new version; killed after it, the next commit gives what lacks one
            # its own ref first.
            for one in self._branch(image) if newest else ():
                self._keep(image, one)
            self._do("refs", "--force", "--create=" + _NEWEST + image, commit)
            self._keep(image, commit)
        if newest is None or is_new:
            self._do("refs", "--delete", _ASIDE + image)
            return made, True
        self.drop_aside(image)
        return newest, False

    def put_aside(
        self, image: str, tree: Path, info: shapes.VersionInfo, *, consume: bool, after: Optional[Version]
    ) -> Version:
        """Take over the files of `tree` as what is no version yet, under a ref that no other build's prune takes."""
        packed = base64.b64encode(json.dumps(info, sort_keys=True).encode()).decode()
        words = ["--no-bindings", "--parent=none", "--subject=" + image, "--timestamp=" + _moment(after)]
        words += ["--consume"] if consume else []
        words += ["--add-metadata-string=" + _KEY + "=" + packed, "--branch=" + _ASIDE + image]
        return self._version(image, self._do("commit", *words, "--tree=dir=" + str(tree)))

    def drop_aside(self, image: str) -> None:
        """Forget what was put aside, with all that belongs to no version."""
        self._do("refs", "--delete", _ASIDE + image)
        self._do("prune", "--refs-only")

    def text(self, commit: str, path: str) -> str:
        """A text of a version that everybody may read."""
        return self._ask("cat", commit, path)

    def _keep(self, image: str, commit: str) -> None:
        """Give a version the ref of its own."""
        self._do("refs", "--force", "--create=" + _EACH + image + "/" + commit, commit)

    def refs_of(self, versions: Sequence[Version]) -> List[str]:
        """The refs that hold these versions, beside that of the newest."""
        return [_EACH + version.image + "/" + version.commit for version in versions]

    def drop(self, version: Version) -> None:
        """Take a version's ref away, and leave the others whole; its files go with `prune`. Never of the newest."""
        refs = self._refs()
        for one in self._branch(version.image):
            if one != version.commit and _EACH + version.image + "/" + one not in refs:
                self._keep(version.image, one)
        self._do("refs", "--delete", _EACH + version.image + "/" + version.commit)

    def lock_or_none(self, commit: str) -> List[shapes.Package]:
        """The package lock of a version, empty for a tree that has none.

        Raises CtlError ``damaged``.
        """
        done = tools.run(["ostree", self._repo, "ls", commit, LOCK])
        return self.lock(commit) if done.returncode == 0 else []

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


def _moment(newest: Optional[Version]) -> str:
    """When a version is made, as `ostree commit` reads it: later than the one before, whatever the clock says."""
    now = datetime.now(timezone.utc)
    if newest is not None:
        before = datetime.strptime(newest.created, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
        now = max(now, before + timedelta(seconds=1))
    return now.strftime("%Y-%m-%d %H:%M:%S +0000")


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
