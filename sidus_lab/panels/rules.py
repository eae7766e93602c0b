"""Which buttons can be pressed when, and what they ask first: one rule for one node and for a set. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sidus_lab.nodeset import fold

Verb = Literal["on", "off", "boot"]


@dataclass(frozen=True)
class Wanted:
    """The version that Assign would give to nodes, and that Boot gives first to those that have none."""

    root_hash: str
    name: str
    scrub: bool


@dataclass(frozen=True)
class Facts:
    """What the rule looks at: the node's state in a word, whether it has a version to boot, whether it is held."""

    name: str
    word: str
    off: bool
    assigned: bool
    busy: bool
    used: str = ""  # what runs on it, as far as is known


def can(verb: Verb, node: Facts, *, wanted: bool) -> bool:
    """Whether a button does something to a node now; `wanted`, whether there is a version that Boot could assign.

    Nothing can be pressed for a node that an action works on. Without a version to boot, switching on would start a
    machine that finds nothing, so that is not offered.
    """
    if node.busy:
        return False
    if verb == "off":
        return not node.off
    return node.assigned and node.off if verb == "on" else node.assigned or wanted


def accepted(verb: Verb, nodes: Iterable[Facts], *, wanted: bool) -> list[str]:
    """Give the names of those nodes to which a button does something."""
    return [node.name for node in nodes if can(verb, node, wanted=wanted)]


def question(verb: Verb, nodes: Sequence[Facts], wanted: Wanted | None) -> str:
    """Give what a button asks before it acts on these nodes, or an empty text when there is nothing to ask.

    What stops a node that is up asks, since somebody may be using it: one node as well as many. Boot says what it
    assigns to nodes that have nothing to boot.
    """
    if verb == "on":
        return ""
    parts = []
    bare = [node.name for node in nodes if not node.assigned]
    for what in dict.fromkeys(node.used for node in nodes if node.used):
        parts.append(f"{what} is under way on {fold([node.name for node in nodes if node.used == what])}")
    up = [node.name for node in nodes if node.word == "up" and not node.used]
    if up:
        parts.append(f"{fold(up)} {'is' if len(up) == 1 else 'are'} up")
    if verb == "boot" and bare and wanted is not None:
        parts.append(f"assign {wanted.name} to {fold(bare)} first")
    return f"Sure? {', '.join(parts)}" if parts else ""
