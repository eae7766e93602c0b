"""The control room: a site's image, nodes, proof and logs in one panel that works while the kernel is busy."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import ipywidgets as widgets

from sidus_lab.actions import Action
from sidus_lab.errors import ConnectError
from sidus_lab.panels import markup, model
from sidus_lab.panels.action_panel import ActionPanel
from sidus_lab.panels.model import NodeCard, Snapshot
from sidus_lab.panels.nodes_section import NodesPart
from sidus_lab.panels.parts import ErrorLine, bundle, close_all, on_any_shell
from sidus_lab.panels.poller import Poller
from sidus_lab.panels.sections import ImagePart, LogPart, ProofPart
from sidus_lab.sidus import Lab
from sidus_lab.sidus.nodes import Nodes

T = TypeVar("T")

KEEP_ACTIONS = 3  # those that ended; the ones under way are all shown
INVENTORY_EVERY = 30.0  # seconds: another person may assign or publish
AFTER_ERROR = 10.0


class ControlRoom:
    """A panel for a site: which version its nodes boot, power and boot, the proof, and a node's console.

    Its work runs in threads of its own, so it goes on while the kernel computes. It looks at the site by itself as long
    as a front end shows it and for an hour after the last click, and stops for good with `close`. Without a widget
    front end it shows the nodes as a table, or as text.

    Parameters
    ----------
    lab : Lab
        The site, from `connect` or from ``Embedded().up()``.
    nodeset : str
        The nodes to show, in folded form; all of them by default.
    """

    def __init__(self, lab: Lab, nodeset: str = "") -> None:
        self._lab, self._nodeset = lab, nodeset
        self._lock = threading.RLock()
        self._snapshot: Snapshot | None = None
        self._nodes: Nodes | None = None
        self._cards: list[NodeCard] = []
        self._inventory_due = True
        self._site_due = 0.0
        self._touched = time.monotonic()
        self._running: dict[int, tuple[Action[Any], list[str]]] = {}
        self._panels: list[ActionPanel] = []
        self._seen = False
        self._closed = False
        self.error = ErrorLine()
        self.image, self.machines = ImagePart(self), NodesPart(self)
        self.proof, self.log = ProofPart(self), LogPart(self, lab.consoles)
        self._title, self._trouble = widgets.HTML(), ErrorLine()
        self._actions = widgets.VBox(layout=widgets.Layout(grid_gap="6px"))
        parts = [self.image.widget, self.machines.widget, self._actions, self.proof.widget, self.log.widget]
        top = [widgets.HTML(markup.style()), self._title, self._trouble.widget, self.error.widget]
        self.widget = widgets.VBox([*top, *parts])
        self.widget.add_class("sidus-room")
        self.widget._view_count = 0  # asks front ends to count the views they show
        self.widget.observe(self._viewed, "_view_count")
        on_any_shell(self.widget)
        self._poller = Poller(self._tick, "sidus_lab control room")
        self.refresh()

    @property
    def cards(self) -> list[NodeCard]:
        """The nodes as they are shown now."""
        with self._lock:
            return list(self._cards)

    def refresh(self) -> None:
        """Look at the site now; what goes wrong is shown in the panel."""
        with self._lock:
            self._inventory_due = True
        self._look_at_site()

    def close(self) -> None:
        """Take the panel away. Actions under way go on; so does the site."""
        self._closed = True
        self._poller.close()
        with self._lock:
            for panel in self._panels:
                panel.close()
            close_all(self.widget)

    def nodes(self, names: Sequence[str]) -> Nodes:
        """Give these nodes as they were last seen, without asking the server. Raises `SidusError` for unknown names."""
        with self._lock:
            known = self._nodes if self._nodes is not None else Nodes(self._lab.server, [])
        return known.subset(names)

    def submit(self, action: Action[T], names: Sequence[str], then: Callable[[T], object] | None = None) -> None:
        """Show an action, hold the buttons of these nodes while it runs, and call `then` with its result."""
        self.error.clear()
        with self._lock:
            self._touched = time.monotonic()
            self._running[id(action)] = (action, list(names))
            panel = ActionPanel(action)
            panel.widget.remove_class("sidus-room")
            panel.widget.add_class("sr-card")
            self._panels.insert(0, panel)
            self._drop_old_panels()
            self._show()
        if len(names) == 1:
            self.log.choose(names[0])
        action.watch(lambda each: self._moved(each, then))
        self._poller.wake()

    def _moved(self, action: Action[T], then: Callable[[T], object] | None) -> None:
        """Called from the owned loop while an action runs and once after its end."""
        if action.state == "running" or self._closed:
            return
        with self._lock:
            self._running.pop(id(action), None)
            self._inventory_due, self._site_due = True, 0.0
            try:
                if then is not None and action.state == "done":
                    then(action.result(0))
                self._show()
            except Exception as error:
                self.error(error)
        self._poller.wake()

    def _drop_old_panels(self) -> None:
        ended = [panel for panel in self._panels if panel.action.state != "running"]
        for panel in ended[KEEP_ACTIONS:]:
            self._panels.remove(panel)
            panel.close()
        self._actions.children = tuple(panel.widget for panel in self._panels)

    def _viewed(self, change: Any) -> None:
        if change["new"]:
            self._seen = True
            self._touched = time.monotonic()
            self._poller.wake()

    def _tick(self) -> float | None:
        """One look of the poller; gives the pause until the next."""
        if time.monotonic() >= self._site_due:
            self._look_at_site()
        elif self.log.live:
            self.log.look()
        with self._lock:
            pause = self._pause()
        if pause is None:
            return None
        left = max(0.0, self._site_due - time.monotonic())
        return min(left, model.FAST) if self.log.live else left

    def _pause(self) -> float | None:
        views = int(self.widget._view_count or 0)
        idle = time.monotonic() - self._touched
        return model.next_look(self._cards, busy=bool(self._running), views=views, ever_seen=self._seen, idle=idle)

    def _look_at_site(self) -> None:
        began = time.monotonic()
        try:
            found = self._read()
        except Exception as error:
            self._trouble(error)
            if isinstance(error, ConnectError):
                self._come_back()
            self._site_due = time.monotonic() + AFTER_ERROR
            return
        if self._closed:
            return
        with self._lock:
            self._trouble.clear()
            self._snapshot = found
            self._show()
            # A look costs the server about a second of processor: never more than a third of its time.
            took = time.monotonic() - began
            self._site_due = time.monotonic() + max(self._pause() or model.SLOW, 2 * took)

    def _read(self) -> Snapshot:
        with self._lock:
            full, before, nodes = self._inventory_due, self._snapshot, self._nodes
            if before is not None and time.time() - before.time > INVENTORY_EVERY:
                full = True
            self._inventory_due = False
        try:
            if full or nodes is None or before is None:
                nodes = self._lab.nodes(self._nodeset)
                published, read = self._lab.published(), time.time()
            else:
                published, read = list(before.published), before.time
            statuses = list(nodes.status().values())
        except BaseException:
            self._inventory_due = True
            raise
        with self._lock:
            self._nodes = nodes
        return Snapshot({node.name: node.entry for node in nodes}, statuses, published, read)

    def _come_back(self) -> None:
        try:
            self._lab.server.reconnect()
        except Exception as error:
            self._trouble(error)

    def _show(self) -> None:
        """Bring every part up to date; under the lock."""
        snapshot = self._snapshot
        if snapshot is None or self._closed:
            return
        busy = [name for _, names in self._running.values() for name in names]
        self._cards = model.cards(snapshot, busy)
        self._title.value = markup.title(self._lab.server.name, model.summary(self._cards))
        self.image.show(snapshot)
        self.machines.show(self._cards)
        self.proof.show(self._cards)
        self.log.show(snapshot)

    def __repr__(self) -> str:
        lines = [f"Control room of {self._lab.server.name}: {model.summary(self._cards)}"]
        return "\n".join([*lines, *(f"  {card.spoken}, boots {card.boots}" for card in self._cards)])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        if not self._closed:
            self._touched = time.monotonic()
            self._poller.wake()
        return bundle(self.widget, repr(self), markup.cards_table(self._cards))
