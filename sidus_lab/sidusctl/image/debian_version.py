"""The order of Debian's version numbers, as dpkg has it: [epoch:]upstream[-revision]. Pure.

Source: Debian Policy Manual, 5.6.12 "Version".
"""

from __future__ import annotations

import re
from typing import List, Tuple

_Part = List[Tuple[Tuple[int, ...], int]]


def is_later(one: str, other: str) -> bool:
    """Whether the first version is later than the second."""
    return _key(one) > _key(other)


def _key(version: str) -> "Tuple[int, _Part, _Part]":
    epoch, colon, rest = version.partition(":")
    if not colon or not epoch.isdecimal():
        epoch, rest = "0", version
    upstream, dash, revision = rest.rpartition("-")
    return int(epoch), _part(upstream if dash else rest), _part(revision if dash else "0")


def _part(text: str) -> _Part:
    """Alternating: what is no digit, in dpkg's order of signs, then a number; the end counts as a sign of its own."""
    pairs = re.findall(r"([^0-9]*)([0-9]*)", text)
    return [((*map(_weight, signs), 0), int(number or 0)) for signs, number in pairs]


def _weight(sign: str) -> int:
    """A tilde sorts before the end of the part, letters before all other signs."""
    if sign == "~":
        return -1
    return ord(sign) if sign.isalpha() else ord(sign) + 256
