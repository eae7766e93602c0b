"""A set of nodes in order: its operators, and how some of them are named. No look at the server in here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Self, overload

from sidus_lab.errors import SidusError
from sidus_lab.nodeset import expand, fold
from sidus_lab.sidus.damage import Damaged
from sidus_lab.sidus.node import Node
from sidus_lab.sidus.server import Server


class NodeSet:
    """Nodes of one server, each once, in order. Two are equal when they hold the same nodes, in whatever order.

    `damaged` is what the look at the inventory that gave them found there and could not believe.
    """

    def __init__(self, server: Server, nodes: Iterable[Node]) -> None:
        self._server = server
        self._nodes = tuple({node.name: node for node in nodes}.values())
        self.damaged: tuple[Damaged, ...] = ()

    @classmethod
    def of(cls, nodes: Sequence[Node]) -> Self:
        """Give nodes of one connection as a set. Raises `SidusError` for none, and for nodes of two connections."""
        if len({id(node.server) for node in nodes}) != 1:
            raise SidusError("A set of nodes needs nodes of one connection.", hint="lab.nodes(...) gives one")
        return cls(nodes[0].server, nodes)

    @property
    def names(self) -> list[str]:
        """Their names."""
        return [node.name for node in self._nodes]

    @property
    def folded(self) -> str:
        """Their names in folded form, such as ``node[1-4]``."""
        return fold(self.names)

    def node(self, name: str) -> Node:
        """Give one of them by its name. Raises `SidusError`."""
        return self._pick([name])[0]

    def subset(self, names: str | Iterable[str]) -> Self:
        """Give some of them: by a folded text such as ``node[1-3]``, or by their names. Raises `SidusError`."""
        return self._of(self._pick(expand(names) if isinstance(names, str) else list(names)))

    def __len__(self) -> int:
        return len(self._nodes)

    def __iter__(self) -> Iterator[Node]:
        return iter(self._nodes)

    def __contains__(self, item: object) -> bool:
        """Whether a node, or the node of a name, is one of them."""
        if isinstance(item, Node):
            return item in self._nodes
        return item in self.names

    @overload
    def __getitem__(self, key: int) -> Node: ...

    @overload
    def __getitem__(self, key: slice) -> Self: ...

    @overload
    def __getitem__(self, key: str) -> Node | Self: ...

    def __getitem__(self, key: int | slice | str) -> Node | Self:
        """Give one by its place or name, or several by a slice or a folded text."""
        if isinstance(key, slice):
            return self._of(self._nodes[key])
        if isinstance(key, str):
            return self.subset(key) if set("[,") & set(key) else self.node(key)
        return self._nodes[key]

    def __and__(self, other: object) -> Self:
        """Those that are in both."""
        if not isinstance(other, NodeSet):
            return NotImplemented
        theirs = self._names_in(other)
        return self._of([node for node in self if node.name in theirs])

    def __or__(self, other: object) -> Self:
        """Those that are in one of the two, these first."""
        if not isinstance(other, NodeSet):
            return NotImplemented
        self._names_in(other)
        return self._of([*self, *other])

    def __sub__(self, other: object) -> Self:
        """Those of these that are not in the other."""
        if not isinstance(other, NodeSet):
            return NotImplemented
        theirs = self._names_in(other)
        return self._of([node for node in self if node.name not in theirs])

    def __xor__(self, other: object) -> Self:
        """Those that are in exactly one of the two, these first."""
        if not isinstance(other, NodeSet):
            return NotImplemented
        theirs, mine = self._names_in(other), set(self.names)
        only = [node for node in self if node.name not in theirs]
        return self._of([*only, *(node for node in other if node.name not in mine)])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NodeSet):
            return NotImplemented
        return self._server is other._server and set(self.names) == set(other.names)

    def __hash__(self) -> int:
        return hash((id(self._server), frozenset(self.names)))

    def _of(self, nodes: Sequence[Node]) -> Self:
        return type(self)(self._server, nodes)

    def _names_in(self, other: NodeSet) -> set[str]:
        """Give the names of another set, which must be of the same connection."""
        if other._server is not self._server:
            raise SidusError(
                f"{self.folded or 'These'} and {other.folded or 'those'} belong to two connections.",
                hint="take both from one lab: lab.nodes(...)",
            )
        return set(other.names)

    def _pick(self, names: Sequence[str]) -> list[Node]:
        known = {node.name: node for node in self._nodes}
        missing = [name for name in names if name not in known]
        if missing:
            what = f"node {missing[0]!r}" if len(missing) == 1 else f"node {fold(missing)}"
            raise SidusError(f"There is no {what} among {self.folded or 'none'}.", hint="give one of these names")
        return [known[name] for name in names]
