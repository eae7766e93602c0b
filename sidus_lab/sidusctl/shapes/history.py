"""The history of an image and what of it may go: `image log`, `image hold`, `image release`, `image gc`."""

from __future__ import annotations

from typing import List, Literal, TypedDict

from .image import Version

Collectable = Literal["version", "published", "job", "program"]


class Changed(TypedDict):
    """What changed since the version before, by name: packages and keys of the recipe. All empty for the first."""

    new: List[str]
    gone: List[str]
    up: List[str]
    down: List[str]
    again: List[str]
    recipe: List[str]


class LogRow(Version):
    """A version with its place in the history. `assigned` are nodes that boot it from their next start on, `booted`
    those whose newest boot reported with it, `held` what it is held for."""

    tags: List[str]
    assigned: List[str]
    booted: List[str]
    held: List[str]
    changed: Changed


class Log(TypedDict):
    """`image log`: newest first."""

    image: str
    versions: List[LogRow]


class Hold(TypedDict):
    """What a published version is held for: it stays, whatever `image gc` takes."""

    root_hash: str
    why: str
    author: str
    when: float


class HoldsNote(TypedDict):
    """holds.json."""

    format: int
    holds: List[Hold]


class Holds(TypedDict):
    """`image hold`, `image release`: all holds that there are then."""

    holds: List[Hold]


class GoneRow(TypedDict):
    """Something that goes: `name` is a version (``image@version``), a root hash, a job or a program."""

    what: Collectable
    name: str
    why: str


class KeptRow(TypedDict):
    """A version that stays, and each reason for it."""

    name: str
    why: List[str]


class Collected(TypedDict):
    """`image gc`: what went (or would go, with ``--dry-run``), what stays and why, and how much is free by it."""

    dry_run: bool
    gone: List[GoneRow]
    kept: List[KeptRow]
    bytes: int
