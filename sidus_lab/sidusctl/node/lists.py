"""Lists of nodes as people have them: CSV, /etc/ethers, the leases of dnsmasq. Pure: text in, rows out.

A kind of list is a function from lines to rows, and a test by which its text is known; `KINDS` has them by name.
"""

from __future__ import annotations

import csv
import re
from typing import Callable, Dict, Iterator, List, NamedTuple, Tuple

from ..errors import CtlError

Row = Dict[str, str]
Numbered = Tuple[int, Row]

_MAC = r"[0-9A-Fa-f]{1,2}([:-][0-9A-Fa-f]{1,2}){5}"
_ETHERS = re.compile(_MAC + r"\s+\S+\s*\Z")
_LEASE = re.compile(r"[0-9]+\s+" + _MAC + r"\s+\S+\s+\S+")
NEEDED = ("name", "mac")


class Kind(NamedTuple):
    """One form of a list: whether a text's first line is of it, and its rows with their line numbers."""

    fits: Callable[[str], bool]
    rows: Callable[[str], Iterator[Numbered]]


def read(text: str) -> List[Numbered]:
    """The rows of a list, whatever its kind; keys are those of the columns: name, mac, address, and what power needs.

    Raises CtlError ``bad-list`` for a text that is no list, and for one without nodes.
    """
    first = next((line.strip() for line in text.splitlines() if _says_something(line)), "")
    kind = next((kind for kind in KINDS.values() if kind.fits(first)), None)
    if kind is None:
        raise CtlError(
            "bad-list",
            "This is no list of nodes: {!r}.".format(first[:60]) if first else "The list is empty.",
            hint="CSV with the columns name, mac, address; or lines of /etc/ethers; or the leases of dnsmasq",
        )
    rows = list(kind.rows(text))
    if not rows:
        raise CtlError("bad-list", "The list has no nodes.", hint="one node a line, below the names of the columns")
    return rows


def _csv_fits(first: str) -> bool:
    names = [name.strip().lower() for name in re.split("[,;\t]", first)]
    return all(name in names for name in NEEDED)


def _csv(text: str) -> Iterator[Numbered]:
    lines = text.splitlines(keepends=True)
    before = next(number for number, line in enumerate(lines) if _says_something(line))
    separator = next(sign for sign in ",;\t" if sign in lines[before])
    names = [name.strip().lower().replace("-", "_") for name in lines[before].split(separator)]
    reader = csv.reader(lines[before + 1 :], delimiter=separator)
    for row in reader:
        if any(field.strip() for field in row) and not row[0].lstrip().startswith("#"):
            yield before + 1 + reader.line_num, dict(zip(names, (field.strip() for field in row)))


def _ethers(text: str) -> Iterator[Numbered]:
    for number, line in enumerate(text.splitlines(), 1):
        if _says_something(line):
            mac, _, name = line.strip().partition(" ") if " " in line.strip() else line.strip().partition("\t")
            yield number, {"mac": _whole(mac), "name": name.strip()}


def _leases(text: str) -> Iterator[Numbered]:
    for number, line in enumerate(text.splitlines(), 1):
        fields = line.split()
        # DHCPv6 leases follow the line "duid", and have no card's address.
        if _says_something(line) and len(fields) >= 4 and fields[0] != "duid":
            yield number, {"mac": fields[1], "address": fields[2], "name": "" if fields[3] == "*" else fields[3]}


def _whole(mac: str) -> str:
    """ethers(5) lets zeros at the front be left out."""
    return ":".join(part.zfill(2) for part in re.split("[:-]", mac))


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


KINDS: Dict[str, Kind] = {
    "csv": Kind(_csv_fits, _csv),
    "leases": Kind(lambda first: bool(_LEASE.match(first)), _leases),
    "ethers": Kind(lambda first: bool(_ETHERS.match(first)), _ethers),
}
