"""A view of any action: its bar, its clock, its last line, a button that cancels it, and the tail of its log."""

from __future__ import annotations

import time

import ipywidgets as widgets

from sidus_lab import html
from sidus_lab.actions import Action
from sidus_lab.panels import markup
from sidus_lab.panels.action_view import action_view
from sidus_lab.panels.parts import Disclosure, ErrorLine, bundle, button, close_all, on_any_shell, shorten
from sidus_lab.sidus.consoles import tail

LOG_LINES = 60


class ActionPanel:
    """Shows an action while it runs and after it; works while the kernel is busy.

    Display it as the last line of a cell. Without a widget front end it is one line of text, or a small block of HTML.

    >>> from sidus_lab.actions import start
    >>> panel = sl.panels.ActionPanel(start(lambda control: 1, name="compute"))
    >>> type(panel).__name__
    'ActionPanel'
    """

    def __init__(self, action: Action[object]) -> None:
        self.action = action
        self._error = ErrorLine()
        self._head, self._clock, self._body, self._log, self._old = (widgets.HTML() for _ in range(5))
        self._log.layout.display = "none"
        name = f"Cancel {action.name}"
        self.cancel = button(name, "stop", name, self._error.guard(action.cancel))
        shorten(self.cancel, "Cancel")
        self.open = Disclosure("log", action.name, "list", self._error.guard(self.update))
        space = widgets.Box(layout=widgets.Layout(flex="1 1 auto"))
        top = widgets.HBox(
            [self._head, space, self._clock, self.open.widget, self.cancel],
            layout=widgets.Layout(align_items="center", grid_gap="6px", flex_flow="row wrap"),
        )
        self.widget = widgets.VBox(
            [widgets.HTML(markup.style()), self._old, top, self._body, self._log, self._error.widget]
        )
        self.widget.add_class("sidus-room")
        on_any_shell(self.widget)
        self.update()
        self._unwatch = action.watch(lambda _action: self.update())

    def update(self) -> None:
        """Show the action as it is now."""
        view = action_view(self.action)
        self._head.value = markup.action_head(view)
        running = self.action.state == "running"
        self._old.value = (
            markup.as_of(time.strftime("%H:%M:%S"), "What runs on nodes and server goes on.") if running else ""
        )
        self._clock.value = markup.muted(view.clock)
        self._body.value = markup.action_body(view)
        self._body.layout.display = "" if self._body.value else "none"
        self.cancel.layout.display = "" if self.action.state == "running" else "none"
        self.cancel.disabled = not view.can_cancel
        self._log.layout.display = "" if self.open.value else "none"
        if self.open.value:
            lines = "\n".join(self.action.lines[-LOG_LINES:])
            self._log.value = markup.log(tail(lines, LOG_LINES), f"log of {self.action.name}")

    def close(self) -> None:
        """Take the view away; the action goes on."""
        self._unwatch()
        close_all(self.widget)

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        view = action_view(self.action)
        return bundle(
            self.widget,
            repr(self.action),
            html.state(view.word, f"{view.name}, {view.clock}"),
            html.join([" ", view.line, view.error]),
        )
