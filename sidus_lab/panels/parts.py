"""The pieces that panels are put together from: wrapped handlers, buttons, a part of the room with its code."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from sidus_lab import html
from sidus_lab.panels import markup
from sidus_lab.panels.model import error_text

SURE_SECONDS = 6.0

_log = logging.getLogger(__name__)


class ErrorLine:
    """Where a panel shows what went wrong. Calling it shows an error; `clear` takes it away."""

    def __init__(self) -> None:
        self.widget = widgets.HTML()

    def __call__(self, error: BaseException | None) -> None:
        """Show the error's few lines."""
        self.widget.value = "" if error is None else markup.error(error_text(error))

    def clear(self) -> None:
        """Show nothing."""
        self(None)

    def guard(self, handler: Callable[[], object]) -> Callable[[Any], None]:
        """Wrap a handler: whatever it raises is shown here and not lost in the kernel's log.

        The front end may call it on the main thread or on that of a subshell; handlers only submit and cancel.
        """

        def guarded(_event: Any) -> None:
            try:
                handler()
            except Exception as error:
                _log.debug("a handler failed", exc_info=True)
                self(error)

        return guarded


def button(text: str, icon: str, about: str, clicked: Callable[[Any], None], style: str = "") -> widgets.Button:
    """Give a button; `about` is its tooltip, and says more than its text."""
    made = widgets.Button(description=text, icon=icon, tooltip=about, button_style=style)
    made.layout.width = "auto"
    made.on_click(clicked)
    return made


class SureButton:
    """A button that asks again before it does something to several nodes that people may be using.

    `doubt` gives the question, or an empty text when there is nothing to ask. The second click within `SURE_SECONDS`
    does it.
    """

    def __init__(
        self,
        text: str,
        icon: str,
        about: str,
        style: str,
        doubt: Callable[[], str],
        error: ErrorLine,
        act: Callable[[], object],
    ) -> None:
        self._text, self._style = text, style
        self._doubt, self._act = doubt, act
        self._asked = -SURE_SECONDS
        self.widget = button(text, icon, about, error.guard(self._clicked), style)

    def _clicked(self) -> None:
        question = self._doubt()
        if question and time.monotonic() - self._asked > SURE_SECONDS:
            self._asked = time.monotonic()
            self.widget.description, self.widget.button_style = question, "warning"
            return
        self._back()
        self._act()

    def _back(self) -> None:
        self._asked = -SURE_SECONDS
        self.widget.description, self.widget.button_style = self._text, self._style

    def settle(self) -> None:
        """Take the question back when nobody answered it; called at each look."""
        if self.widget.description != self._text and time.monotonic() - self._asked > SURE_SECONDS:
            self._back()


class Section:
    """One part of the room: a heading, a button that shows the code, and its content."""

    def __init__(self, heading: str, content: Sequence[widgets.Widget], extra: Sequence[widgets.Widget] = ()) -> None:
        self._code = widgets.HTML(layout=widgets.Layout(display="none"))
        self.toggle = widgets.ToggleButton(
            description="code", icon="code", tooltip=f"{heading}: show the Python lines that do the same"
        )
        self.toggle.layout.width = "auto"
        self.toggle.add_class("sr-quiet")
        self.toggle.observe(self._toggled, "value")
        name = widgets.HTML(markup.heading(heading))
        space = widgets.Box(layout=widgets.Layout(flex="1 1 auto"))
        head = widgets.HBox(
            [name, *extra, space, self.toggle], layout=widgets.Layout(align_items="center", grid_gap="8px")
        )
        self.widget = widgets.VBox([head, self._code, *content], layout=widgets.Layout(grid_gap="4px"))
        self.widget.add_class("sr-section")

    def show_code(self, text: str) -> None:
        """Set the lines."""
        self._code.value = markup.code(text)

    @property
    def code(self) -> str:
        """The lines as they are shown (HTML)."""
        return str(self._code.value)

    def _toggled(self, change: Any) -> None:
        self._code.layout.display = "" if change["new"] else "none"


def bundle(widget: widgets.Widget, plain: str, *shown: object) -> dict[str, Any]:
    """Give one display bundle: the widget while it is open, and the same as HTML and as plain text."""
    view = {} if widget.comm is None else widget._repr_mimebundle_()
    return {**(view or {}), **html.mimebundle(plain, *shown)}


def on_any_shell(widget: widgets.Widget) -> None:
    """Let what the front end sends to a widget, and to all inside it, go to the shell that the front end chose.

    JupyterLab chooses a subshell, so that buttons work while a cell is running. Left alone, ipykernel (7.4 at least)
    sends it to the shell that used the widget last, which is the busy one. Our handlers run on any thread.
    """
    if hasattr(widget.comm, "_reply_subshell_for"):
        widget.comm._reply_subshell_for = None
    for child in getattr(widget, "children", ()):
        on_any_shell(child)


def close_all(widget: widgets.Widget) -> None:
    """Close a widget and all inside it."""
    for child in getattr(widget, "children", ()):
        close_all(child)
    widget.close()
