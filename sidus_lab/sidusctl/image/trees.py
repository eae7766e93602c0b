"""A version's tree as `ostree ls -R -C -X` lists it: one entry a path, with all that can differ. Pure."""

from __future__ import annotations

import re
from typing import Dict, Iterable, List, NamedTuple, Tuple

_LINE = re.compile(
    r"([-dl])0*([0-7]{1,5}) +([0-9]+) +([0-9]+) +([0-9]+) ([0-9a-f]{64})(?: ([0-9a-f]{64}))? \{ (.*?) \} (/.*)", re.S
)
_HEAD = re.compile(r"[-dl]0[0-7]{4} ")
_ARROW = " -> "

WORDS = {"-": "file", "d": "folder", "l": "link"}


class Entry(NamedTuple):
    """One path: `kind` is ``-``, ``d`` or ``l``; `mode` in octal digits; `object` names content and all of these.

    `xattrs` in GVariant's notation; `target` is that of a link.
    """

    kind: str
    mode: str
    owner: Tuple[int, int]
    size: int
    object: str
    xattrs: str
    target: str

    @property
    def open(self) -> bool:
        """Whether everybody may read it."""
        return bool(int(self.mode, 8) & 0o004)


def lines(listing: str) -> List[str]:
    """The lines of a listing; a line feed in a name begins none."""
    found: List[str] = []
    for line in listing.split("\n"):
        if found and not _HEAD.match(line):
            found[-1] += "\n" + line
        else:
            found.append(line)
    if found:
        found[-1] = found[-1].rstrip("\n")
    return found


def entries(listed: Iterable[str]) -> Dict[str, Entry]:
    """path -> entry."""
    found = {}
    for line in listed:
        match = _LINE.match(line)
        if match is None:
            continue
        kind, mode, user, group, size, first, second, xattrs, path = match.groups()
        target = ""
        if kind == "l":
            path, _, target = path.partition(_ARROW)
        # Of a folder the second hash counts, that of itself: the first changes with everything in it.
        found[path] = Entry(kind, mode, (int(user), int(group)), int(size), second or first, xattrs, target)
    return found


def apart(one: str, other: str) -> "Tuple[Dict[str, Entry], Dict[str, Entry]]":
    """Of two listings the entries whose lines are not equal: few, where whole trees are large."""
    left, right = lines(one), lines(other)
    both = set(left) & set(right)
    return entries(line for line in left if line not in both), entries(line for line in right if line not in both)
