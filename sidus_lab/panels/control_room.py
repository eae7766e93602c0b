"""The control room: a site's image, nodes, proof and logs in one panel that works while the kernel is busy."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import ipywidgets as widgets

from sidus_lab.actions import Action
from sidus_lab.errors import ConnectError
from sidus_lab.panels import markup, model, pace
from sidus_lab.panels.action_panel import ActionPanel
from sidus_lab.panels.looker import Looker
from sidus_lab.panels.model import NodeCard, Snapshot
from sidus_lab.panels.parts import ErrorLine, bundle, close_all, on_any_shell
from sidus_lab.panels.poller import Poller
from sidus_lab.panels.rules import Wanted
from sidus_lab.panels.sections import DEFAULT, make_sections
from sidus_lab.panels.sections.section import Section, View
from sidus_lab.panels.under_way import UnderWay
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.nodes import Nodes
from sidus_lab.sidus.under_way import NodesBusy

T = TypeVar("T")

KEEP_ACTIONS = 3  # those that ended; the ones under way are all shown
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
    sections : sequence of str
        Its parts, from top to bottom, of those in ``panels.SECTIONS``: any of them can be shown alone.

    Raises `SidusError` for a section that there is not.

    Examples
    --------
    >>> room = sl.panels.ControlRoom(lab)
    >>> room.close()
    """

    def __init__(self, lab: Lab, nodeset: str = "", *, sections: Sequence[str] = DEFAULT) -> None:
        self._lab = lab
        self._lock = threading.RLock()
        self._snapshot: Snapshot | None = None
        self._cards: list[NodeCard] = []
        self._site_due = 0.0
        self._touched = time.monotonic()
        self.wanted: Wanted | None = None
        self._under_way = UnderWay()
        self._panels: list[ActionPanel] = []
        self._seen = False
        self._closed = False
        self.error = ErrorLine()
        self._sections = make_sections(sections, self)
        self._looker = Looker(lab, nodeset, jobs=any(each.reads_jobs for each in self._sections.values()))
        self._title, self._old, self._trouble = widgets.HTML(), widgets.HTML(), ErrorLine()
        self._actions = widgets.VBox(layout=widgets.Layout(grid_gap="6px"))
        parts = [section.widget for section in self._sections.values()]
        # Below the nodes, so that what appears there moves no button from under the hand.
        place = 1 + list(self._sections).index("nodes") if "nodes" in self._sections else len(parts)
        parts.insert(place, self._actions)
        top = [widgets.HTML(markup.style()), self._title, self._old, self._trouble.widget, self.error.widget]
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
        self._looker.all_due()
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
        known = self._looker.nodes
        return (known if known is not None else Nodes(self._lab.server, [])).subset(names)

    @property
    def lab(self) -> Lab:
        """The site."""
        return self._lab

    def section(self, name: str) -> Section:
        """Give one of its parts by its name."""
        return self._sections[name]

    @property
    def actions(self) -> list[Action[object]]:
        """What was started in it: all that is under way, and the last of what ended; newest first."""
        with self._lock:
            return [panel.action for panel in self._panels]

    def submit(
        self,
        what: str,
        names: Sequence[str],
        start: Callable[[], Action[T]],
        then: Callable[[T], object] | None = None,
    ) -> None:
        """Start an action and show it, hold the buttons of its nodes, and call `then` with its result.

        While one that does `what` to the same nodes is under way, that one is shown instead. Raises `NodesBusy` when
        something else works on one of them.
        """
        self.error.clear()
        try:
            action, new = self._under_way.begin(what, names, start)
        except NodesBusy as busy:
            if busy.action is not None:
                self._bring_up(busy.action)
            raise
        with self._lock:
            self._touched = time.monotonic()
            if new:
                panel = ActionPanel(action)
                panel.widget.remove_class("sidus-room")
                panel.widget.add_class("sr-card")
                self._panels.insert(0, panel)
                self._looker.all_due()  # a node's start decides whether it runs what is assigned to it
            self._drop_old_panels()
            self._show()
        if new:
            action.watch(lambda each: self._moved(each, then))
        else:
            self._bring_up(action)
            self.error.note(f"{action.name} is under way already: nothing was started twice")
        for section in self._sections.values():
            if len(names) == 1:
                section.attend(names[0])
        self._poller.wake()

    def _bring_up(self, action: Action[object]) -> None:
        """Put the view of an action above the others."""
        with self._lock:
            self._panels.sort(key=lambda panel: panel.action is not action)
            self._actions.children = tuple(panel.widget for panel in self._panels)

    def _moved(self, action: Action[object], then: Callable[..., object] | None) -> None:
        """Called from the owned loop while an action runs and once after its end."""
        if action.state == "running" or self._closed:
            return
        with self._lock:
            self._looker.all_due()
            self._site_due = 0.0
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
        else:
            for section in self._live():
                section.look()
        with self._lock:
            pause = self._pause()
        if pause is None:
            return None
        left = max(0.0, self._site_due - time.monotonic())
        return min(left, pace.FAST) if self._live() else left

    def _live(self) -> list[Section]:
        return [section for section in self._sections.values() if section.live]

    def _pause(self) -> float | None:
        views = int(self.widget._view_count or 0)
        idle = time.monotonic() - self._touched
        return pace.next_look(
            self._cards, busy=bool(self._under_way or self._looker.busy()), views=views, ever_seen=self._seen, idle=idle
        )

    def _look_at_site(self) -> None:
        began = time.monotonic()
        try:
            found = self._looker.look()
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
            self._site_due = time.monotonic() + max(self._pause() or pace.SLOW, 2 * took)

    def _come_back(self) -> None:
        try:
            self._lab.server.reconnect()
        except Exception as error:
            self._trouble(error)

    def _show(self) -> None:
        """Bring every section up to date; under the lock."""
        snapshot = self._snapshot
        if snapshot is None or self._closed:
            return
        if self.wanted is None or self.wanted.root_hash not in {each.root_hash for each in snapshot.published}:
            self.wanted = model.newest(snapshot.published)
        self._cards = model.cards(
            snapshot, self._under_way.names | self._looker.busy(), self.wanted, self._looker.uses()
        )
        self._title.value = markup.title(self._lab.server.name, model.summary(self._cards))
        seen = time.strftime("%H:%M:%S", time.localtime(snapshot.looked))
        self._old.value = markup.as_of(seen, "What was started goes on at the site.")
        view = View(snapshot, self._cards)
        for section in self._sections.values():
            section.show(view)

    def __repr__(self) -> str:
        lines = [f"Control room of {self._lab.server.name}: {model.summary(self._cards)}"]
        return "\n".join([*lines, *(f"  {card.spoken}, boots {card.boots}" for card in self._cards)])

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        if not self._closed:
            self._touched = time.monotonic()
            self._poller.wake()
        return bundle(self.widget, repr(self), markup.cards_table(self._cards))
