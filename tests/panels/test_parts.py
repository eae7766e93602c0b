"""Handlers never raise into the kernel; a button that concerns many asks first."""

from __future__ import annotations

import pytest

from sidus_lab.errors import SidusError
from sidus_lab.panels import parts
from sidus_lab.panels.parts import Disclosure, ErrorLine, Frame, SureButton


def test_a_handler_that_raises_shows_its_lines() -> None:
    line = ErrorLine()

    def handler() -> None:
        raise SidusError("No such <node>.", hint="give another")

    line.guard(handler)(None)
    assert "No such &lt;node&gt;." in line.widget.value
    assert "Next: give another" in line.widget.value
    assert 'role="alert"' in line.widget.value
    line.clear()
    assert line.widget.value == ""


def test_an_error_of_ours_is_shown_too() -> None:
    line = ErrorLine()
    line.guard(lambda: 1 / 0)(None)
    assert "ZeroDivisionError" in line.widget.value


def test_sure_button_asks_once_and_then_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    doubt = ["Sure?"]
    made = SureButton("Off", "stop", "about", "", lambda: doubt[0], ErrorLine(), lambda: done.append(1))
    made.widget.click()
    assert (done, made.widget.description, made.widget.button_style) == ([], "Sure?", "warning")
    made.widget.click()  # the second half of a double click is no answer
    assert (done, made.asks) == ([], True)
    monkeypatch.setattr(parts, "DOUBLE_CLICK", 0.0)
    made.widget.click()
    assert (done, made.widget.description, made.widget.button_style) == ([1], "Off", "")
    doubt[0] = ""
    made.widget.click()
    assert done == [1, 1]


def test_sure_button_takes_its_question_back(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []
    made = SureButton("Off", "stop", "about", "", lambda: "Sure?", ErrorLine(), lambda: done.append(1))
    made.widget.click()
    made.settle()
    assert made.widget.description == "Sure?"
    monkeypatch.setattr(parts, "SURE_SECONDS", 0.0)
    made.settle()
    assert made.widget.description == "Off"


def test_a_frame_shows_its_code_when_asked() -> None:
    frame = Frame("Nodes", [])
    frame.show_code("nodes.boot()  # <b>")
    hidden = frame.widget.children[1]
    assert hidden.layout.display == "none"
    frame.toggle.value = True
    assert hidden.layout.display == ""
    assert "&lt;b&gt;" in frame.code


def test_the_name_of_a_button_says_more_than_it_shows() -> None:
    made = SureButton("Off node1", "stop", "about", "", lambda: "Sure? node1 is up", ErrorLine(), lambda: None, "Off")
    assert made.widget.description == "Off node1"
    assert {"sr-short", "sr-says-off"} <= set(made.widget._dom_classes)
    made.widget.click()
    assert made.widget._dom_classes == ()  # a question is shown whole
    made.rename("Off node2")
    assert made.widget.description == "Sure? node1 is up"


def test_a_disclosure_says_what_it_does_next() -> None:
    seen: list[bool] = []
    made = Disclosure("code", "Nodes", "code", lambda change: seen.append(change["new"]))
    assert made.widget.description == "Show the code of Nodes"
    made.value = True
    assert made.widget.description == "Hide the code of Nodes"
    assert seen == [True]
