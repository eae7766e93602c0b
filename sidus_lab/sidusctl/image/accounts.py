"""Users and groups keep their numbers from version to version, and stand in one order whichever package came first.

Files on a shared store belong to numbers. adduser takes a number from a pool where it finds the name there
(adduser.conf(5), UID AND GID POOLS), and does all else as without; so nobody is there whom no package made.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable, Dict, List, Tuple

POOLS = (("UID_POOL", "/etc/sidus-users.pool"), ("GID_POOL", "/etc/sidus-groups.pool"))
"""adduser's setting, and the file in a tree while it is built."""
CONF = "/etc/adduser.conf"
LISTS = ("/etc/passwd", "/etc/group")
"""Where a tree names its users and groups: the texts of `lay_out`."""
_FILES = tuple(zip(LISTS, ("/etc/shadow", "/etc/gshadow")))


def pool(text: str) -> str:
    """The pool of a text as /etc/passwd or /etc/group: ``name:number``, line by line."""
    rows = [line.split(":") for line in text.split("\n")]
    return "".join("{}:{}\n".format(row[0], row[2]) for row in rows if len(row) > 2 and row[2].isdigit())


def lay_out(folder: Path, passwd: str, group: str) -> None:
    """Write both pools into a folder, under the names that they have in a tree."""
    for (_, path), text in zip(POOLS, (passwd, group)):
        (folder / os.path.basename(path)).write_text(pool(text), encoding="utf-8")


def settings() -> str:
    """The lines of adduser's settings that name the pools."""
    return "".join("{}={}\n".format(name, path) for name, path in POOLS)


def finish(root: str = "/") -> None:
    """Take the pools out of a tree again, and put its users and groups into the order of their numbers."""
    conf = os.path.join(root, CONF.lstrip("/"))
    if os.path.exists(conf):
        _rewrite(conf, lambda text: text.replace(settings(), ""))
    for _, path in POOLS:
        if os.path.lexists(os.path.join(root, path.lstrip("/"))):
            os.unlink(os.path.join(root, path.lstrip("/")))
    for path, secret in _FILES:
        path, secret = (os.path.join(root, each.lstrip("/")) for each in (path, secret))
        if os.path.exists(path):
            _rewrite(path, by_number)
            names = [line.partition(":")[0] for line in _read(path).split("\n")]
            if os.path.exists(secret):
                _rewrite(secret, lambda text, order=tuple(names): in_order(text, order))  # type: ignore[misc]


def by_number(text: str) -> str:
    """The lines of a text as /etc/passwd or /etc/group by their numbers; what has none comes last, as it was."""

    def key(line: str) -> Tuple[float, str]:
        row = line.split(":")
        return (int(row[2]), row[0]) if len(row) > 2 and row[2].isdigit() else (float("inf"), "")

    return _joined(sorted(text.split("\n"), key=key))


def in_order(text: str, names: Tuple[str, ...]) -> str:
    """The lines of a text as /etc/shadow in the order of `names`; what is not among them comes last, as it was."""
    place: Dict[str, int] = {name: number for number, name in enumerate(names)}
    return _joined(sorted(text.split("\n"), key=lambda line: place.get(line.partition(":")[0], len(place))))


def _joined(lines: List[str]) -> str:
    return "".join(line + "\n" for line in lines if line)


def _rewrite(path: str, change: Callable[[str], str]) -> None:
    """Change a file in place: it keeps its owner and mode."""
    before = _read(path)
    after = change(before)
    if after != before:
        with open(path, "r+b") as stream:
            stream.write(after.encode("utf-8", errors="surrogateescape"))
            stream.truncate()


def _read(path: str) -> str:
    """A text in which any byte may stand. UTF-8: inside a tree, Python finds no encoding that it has not loaded."""
    return Path(path).read_bytes().decode("utf-8", errors="surrogateescape")
