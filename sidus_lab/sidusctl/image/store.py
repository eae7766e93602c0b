"""The OSTree repository: all versions of all images, each file stored once. No other module runs `ostree`.

Each version has a ref of its own, and no parent in OSTree's sense, so that any of them can go and leave the others
whole; which version it came after is in its own metadata. One more ref for each image names the newest. (Before, an
image was one branch with parents: such versions are read as they are, and get their refs with the next commit.)
"""

from __future__ import annotations

import base64
import json
import re
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence, cast

from .. import errors, formats, shaped, shapes, tools
from ..errors import CtlError
from ..privilege import Privilege
from . import authors, sizes
from .inside import FACTS, LOCK
from .objects import Objects

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
        self._folder = repo
        self._repo = "--repo=" + str(repo)
        self._privilege = privilege
        self.objects = Objects(repo, privilege)

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
        return sorted(ref[len(_NEWEST) :] for ref in self._refs() if ref.startswith(_NEWEST))

    def versions(self, image: str) -> List[Version]:
        """All versions of an image, newest first.

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
        commits = dict.fromkeys([*branch, *(ref[len(own) :] for ref in sorted(refs) if ref.startswith(own))])
        first, *rest = [self._version(image, commit) for commit in commits]
        return [
            first,
            *sorted(rest, key=lambda version: version.created, reverse=True),
        ]  # stable: a branch keeps its order

    def _refs(self) -> List[str]:
        return self._ask("refs").split()

    def _branch(self, image: str) -> List[str]:
        """The newest commit of an image, and behind it the parents of a site that kept it as a branch."""
        return re.findall(r"^commit ([0-9a-f]{64})$", self._ask("log", _NEWEST + image), re.M)

    def newest(self, image: str) -> Optional[Version]:
        """The newest version of an image, or None when there is none yet."""
        done = tools.run(["ostree", self._repo, "rev-parse", _NEWEST + image])
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

    def commit(self, image: str, tree: Path, info: shapes.VersionInfo) -> "tuple[Version, bool]":
        """Take over the files of `tree` (they are moved, not copied) as a new version of `image`.

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
        packed = base64.b64encode(json.dumps(whole, sort_keys=True).encode()).decode()
        # A branch aside, until it is known whether the content is new; a prune by another build must not take it.
        aside = _ASIDE + image
        words = ["--consume", "--no-bindings", "--parent=none", "--subject=" + image, "--timestamp=" + _moment(newest)]
        words += ["--add-metadata-string=" + _KEY + "=" + packed, "--branch=" + aside, "--tree=dir=" + str(tree)]
        commit = self._do("commit", *words)
        made = self._version(image, commit)
        is_new = newest is None or newest.content != made.content
        if is_new:
            # Killed before this step, there is no new version; killed after it, the next commit gives what lacks one
            # its own ref first.
            for one in self._branch(image) if newest else ():
                self._keep(image, one)
            self._do("refs", "--force", "--create=" + _NEWEST + image, commit)
            self._keep(image, commit)
        self._do("refs", "--delete", aside)
        if newest is None or is_new:
            return made, True
        self._do("prune", "--refs-only")
        return newest, False

    def _keep(self, image: str, commit: str) -> None:
        """Give a version the ref of its own."""
        self._do("refs", "--force", "--create=" + _EACH + image + "/" + commit, commit)

    def drop(self, version: Version) -> None:
        """Take a version's ref away, and leave the others whole; its files go with `prune`. Never of the newest."""
        refs = self._refs()
        for one in self._branch(version.image):
            if one != version.commit and _EACH + version.image + "/" + one not in refs:
                self._keep(version.image, one)
        self._do("refs", "--delete", _EACH + version.image + "/" + version.commit)

    def prune(self) -> None:
        """Remove what no ref reaches; parents that OSTree knows of, on a site that kept branches, count for nothing."""
        self._do("prune", "--refs-only", "--depth=0")

    def freed_without(self, versions: Sequence[Version], aside: Path) -> int:
        """About how many bytes would be free without some versions; nothing is changed.

        OSTree is asked in a repository beside this one, with the same objects and without these refs, below `aside`.
        """
        gone = {_EACH + version.image + "/" + version.commit for version in versions}
        with tempfile.TemporaryDirectory(prefix=".gc-", dir=str(aside)) as name:
            beside = Path(name)
            for folder in ("refs/heads", "refs/remotes", "refs/mirrors", "state", "tmp", "extensions"):
                (beside / folder).mkdir(parents=True)
            (beside / "config").write_bytes((self._folder / "config").read_bytes())
            (beside / "objects").symlink_to(self._folder / "objects")
            for ref in set(self._refs()) - gone:
                place = beside / "refs/heads" / ref
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(self._ask("rev-parse", ref), encoding="ascii")
            said = tools.run(["ostree", "--repo=" + name, "prune", "--no-prune", "--refs-only", "--depth=0"]).stdout
        return sizes.freed(said.decode(errors="replace"))

    def checkout(self, commit: str, folder: Path) -> None:
        """The tree of a version as hard links into the repository: no file is copied."""
        self._do("checkout", "--require-hardlinks", commit, str(folder))

    def listing(self, commit: str) -> str:
        """Every path of a version with mode, owner, size, hashes and extended attributes, as `trees` reads it."""
        return self._ask("ls", "-R", "-C", "-X", commit, "/")

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
