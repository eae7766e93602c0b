"""An ordered boot: what the server keeps of a node's start, from the moment that it is ordered.

With each order the node gets a new word and a new host key. Both lie in its own files, which are handed out under a
name that nobody guesses, from the order until the boot reports; then they are taken back. A node that starts without
an order is given nothing.
"""

from __future__ import annotations

import time
from typing import NamedTuple, Optional

from .. import files, shapes
from ..site import Site
from . import vouch

_FILE = "boot.json"


class Order(NamedTuple):
    """An order: its word, when it was given, the boot id that answered to it ("" until then), and since when.

    `when` and `taken` are seconds since 1970; `taken` is None while the node's own files are still handed out. `root`
    is the root hash that it was told to boot; empty in an order of a program that did not keep it.
    """

    word: str
    when: float
    boot: str = ""
    taken: Optional[float] = None
    root: str = ""


def read(site: Site, name: str) -> Optional[Order]:
    """The newest order of a node; None when there never was one, or when it cannot be read (as if there were none)."""
    try:
        plain = files.read_json(site.secrets / name / _FILE)
        if not isinstance(plain, dict):
            return None
        taken = plain["taken"]
        since = None if taken is None else float(taken)
        return Order(str(plain["word"]), float(plain["when"]), str(plain["boot"]), since, str(plain.get("root", "")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(site: Site, name: str, order: Order) -> None:
    """Keep an order; call it under the site's lock."""
    files.write_json(site.secrets / name / _FILE, order._asdict(), 0o600)


def give(site: Site, name: str, node: shapes.NodeFacts) -> Order:
    """Order a boot of what is assigned to a node, with a new word. Under the site's lock."""
    order = Order(vouch.new_word(), round(time.time(), 3), root=root_of(node))
    write(site, name, order)
    return order


def root_of(node: shapes.NodeFacts) -> str:
    """The root hash that a node boots from its next start on; empty where nothing is assigned."""
    return node["assignment"]["root_hash"] if node["assignment"] else ""
