"""The pieces that panels are put together from: wrapped handlers, buttons, a part of the room with its code."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets

from sidus_lab import html
from sidus_lab.panels import markup, style
from sidus_lab.panels.action_view import error_text
from sidus_lab.sidus.damage import Damaged

SURE_SECONDS = 6.0
DOUBLE_CLICK = 0.6  # seconds: a second click so soon belongs to the first, and answers no question

_NEVER = -1.0

_log = logging.getLogger(__name__)


class ErrorLine:
    """Where a panel shows what went wrong. Calling it shows an error; `clear` takes it away."""

    def __init__(self) -> None:
        self.widget = widgets.HTML()

    def __call__(self, error: BaseException | None) -> None:
        """Show the error's few lines."""
        self.widget.value = "" if error is None else markup.error(error_text(error))

    def note(self, text: str) -> None:
        """Say something that is no error."""
        self.widget.value = markup.note(text)

    def clear(self) -> None:
        """Show nothing."""
        self(None)

    def guard(self, handler: Callable[[], object]) -> Callable[[object], None]:
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


def button(text: str, icon: str, about: str, clicked: Callable[[object], None], look: str = "") -> widgets.Button:
    """Give a button; `about` is its tooltip, and says more than its text."""
    made = widgets.Button(description=text, icon=icon, tooltip=about, button_style=look)
    made.layout.width = "auto"
    made.on_click(clicked)
    return made


def shorten(widget: widgets.Widget, word: str = "") -> None:
    """Let a button show only `word` of its name, one of `style.SHORT`; without one, all of it."""
    for each in style.SHORT:
        widget.remove_class(style.short_class(each))
    widget.remove_class("sr-short")
    if word:
        widget.add_class("sr-short")
        widget.add_class(style.short_class(word))


class SureButton:
    """A button that asks again before it does something that somebody may be sorry for.

    `doubt` gives the question, or an empty text when there is nothing to ask. A second click within `SURE_SECONDS`
    does it, but not one that follows so fast that it belongs to the first.
    """

    def __init__(
        self,
        text: str,
        icon: str,
        about: str,
        look: str,
        doubt: Callable[[], str],
        error: ErrorLine,
        act: Callable[[], object],
        short: str = "",
    ) -> None:
        self._text, self._look, self._short = text, look, short
        self._doubt, self._act = doubt, act
        self._asked = _NEVER
        self.widget = button(text, icon, about, error.guard(self._clicked), look)
        shorten(self.widget, short)

    @property
    def asks(self) -> bool:
        """Whether it waits for an answer."""
        return self._asked >= 0

    def rename(self, text: str) -> None:
        """Give it another name for when it asks nothing."""
        asks = self.asks
        self._text = text
        if not asks and self.widget.description != text:
            self.widget.description = text

    def _clicked(self) -> None:
        since = time.monotonic() - self._asked if self.asks else SURE_SECONDS
        if since < DOUBLE_CLICK:
            return
        question = self._doubt()
        if question and since >= SURE_SECONDS:
            self._asked = time.monotonic()
            self.widget.description, self.widget.button_style = question, "warning"
            shorten(self.widget)
            return
        self._back()
        self._act()

    def _back(self) -> None:
        if self.asks:
            self._asked = _NEVER
            self.widget.description, self.widget.button_style = self._text, self._look
            shorten(self.widget, self._short)

    def settle(self) -> None:
        """Take the question back when nobody answered it; called at each look."""
        if self.asks and time.monotonic() - self._asked > SURE_SECONDS:
            self._back()


class Disclosure:
    """A button that shows and hides something; its name says which of the two it does next."""

    def __init__(self, word: str, of: str, icon: str, changed: Callable[[object], None]) -> None:
        self._of = f"{word} of {of}"
        self.widget = widgets.ToggleButton(icon=icon)
        self.widget.layout.width = "auto"
        self.widget.add_class("sr-quiet")
        shorten(self.widget, word)
        self._name()
        self.widget.observe(lambda _change: self._name(), "value")
        self.widget.observe(changed, "value")

    @property
    def value(self) -> bool:
        """Whether it is shown."""
        return bool(self.widget.value)

    @value.setter
    def value(self, shown: bool) -> None:
        """Show or hide it."""
        self.widget.value = shown

    def _name(self) -> None:
        name = f"{'Hide' if self.widget.value else 'Show'} the {self._of}"
        self.widget.description, self.widget.tooltip = name, name


class Frame:
    """What every section of the room looks like: a heading, a button that shows the code, and the content."""

    def __init__(self, heading: str, content: Sequence[widgets.Widget], extra: Sequence[widgets.Widget] = ()) -> None:
        self._code = widgets.HTML(layout=widgets.Layout(display="none"))
        self.toggle = Disclosure("code", heading, "code", self._toggled)
        name = widgets.HTML(markup.heading(heading))
        space = widgets.Box(layout=widgets.Layout(flex="1 1 auto"))
        head = widgets.HBox(
            [name, *extra, space, self.toggle.widget],
            layout=widgets.Layout(align_items="center", grid_gap="8px", flex_flow="row wrap"),
        )
        self._damaged = widgets.HTML()
        self.widget = widgets.VBox([head, self._code, *content, self._damaged], layout=widgets.Layout(grid_gap="4px"))
        self.widget.add_class("sr-section")

    def show_damaged(self, found: Sequence[Damaged]) -> None:
        """Name what is not whole, below what is."""
        self._damaged.value = markup.damaged(found)

    def show_code(self, text: str) -> None:
        """Set the lines."""
        self._code.value = markup.code(text)

    @property
    def code(self) -> str:
        """The lines as they are shown (HTML)."""
        return str(self._code.value)

    def _toggled(self, change: Any) -> None:
        self._code.layout.display = "" if change["new"] else "none"


def bundle(widget: widgets.Widget, plain: str, *shown: object) -> dict[str, object]:
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
