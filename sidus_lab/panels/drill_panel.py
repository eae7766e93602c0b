"""The fault drill in buttons: one for each kind of damage, one that heals, and what was seen."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from sidus_lab.actions import Action
from sidus_lab.drill import FAULTS, Drill, Finding
from sidus_lab.panels import markup
from sidus_lab.panels.action_panel import ActionPanel
from sidus_lab.panels.parts import ErrorLine, bundle, button, close_all, on_any_shell

_LINE = widgets.Layout(align_items="center", grid_gap="10px", flex_flow="row wrap")


class DrillPanel:
    """A panel that damages a practice site, shows who notices, and heals it; works while the kernel is busy.

    One drill at a time: while one is under way the buttons are grey. Without a widget front end it is a few lines of
    text.

    Parameters
    ----------
    drill : Drill

    Examples
    --------
    >>> with sl.recorded("two-nodes") as lab:
    ...     panel = sl.panels.DrillPanel(sl.Drill(lab))
    ...     [each.description for each in panel.buttons]
    ['Flip one bit of the image', 'Exchange image and hash tree', 'Change a file on the node', 'Heal']
    """

    def __init__(self, drill: Drill) -> None:
        self._drill = drill
        self._view: ActionPanel | None = None
        self.action: Action[Finding] | None = None
        self._error, self._found = ErrorLine(), widgets.HTML()
        self.buttons = [self._button(fault.text, "bolt", fault.lesson, kind) for kind, fault in FAULTS.items()]
        self.buttons.append(self._button("Heal", "medkit", "Mend the copy, boot the nodes anew, prove them", ""))
        self._under_way = widgets.VBox()
        title = widgets.HTML(markup.heading(f"Fault drill on {drill.nodes.folded}") + markup.muted(drill.where))
        parts = [widgets.HTML(markup.style()), title, widgets.HBox(self.buttons, layout=_LINE)]
        self.widget = widgets.VBox([*parts, self._error.widget, self._found, self._under_way])
        self.widget.add_class("sidus-room")
        on_any_shell(self.widget)

    def close(self) -> None:
        """Take the panel away; a drill under way goes on."""
        if self._view is not None:
            self._view.close()
        close_all(self.widget)

    def _button(self, text: str, icon: str, about: str, kind: str) -> widgets.Button:
        def begin() -> Action[Finding]:
            return self._drill.run(kind) if kind else self._drill.heal()

        return button(text, icon, about, self._error.guard(lambda: self._start(begin)))

    def _start(self, begin: Callable[[], Action[Finding]]) -> None:
        if self.action is not None and self.action.state == "running":
            return
        self._error.clear()
        self._found.value = ""
        self.action = begin()
        if self._view is not None:
            self._view.close()
        self._view = ActionPanel(self.action)
        self._under_way.children = (self._view.widget,)
        self._hold(True)
        self.action.watch(self._moved)

    def _moved(self, action: Action[Finding]) -> None:
        """Called from the owned loop while a drill runs, and once after its end."""
        if action.state == "running":
            return
        if action.state == "done":
            self._found.value = str(action.result(0)._repr_mimebundle_()["text/html"])
        self._hold(False)

    def _hold(self, held: bool) -> None:
        for each in self.buttons:
            each.disabled = held

    def __repr__(self) -> str:
        names = ", ".join(each.description for each in self.buttons)
        return f"Fault drill on {self._drill.nodes.folded}: {names}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        return bundle(self.widget, repr(self), markup.muted(repr(self)))
