"""`image diff`: what differs between two versions."""

from __future__ import annotations

from typing import Dict, List, Literal, TypedDict

from .image import Version

PackageWhat = Literal["new", "gone", "up", "down", "again"]
FileWhat = Literal["new", "gone", "changed"]
UserKind = Literal["user", "group"]


class PackageChange(TypedDict):
    """A package; `before` and `after` are its versions, empty where it is not there. ``again``: other bytes, no other
    version."""

    name: str
    arch: str
    what: PackageWhat
    before: str
    after: str


class RecipeChange(TypedDict):
    """A key of the recipe, with what of it is gone and what is new; both empty where only the order changed."""

    key: str
    gone: List[str]
    new: List[str]


class UserChange(TypedDict):
    """A user or a group: what stands behind its name in /etc/passwd or /etc/group; empty where it is not there."""

    kind: UserKind
    name: str
    before: str
    after: str


class FileRow(TypedDict):
    """A file that differs, and why: ``content``, ``mode 644 -> 755``, ``owner 0:0 -> 101:102``, ``xattr``..."""

    path: str
    what: FileWhat
    why: List[str]


class TextChange(FileRow):
    """A text of configuration: a file of the recipe (`recipe`), or one under /etc, with its unified diff.

    `package` owns it ("": none). `left_out` lines are not shown; `hidden` says why no line is, else it is empty.
    """

    package: str
    recipe: bool
    lines: List[str]
    left_out: int
    hidden: str


class FileGroup(TypedDict):
    """The other files of one package ("": of none): how many, and the first of them by name."""

    package: str
    new: int
    gone: int
    changed: int
    rows: List[FileRow]


class Diff(TypedDict):
    """`image diff`: packages first, then configuration, then files by package; `same` where the content is equal.

    `bookkeeping` are files that only note what was done (databases of dpkg and apt, caches): counted, and named with
    ``--all``.
    """

    before: Version
    after: Version
    same: bool
    recipe: List[RecipeChange]
    packages: List[PackageChange]
    users: List[UserChange]
    texts: List[TextChange]
    files: List[FileGroup]
    bookkeeping: FileGroup


class Rebuilt(TypedDict):
    """`image rebuild`: a version made again from what the site has kept of it, and what differs.

    `content` is the version's own, `again` that of the new tree; `diff` is from the version to the new tree.
    """

    image: str
    version: str
    content: str
    again: str
    same: bool
    diff: Diff
    seconds: Dict[str, float]
