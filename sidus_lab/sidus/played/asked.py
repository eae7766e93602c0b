"""What a command asks of a site or of a node, read from its words. Pure.

A recording outlives the programs that made it: words that are other ones tomorrow (a run's own name, the text of a
script) are taken for what they stand for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sidus_lab.nodeset import expand

DRILL = "sidus-drill"  # the name ($0) of a script on the server that damages a copy, or mends it
MENDED = "mend"
SWITCHES = ("on", "off", "cycle")
BY_NODE = ("list", "status", "witness", "power", "assign")
_RUN, _SCRIPT = "RUN", "SCRIPT"
_ASKING = ("cat", "hostname", "uname", "true", "ls", "sha256sum", "free", "lscpu", "uptime")


@dataclass(frozen=True)
class Verb:
    """A verb of sidusctl: its words after the site, and what of them says which nodes and which version."""

    words: tuple[str, ...]

    @property
    def by_node(self) -> bool:
        """Whether it is answered node by node."""
        return len(self.words) > 1 and self.words[0] == "node" and self.words[1] in BY_NODE

    @property
    def name(self) -> str:
        """Noun and verb, such as ``node status``."""
        return " ".join(self.words[:2])

    @property
    def places(self) -> tuple[str, ...]:
        """Its words without options and their values."""
        found, skip = [], False
        for word in self.words[2:]:
            if skip or word.startswith("--"):
                skip = not skip and "=" not in word
                continue
            found.append(word)
        return tuple(found)

    @property
    def nodes(self) -> tuple[str, ...] | None:
        """The nodes that it names; None for all of them. Raises `SidusError` for what is no set of nodes."""
        return tuple(expand(self.places[0])) if self.places else None

    @property
    def switch(self) -> str:
        """``on``, ``off`` or ``cycle`` where it switches nodes."""
        word = self.places[1] if self.name == "node power" and len(self.places) > 1 else ""
        return word if word in SWITCHES else ""

    @property
    def version(self) -> str:
        """Which version `node assign` gives them."""
        return self.places[1] if self.name == "node assign" and len(self.places) > 1 else ""

    @property
    def arguments(self) -> tuple[str, ...]:
        """The kernel arguments that `node assign` gives them."""
        pairs = zip(self.words, self.words[1:], strict=False)
        apart = [value for option, value in pairs if option == "--arg"]
        return tuple(apart + [word.partition("=")[2] for word in self.words if word.startswith("--arg=")])


def verb(argv: Sequence[str]) -> Verb | None:
    """Give the verb of sidusctl that a command on the server is; None for another command."""
    words = tuple(argv)
    if "--site" not in words[:4]:
        return None
    return Verb(words[words.index("--site") + 2 :])


def fault(argv: Sequence[str]) -> str | None:
    """Give which damage a command on the server leaves behind (empty: it mends it); None for another command."""
    words = list(argv)
    if DRILL not in words:
        return None
    word = words[words.index(DRILL) + 1]
    return "" if word == MENDED else word


def key(argv: Sequence[str], node: str = "") -> tuple[str, ...]:
    """Give the words by which a command is found again: without a run's own name, and without the text of scripts."""
    words = list(argv)
    if len(words) > 2 and words[1] == "-c" and "\n" in words[2]:
        words[2] = _SCRIPT
    return tuple(_unnamed(word, node) for word in words)


def run_name(argv: Sequence[str], node: str) -> str:
    """Give the name of the run that a command on a node belongs to; empty for none."""
    for word in argv:
        if node and word.endswith("/" + node) and _unnamed(word, node) != word:
            return word
    return ""


def touches(argv: Sequence[str]) -> bool:
    """Whether a command on a node may change it: anything but questions and the executions of an experiment."""
    words = key(argv)
    return not (words[:2] == ("sh", "-s") or words[0] in _ASKING or _SCRIPT in words)


def _unnamed(word: str, node: str) -> str:
    """Write a run's own name ``RUN/node1`` for ``20260131-0a1b2c3d/node1``, also as the value of a variable."""
    name, equals, value = word.rpartition("=")
    run, slash, rest = value.partition("/")
    if node and slash and rest == node and run and not run.startswith("."):
        return f"{name}{equals}{_RUN}/{node}"
    return word
