"""One look at a site: the states of its nodes each time; inventory, versions and jobs now and then, and when asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from sidus_lab.panels.model import Snapshot
from sidus_lab.sidus.damage import Damaged, Found
from sidus_lab.sidus.jobs import Job
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.nodes import Nodes

INVENTORY_EVERY = 30.0  # seconds: another person may assign or publish


class Looker:
    """Reads a site for a panel; a look that fails leaves what the last one found. May be used from any thread."""

    def __init__(self, lab: Lab, nodeset: str, *, jobs: bool) -> None:
        self._lab, self._nodeset, self._jobs = lab, nodeset, jobs
        self._lock = threading.Lock()
        self._due = True
        self._nodes: Nodes | None = None
        self._found: Snapshot | None = None

    @property
    def nodes(self) -> Nodes | None:
        """The nodes as they were last seen; None before the first look."""
        with self._lock:
            return self._nodes

    @property
    def found(self) -> Snapshot | None:
        """What the last look that went well found."""
        with self._lock:
            return self._found

    def busy(self) -> frozenset[str]:
        """Give the nodes that something of this program switches or boots now, from a panel or from a cell."""
        nodes = self.nodes
        if nodes is None or not nodes.under_way():
            return frozenset()
        return frozenset(name for name in nodes.names if nodes.subset([name]).under_way())

    def uses(self) -> dict[str, str]:
        """Give what this program runs on which node, such as an experiment."""
        nodes = self.nodes
        if nodes is None or not nodes.uses():
            return {}
        found = {name: nodes.subset([name]).uses() for name in nodes.names}
        return {name: " and ".join(what) for name, what in found.items() if what}

    def all_due(self) -> None:
        """Read everything at the next look: something was changed."""
        with self._lock:
            self._due = True

    def look(self) -> Snapshot:
        """Look now. Raises what the connection raises."""
        with self._lock:
            full, before, nodes = self._due, self._found, self._nodes
            self._due = False
        if before is None or nodes is None or time.time() - before.time > INVENTORY_EVERY:
            full = True
        jobs: Sequence[Job]
        damaged: Sequence[Damaged]
        try:
            if full or nodes is None or before is None:
                nodes = self._lab.nodes(self._nodeset)
                read, published = time.time(), self._lab.published()
                listed = self._lab.jobs() if self._jobs else Found[Job]()
                jobs, damaged = listed, (*nodes.damaged, *published.damaged, *listed.damaged)
            else:
                read, published, jobs = before.time, Found(before.published), before.jobs
                damaged = before.damaged
            statuses = list(nodes.status().values())
        except BaseException:
            self.all_due()
            raise
        found = Snapshot(
            {node.name: node.entry for node in nodes}, statuses, published, read, time.time(), jobs, damaged
        )
        with self._lock:
            self._nodes, self._found = nodes, found
        return found
