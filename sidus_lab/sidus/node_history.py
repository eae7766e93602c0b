"""Some nodes with their past: what they proved, the way back to it, and what must stay for their sake."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from sidus_lab.sidus import answers
from sidus_lab.sidus.each import Each
from sidus_lab.sidus.inventory import InventoryEntry
from sidus_lab.sidus.node_set import NodeSet
from sidus_lab.sidus.status import NodeStatus
from sidus_lab.sidus.versions import Assignment


class NodeHistory(NodeSet):
    """Nodes that can be brought back to what they proved. `Nodes` is the whole of it."""

    def rollback(self, *, before: bool = False) -> Self:
        """Assign to them again what each proved last; nothing is started.

        With `before`, what each proved last that is not assigned to it now. Raises `SidusError`, and changes no node,
        when one of them proved nothing, or what it proved is published no more.
        """
        if len(self):
            words = ["node", "rollback", self.folded, *(["--before"] if before else [])]
            self._take(answers.inventory(self._server.call(*words)))
        return self

    def hold(self, why: str) -> None:
        """Let what is assigned to them stay, whatever `Lab.gc` takes, for a reason; a run does this by itself."""
        roots = sorted({node.assigned for node in self if node.assigned})
        if roots:
            self._server.call("image", "hold", *roots, f"--for={why}")

    def proven(self) -> Each[tuple[Assignment, ...]]:
        """Ask what each proved, newest first: where `rollback` leads."""
        found = answers.proven(self._server.call("node", "proven", self.folded)) if len(self) else {}
        return Each("Proven", dict(found), words=lambda each: "; ".join(map(str, each)) or "nothing")

    def _take(self, found: Iterable[InventoryEntry | NodeStatus]) -> None:
        """Let each node know what a look at the server just found of it."""
        for each in found:
            if each.name in self:
                self.node(each.name).take(each)
