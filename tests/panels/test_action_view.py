"""What is shown of an action."""

from __future__ import annotations

import pytest

from sidus_lab import actions
from sidus_lab.actions import Control
from sidus_lab.errors import SidusError
from sidus_lab.panels import action_view as view_of


def test_an_action_under_way_and_after_it() -> None:
    def work(control: Control) -> None:
        control.progress(0.5, "half")
        control.cancelled.wait(30)
        control.check()

    action = actions.start(work, name="wait", expected=90)
    while action.fraction is None:
        pass
    view = view_of.action_view(action)
    assert (view.word, view.fraction, view.line, view.can_cancel) == ("running", 0.5, "half", True)
    assert view.clock.endswith("of about 1 min 30 s")
    action.cancel()
    with pytest.raises(SidusError):
        action.result(10)
    view = view_of.action_view(action)
    assert (view.word, view.fraction, view.line, view.can_cancel) == ("cancelled", None, "", False)
    assert view.spoken == "wait: cancelled"


def test_a_failed_action_says_why_and_what_to_do() -> None:
    def work(_control: Control) -> None:
        raise SidusError("It broke.", hint="mend it", detail="line")

    action = actions.start(work)
    with pytest.raises(SidusError):
        action.result(10)
    assert view_of.action_view(action).error == "It broke.\n  line\nNext: mend it"


def test_an_error_of_ours_is_shown_in_two_lines() -> None:
    text = view_of.error_text(KeyError("x\ny"))
    assert text.startswith("KeyError: ")
    assert len(text.splitlines()) == 2
