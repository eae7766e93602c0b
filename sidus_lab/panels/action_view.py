"""What is shown of an action, decided from the action alone. No widgets."""

from __future__ import annotations

from dataclasses import dataclass

from sidus_lab.actions import Action
from sidus_lab.errors import SidusError
from sidus_lab.panels import hints
from sidus_lab.words import duration


@dataclass(frozen=True)
class ActionView:
    """An action as it is shown: its state in a word, how far it is, its clock, what it does now, or why it failed."""

    name: str
    word: str
    fraction: float | None
    clock: str
    line: str
    error: str
    can_cancel: bool

    @property
    def spoken(self) -> str:
        """What a screen reader is told: without what changes every second."""
        return f"{self.name}: {self.word}"


def action_view(action: Action[object]) -> ActionView:
    """Decide what to show of an action now."""
    state = action.state
    clock = duration(action.elapsed)
    if state == "running" and action.expected:
        clock += f" of about {duration(action.expected)}"
    return ActionView(
        name=action.name,
        word="cancelling" if action.cancelling else state,
        fraction=action.fraction if state == "running" else None,
        clock=clock,
        line=action.line if state == "running" else "",
        error=error_text(action.error) if state == "failed" and action.error is not None else "",
        can_cancel=state == "running" and not action.cancelling,
    )


def error_text(error: BaseException) -> str:
    """Give an error in the few lines that a panel shows: what happened, and what to do next."""
    if isinstance(error, SidusError):
        return hints.text(error)
    first = str(error).strip().partition("\n")[0]
    return f"{type(error).__name__}{f': {first}' if first else ''}\nNext: the log of the kernel has the whole of it"
