"""Folded node names: `node[01-24]`, `rack[1-2]n[1,3-5]`, `a,b`: a way to write many names in few letters."""

from __future__ import annotations

import re
from typing import Dict, Iterable, List, Tuple

from .errors import CtlError

LIMIT = 100_000
"""More names than this in one text is a slip of the pen."""

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\Z")
_RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?\Z")


def _bad(text: str, why: str) -> CtlError:
    return CtlError(
        "bad-nodeset",
        "{!r} is not a set of nodes: {}.".format(text[:80], why),
        hint="for example node1, node[1-24] or node[01-08],spare",
    )


def check_name(name: str) -> str:
    """A node's name, unchanged: lower-case letters, digits and dashes, as a host name must be.

    Raises CtlError ``bad-name``.
    """
    if not _NAME.match(name):
        raise CtlError(
            "bad-name",
            "{!r} cannot be the name of a node.".format(name[:80]),
            hint="use lower-case letters, digits and dashes, at most 63, for example node1",
        )
    return name


def expand(text: str) -> List[str]:
    """All names of a folded text, in order, each once.

    Raises CtlError ``bad-nodeset`` or ``bad-name``; more than `LIMIT` names are refused before they are made.
    """
    names: Dict[str, None] = {}
    for part in _split(text):
        pieces = _pieces(text, part)
        count = 1
        for piece in pieces:
            count *= sum(high - low + 1 for low, high, _ in piece) if isinstance(piece, list) else 1
        if count + len(names) > LIMIT:
            raise _bad(text, "it has more than {} names".format(LIMIT))
        for name in _product(pieces):
            names[check_name(name)] = None
    return list(names)


def _split(text: str) -> List[str]:
    parts, depth, current = [], 0, ""
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if depth not in (0, 1):
            raise _bad(text, "its brackets do not match")
        if letter == "," and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += letter
    parts.append(current)
    if depth:
        raise _bad(text, "its brackets do not match")
    if not all(part.strip() for part in parts):
        raise _bad(text, "a name is empty")
    return [part.strip() for part in parts]


_Ranges = List[Tuple[int, int, int]]


def _pieces(text: str, part: str) -> List[object]:
    pieces: List[object] = []
    for number, piece in enumerate(re.split(r"\[([^\[\]]*)\]", part)):
        if number % 2 == 0:
            pieces.append(piece)
            continue
        ranges: _Ranges = []
        for word in piece.split(","):
            found = _RANGE.match(word.strip())
            if not found:
                raise _bad(text, "{!r} is not a range of numbers".format(word))
            low, high = int(found.group(1)), int(found.group(2) or found.group(1))
            if high < low:
                raise _bad(text, "{!r} runs backwards".format(word))
            ranges.append((low, high, len(found.group(1)) if found.group(1).startswith("0") else 0))
        pieces.append(ranges)
    return pieces


def _product(pieces: List[object]) -> Iterable[str]:
    names = [""]
    for piece in pieces:
        if isinstance(piece, list):
            ends = [str(value).zfill(width) for low, high, width in piece for value in range(low, high + 1)]
            names = [name + end for name in names for end in ends]
        else:
            names = [name + str(piece) for name in names]
    return names


def fold(names: Iterable[str]) -> str:
    """The short form of some names, folding over the last number of each; `expand` gives the same names back."""
    parts: Dict[Tuple[str, str], List[str]] = {}
    plain: List[str] = []
    for name in sorted(set(names)):
        found = re.match(r"(.*?)(\d{1,9})(\D*)\Z", name)
        if found:
            parts.setdefault((found.group(1), found.group(3)), []).append(found.group(2))
        else:
            plain.append(name)
    groups: Dict[Tuple[str, int, str], List[int]] = {}
    for (head, end), digits in parts.items():
        # In node[08-10] the 10 has no leading zero, yet it is as wide as those that have.
        padded = {len(entry) for entry in digits if entry.startswith("0")}
        for entry in digits:
            groups.setdefault((head, len(entry) if len(entry) in padded else 0, end), []).append(int(entry))
    folded = []
    for (head, width, end), numbers in sorted(groups.items()):
        ranges = _ranges(sorted(numbers), width)
        folded.append(head + (ranges if re.fullmatch(r"\d+", ranges) else "[" + ranges + "]") + end)
    return ",".join(folded + plain)


def _ranges(numbers: List[int], width: int) -> str:
    runs: List[List[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    texts = [(str(low).zfill(width), str(high).zfill(width)) for low, high in runs]
    return ",".join(low if low == high else low + "-" + high for low, high in texts)


def natural(text: str) -> List[Tuple[int, int, str]]:
    """A key to sort by as people do: node2 before node10."""
    parts = re.split(r"([0-9]+)", text)
    return [(0, int(part), "") if number % 2 else (1, 0, part) for number, part in enumerate(parts)]
