"""Versions of an image, what is published of them, and what a node is told to boot: frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sidus_lab.actions import Action
from sidus_lab.errors import SidusError
from sidus_lab.sidus.recipes import Recipe


@dataclass(frozen=True)
class Package:
    """One package of a version; `sha256` is that of its .deb, empty for a package that came from no archive."""

    name: str
    version: str
    arch: str
    sha256: str

    def __str__(self) -> str:
        return f"{self.name} {self.version} ({self.arch})"


@dataclass(frozen=True)
class PublishedFile:
    """A file that nodes fetch: its size in bytes and its SHA-256."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Published:
    """A published version: what nodes boot.

    Attributes
    ----------
    root_hash : str
        The dm-verity root hash of its squashfs, 64 hexadecimal digits: it names what is published.
    form : str
        The kind of root that nodes get from it.
    levels : tuple of str
        The levels of the proof that this form can reach.
    image, version, commit, content : str
        Where it came from; as in `Version`.
    created : datetime
        When the version was built (UTC).
    packages : int
        How many packages it holds.
    kernel : str
        The kernel's release, as uname -r gives it.
    files : mapping
        Name -> `PublishedFile`.
    level : int
        How hard it was compressed (zstd's levels, 1 to 22).
    tools : mapping
        Program -> version, of those that packed it: the same tree packed by others has another root hash.

    Examples
    --------
    >>> lab.published()[0].kernel
    '6.1'
    """

    root_hash: str
    form: str
    levels: tuple[str, ...]
    image: str
    version: str
    commit: str
    content: str
    created: datetime
    suite: str
    packages: int
    kernel: str
    files: Mapping[str, PublishedFile] = field(repr=False)
    level: int = 15
    tools: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """``image@version``."""
        return f"{self.image}@{self.version}"

    @property
    def size(self) -> int:
        """Bytes of all its files together."""
        return sum(each.size for each in self.files.values())

    def __str__(self) -> str:
        return f"{self.name} published as {self.root_hash[:12]}, kernel {self.kernel}"

    __repr__ = __str__


@dataclass(frozen=True)
class Assignment:
    """What a node boots from its next start on.

    Attributes
    ----------
    form : str
        The kind of root that it gets.
    levels : tuple of str
        The levels of the proof that this form can reach.
    arguments : tuple of str
        Added to the kernel's command line.
    when : float
        When it was assigned: seconds since 1970, the server's clock.
    tag : str
        The tag by which it was assigned, which may mean another version by now; empty for none.
    """

    root_hash: str
    form: str
    levels: tuple[str, ...]
    image: str
    version: str
    arguments: tuple[str, ...]
    when: float
    tag: str = ""

    @property
    def name(self) -> str:
        """``image@version``."""
        return f"{self.image}@{self.version}"

    def __str__(self) -> str:
        more = f" with {' '.join(self.arguments)}" if self.arguments else ""
        return f"{self.name} ({self.root_hash[:12]}){more}"


@dataclass(frozen=True)
class Tag:
    """A name that people gave to a version.

    Attributes
    ----------
    name : str
    image, version, commit : str
        What it means, as in `Version`.
    root_hash : str
        What that is published as; empty when it is not.
    author : str
        The account on the server that said so.
    when : datetime
        When (UTC).
    """

    name: str
    image: str
    version: str
    commit: str
    root_hash: str
    author: str
    when: datetime

    def __str__(self) -> str:
        state = f"published as {self.root_hash[:12]}" if self.root_hash else "not published"
        return f"{self.name} = {self.image}@{self.version}, {state} (by {self.author}, {day(self.when)})"

    __repr__ = __str__


@dataclass(frozen=True)
class Details:
    """What a version was built from: its recipe and its lock; and what is published of it, if anything is."""

    recipe: Recipe
    lock: tuple[Package, ...]
    published: Published | None


class Source(Protocol):
    """Where a version came from, and where more is known of it: its `Image`."""

    def details(self, version: str = "") -> Details:
        """Ask for what a version was built from."""

    def publish(self, version: str = "") -> Action[Published]:
        """Make a version ready to boot."""


@dataclass(frozen=True)
class Version:
    """One immutable tree of an image.

    Attributes
    ----------
    name : str
        The first 12 characters of `commit`.
    commit, content : str
        OSTree's names of it; `content` is the hash of the files alone, equal for equal trees.
    created : datetime
        When it was built (UTC).
    packages : int
        How many packages it holds.
    kernel : str
        The kernel's release; empty for a version without one, which no node can boot.
    root_hash : str
        What it is published as; empty when it is not.
    author, host : str
        The account on the server that made it, and the server; empty for a version of before these were kept.
    parent : str
        The commit of the version that it came after; empty for the first.
    how : str
        ``build`` (whole, by its recipe), ``on`` (on its parent, by `steps`), or another operation's own word.
    message : str
        Why it was made, as its author said.
    steps : tuple of tuple of str
        What was done on its parent, such as ``("install", "hwloc")``.

    Examples
    --------
    >>> version = lab.image("small").newest
    >>> version.name, version.suite
    ('aaaaaaaaaaaa', 'bookworm')
    """

    image: str
    name: str
    commit: str
    content: str
    created: datetime
    suite: str
    packages: int
    kernel: str
    root_hash: str
    author: str = ""
    host: str = ""
    parent: str = ""
    how: str = ""
    message: str = ""
    steps: tuple[tuple[str, ...], ...] = ()
    source: Source | None = field(default=None, repr=False, compare=False)

    def details(self) -> Details:
        """Ask the server for its recipe, its lock, and what is published of it."""
        return self._source().details(self.name)

    @property
    def recipe(self) -> Recipe:
        """What it was built from. Asked of the server."""
        return self.details().recipe

    @property
    def lock(self) -> tuple[Package, ...]:
        """Every package in it, with its version and its SHA-256. Asked of the server."""
        return self.details().lock

    def publish(self) -> Action[Published]:
        """Make it ready to boot."""
        return self._source().publish(self.name)

    def _source(self) -> Source:
        if self.source is None:
            raise SidusError(f"{self} came from no site, so nobody can be asked.", hint="lab.image(NAME).versions()")
        return self.source

    def __str__(self) -> str:
        state = f"published as {self.root_hash[:12]}" if self.root_hash else "not published"
        kernel = f"kernel {self.kernel}" if self.kernel else "no kernel"
        return f"{self.image}@{self.name}  {day(self.created)}  {self.packages} packages, {kernel}, {state}"


def root_hash_of(version: Published | Version | str) -> str:
    """Give the root hash of what is published, or what the server takes for its name. Raises `SidusError`."""
    if isinstance(version, str):
        return version
    if not version.root_hash:
        raise SidusError(f"{version.image}@{version.name} is not published.", hint="version.publish().result()")
    return version.root_hash


def day(moment: datetime) -> str:
    """Give a moment to the minute (UTC)."""
    return f"{moment:%Y-%m-%d %H:%M}"
