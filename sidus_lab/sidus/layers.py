"""What differs from the image: the upper layer of a node's ``/`` held against the layers below it. Pure.

The probe (`programs/facts.sh`) lists; this compares. Listings hold NUL between their fields, since a name may hold
anything else, and come compressed.
"""

from __future__ import annotations

import base64
import binascii
import io
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

How = Literal["added", "changed", "deleted", "covered", "set"]

KEPT = 1000  # entries that a proof keeps; all are counted
# A boot makes these two anew, and no program takes code from them.
STATE_FILES = frozenset(("etc/machine-id", "etc/.pwd.lock"))
# overlayfs' own notes on a file in its upper layer (Documentation/filesystems/overlayfs.rst).
_OWN_NOTES = ("trusted.overlay.", "user.overlay.")
_WHITEOUT = "0:0"


@dataclass(frozen=True)
class Drift:
    """One thing in which a node differs from its image.

    Attributes
    ----------
    how : str
        ``added``, ``changed``, ``deleted``; ``covered``: another file system is mounted there; ``set``: a setting of
        the kernel is not what it was when the boot was over.
    size : int
        Bytes of what is there now.
    path : str
        Without the first ``/``; what cannot be printed stands as an escape.
    what : str
        Of ``changed``: ``type``, ``content``, ``target``, ``mode``, ``owner`` or ``attributes``.
    """

    how: How
    size: int
    path: str
    what: str = ""


@dataclass(frozen=True)
class Looked:
    """What was looked at to find drift, and how much there was.

    Attributes
    ----------
    whole : bool
        Whether every part was looked at. Without it an empty list of drift means nothing.
    reason : str
        Where it is not whole, a word for why: see `say`.
    paths : int
        Entries of the upper layer that were held against the image.
    state : int
        Files of state folders that were counted and left alone.
    found : int
        Differences found.
    truncated : bool
        Whether the list of drift holds fewer than were found.
    """

    whole: bool
    reason: str
    paths: int
    state: int
    found: int
    truncated: bool


@dataclass(frozen=True)
class Entry:
    """A path in one layer: type letter as find(1) prints it, octal mode, owner, bytes, and a link's target."""

    kind: str
    mode: str
    owner: tuple[str, str]
    size: int
    target: str


@dataclass(frozen=True)
class OwnFile:
    """A file or folder of the node's own layer; `sha256` is empty for what is no file."""

    path: str
    kind: str
    mode: str
    owner: tuple[str, str]
    sha256: str


class Unreadable(ValueError):
    """A listing that is not whole."""


class Listings(Mapping[str, bytes]):
    """The probe's listings by name. One that did not arrive raises `Unreadable`: it is not an empty one."""

    def __init__(self, section: str) -> None:
        self._found: dict[str, bytes] = {}
        try:
            data = zlib.decompress(base64.b64decode(section, validate=False), wbits=31)
            with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                for member in archive:
                    content = archive.extractfile(member) if member.isfile() else None
                    if content is not None:
                        self._found[member.name.removeprefix("./")] = content.read()
        except (binascii.Error, zlib.error, tarfile.TarError):
            self._found = {}

    def __getitem__(self, name: str) -> bytes:
        if name not in self._found:
            raise Unreadable(f"no listing {name!r}")
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def listing(data: bytes) -> dict[str, Entry]:
    """Read records ``type mode uid gid size NUL target NUL path NUL``. Raises `Unreadable`."""
    found: dict[str, Entry] = {}
    fields = _fields(data, 3)
    for head, target, path in fields:
        try:
            kind, mode, user, group, size = head.decode().split(" ")
            found[name_of(path)] = Entry(kind, mode, (user, group), int(size), printable(target))
        except ValueError:
            raise Unreadable(f"no record: {head!r}") from None
    return found


def hashes(data: bytes) -> dict[str, str]:
    """Read what ``sha256sum -z`` printed: path -> hexadecimal digits."""
    return {name_of(line[66:]): line[:64].decode("ascii", "replace") for line in data.split(b"\0") if len(line) > 66}


