"""A version's commit as OSTree keeps it, read without starting a program for each, and held to its own name.

A commit is a GVariant of the type ``(a{sv}aya(say)sstayay)`` (ostree-core.h), written as GLib's "GVariant
Specification" says: members of no fixed size end where offsets behind them say. Its name is its SHA-256. Pure.
"""

from __future__ import annotations

import hashlib
import struct
import time
from typing import Dict, Iterator, List, NamedTuple

_OFFSETS = 6  # metadata, parent, related, subject, body, root contents: all members of no fixed size but the last
_SUM = 32


class Commit(NamedTuple):
    """What a commit says: the hash of its files alone, when it was made (UTC), its parent ("" for none), and texts."""

    content: str
    created: str
    parent: str
    texts: Dict[str, str]


def read(name: str, raw: bytes) -> Commit:
    """The commit of this name.

    Raises ValueError for bytes that are not this commit's.
    """
    if hashlib.sha256(raw).hexdigest() != name:
        raise ValueError("its commit is not the one of its name")
    try:
        size = _offset_size(len(raw))
        ends = [_number(raw, len(raw) - size * (place + 1), size) for place in range(_OFFSETS)]
        at = _aligned(ends[4])
        root, meta = raw[at + 8 : ends[5]], raw[ends[5] : len(raw) - size * _OFFSETS]
        if (len(root), len(meta)) != (_SUM, _SUM):
            raise ValueError("its commit names no tree")
        moment = time.gmtime(struct.unpack(">Q", raw[at : at + 8])[0])
        return Commit(
            hashlib.sha256(root + meta).hexdigest(),
            time.strftime("%Y-%m-%dT%H:%M:%SZ", moment),
            raw[ends[0] : ends[1]].hex(),
            dict(_texts(raw[: ends[0]])),
        )
    except (struct.error, IndexError, OverflowError) as error:
        raise ValueError("its commit has another form ({})".format(error)) from None


def _texts(metadata: bytes) -> "Iterator[tuple[str, str]]":
    """The entries of a dictionary ``a{sv}`` whose values are texts."""
    if not metadata:
        return
    size = _offset_size(len(metadata))
    table = _number(metadata, len(metadata) - size, size)
    ends: List[int] = [_number(metadata, place, size) for place in range(table, len(metadata), size)]
    for begin, end in zip([0, *map(_aligned, ends[:-1])], ends):
        entry = metadata[begin:end]
        inner = _offset_size(len(entry))
        key_end = _number(entry, len(entry) - inner, inner)
        value, _, kind = entry[_aligned(key_end) : len(entry) - inner].rpartition(b"\0")
        if kind == b"s":
            yield entry[: key_end - 1].decode("utf-8"), value[:-1].decode("utf-8")


def _aligned(at: int) -> int:
    return (at + 7) & ~7


def _offset_size(total: int) -> int:
    """How wide the offsets in a container of this size are."""
    return next(width for width in (1, 2, 4, 8) if total < 1 << 8 * width)


def _number(raw: bytes, at: int, width: int) -> int:
    if at < 0 or at + width > len(raw):
        raise IndexError("an offset lies outside")
    return int.from_bytes(raw[at : at + width], "little")
