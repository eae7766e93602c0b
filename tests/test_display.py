"""The door for displays: filled from above, never in the way."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sidus_lab import actions, display


def test_the_registered_display_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_shows", {})
    assert display.bundle("thing", 1, lambda: {"text/plain": "plain"}) == {"text/plain": "plain"}
    display.register("thing", lambda value: {"text/plain": f"shown {value}"})
    assert display.bundle("thing", 1, dict) == {"text/plain": "shown 1"}


def test_a_display_that_fails_does_not_hide_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_shows", {})
    display.register("thing", lambda _value: {}["nothing"])  # type: ignore[index]
    assert display.bundle("thing", 1, lambda: {"text/plain": "plain"}) == {"text/plain": "plain"}


def test_an_action_shows_its_own_panel_and_falls_back_to_text(monkeypatch: pytest.MonkeyPatch) -> None:
    action = actions.start(lambda control: control.log("<b>line"), name="work <b>")
    action.result(10)
    shown = action._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert shown["text/plain"] == repr(action)
    monkeypatch.setattr(display, "_shows", {})
    plain = action._repr_mimebundle_()
    assert set(plain) == {"text/plain", "text/html"}
    assert "work &lt;b&gt;" in plain["text/html"]


def test_widgets_are_loaded_when_an_action_is_shown_and_not_before() -> None:
    code = """
import sys
from sidus_lab import actions
action = actions.start(lambda control: 1, name="work")
action.result(10), repr(action)
assert "ipywidgets" not in sys.modules
action._repr_mimebundle_()
assert "ipywidgets" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_failed_action_shows_why_as_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_shows", {})
    action = actions.start(lambda _control: 1 / 0, name="work")
    with pytest.raises(ZeroDivisionError):
        action.result(10)
    assert "division by zero" in action._repr_mimebundle_()["text/html"]