def attributes(data: bytes) -> dict[str, tuple[tuple[str, str], ...]]:
    """Read extended attributes and ACLs from an archive's pax headers: path -> sorted pairs. Raises `Unreadable`."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    if not data:  # there was no file to look at
        return found
    try:
        with tarfile.open(fileobj=io.BytesIO(data), errors="surrogateescape") as archive:
            for member in archive:
                pairs = {
                    name.removeprefix("SCHILY.").removeprefix("xattr."): value
                    for name, value in member.pax_headers.items()
                    if name.startswith(("SCHILY.xattr.", "SCHILY.acl."))
                }
                kept = sorted((n, repr(v)) for n, v in pairs.items() if not n.startswith(_OWN_NOTES))
                found[name_of(member.name.encode("utf-8", "surrogateescape"))] = tuple(kept)
    except tarfile.TarError as error:
        raise Unreadable(str(error)) from None
    return found


def name_of(path: bytes) -> str:
    """Give a path without a leading ``./``, printable."""
    return printable(path.removeprefix(b"./"))


def printable(raw: bytes) -> str:
    """Give a name as text: what is not UTF-8 or cannot be printed, and the backslash, stand as escapes."""
    text = raw.decode("utf-8", "surrogateescape")
    return "".join(c if c.isprintable() and c != "\\" else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    return "\\\\" if character == "\\" else character.encode("unicode_escape", "surrogatepass").decode()


def compare(parts: Listings) -> list[Drift]:
    """Find the drift in the probe's listings, sorted by path. Raises `Unreadable` where one of them is not whole.

    A path counts against the highest layer below that has it: the node's own files, then the image.
    """
    upper = listing(parts["upper"])
    below = {**listing(parts["image"]), **listing(parts["own"])}
    devices = dict(_pairs(parts["devices"]))
    content = hashes(parts["upper-hashes"]), {**hashes(parts["image-hashes"]), **hashes(parts["own-hashes"])}
    bare = (
        attributes(parts["upper-attributes"]),
        {**attributes(parts["image-attributes"]), **attributes(parts["own-attributes"])},
    )
    found: dict[str, Drift] = {}
    for path, entry in upper.items():
        if path in STATE_FILES:
            continue
        old = below.get(path)
        if devices.get(path) == _WHITEOUT:
            if old is not None:
                found[path] = Drift("deleted", 0, path)
        elif old is None:
            found[path] = Drift("added", entry.size, path)
        else:
            what = _changed(entry, old) or _differs(path, content, "content") or _differs(path, bare, "attributes")
            if what:
                found[path] = Drift("changed", entry.size, path, what)
    for raw in parts["hidden"].split(b"\0"):
        path = name_of(raw)
        if path and path not in found:
            found[path] = Drift("deleted", 0, path)
    return sorted(found.values(), key=lambda drift: drift.path)


def _changed(new: Entry, old: Entry) -> str:
    """Give what of a path differs as far as its record tells, or an empty string."""
    if new.kind != old.kind or new.kind not in "dfl":  # a device, pipe or socket of the image is never made anew
        return "type"
    if new.owner != old.owner:
        return "owner"
    if new.kind == "l":
        return "target" if new.target != old.target else ""
    if new.mode != old.mode:
        return "mode"
    return "content" if new.kind == "f" and new.size != old.size else ""


def _differs(path: str, sides: tuple[Mapping[str, object], Mapping[str, object]], what: str) -> str:
    return what if sides[0].get(path) != sides[1].get(path) else ""


def own_files(parts: Listings) -> tuple[OwnFile, ...]:
    """Read the node's own layer as it lies on the node now, sorted by path. Raises `Unreadable`."""
    entries = listing(parts["own-all"])
    sums = hashes(parts["own-all-hashes"])
    return tuple(
        OwnFile(path, entry.kind, entry.mode, entry.owner, sums.get(path, ""))
        for path, entry in sorted(entries.items())
        if path not in ("", ".")
    )


def overrides(parts: Listings) -> list[Drift]:
    """Find what overrides units, rules and settings until the next boot. Raises `Unreadable`."""
    entries = listing(parts["overrides"])
    return [Drift("added", entry.size, path.removeprefix("/")) for path, entry in sorted(entries.items())]


def _fields(data: bytes, size: int) -> Iterator[tuple[bytes, ...]]:
    fields = data.split(b"\0")
    if fields[-1] != b"" or (len(fields) - 1) % size:
        raise Unreadable("the listing ends early")
    for at in range(0, len(fields) - 1, size):
        yield tuple(fields[at : at + size])


def _pairs(data: bytes) -> Iterator[tuple[str, str]]:
    for value, path in _fields(data, 2):
        yield name_of(path), value.decode("ascii", "replace")
