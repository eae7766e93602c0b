"""The view of an action: it follows by itself, cancels, and is text where there are no widgets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from sidus_lab import actions
from sidus_lab.actions import Action, Control
from sidus_lab.panels import ActionPanel


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def text_of(panel: ActionPanel) -> str:
    return str(panel._head.value) + str(panel._body.value) + str(panel._log.value)


def test_follows_an_action_to_its_end() -> None:
    go = threading.Event()

    def work(control: Control) -> str:
        control.progress(0.25, "a quarter <b>")
        go.wait(20)
        return "value"

    panel = ActionPanel(actions.start(work, name="work"))
    wait_until(lambda: "a quarter &lt;b&gt;" in text_of(panel))
    assert 'aria-valuenow="25"' in text_of(panel)
    assert panel.cancel.layout.display != "none"
    panel.open.value = True
    assert 'role="log"' in text_of(panel)
    go.set()
    wait_until(lambda: "done" in panel._head.value)
    assert panel.cancel.layout.display == "none"
    panel.close()


def test_cancel() -> None:
    def work(control: Control) -> None:
        control.cancelled.wait(20)
        control.check()

    panel = ActionPanel(actions.start(work, name="work"))
    panel.cancel.click()
    wait_until(lambda: "cancelled" in panel._head.value)
    panel.close()


def test_a_failure_is_shown_in_its_lines() -> None:
    def work(_control: Control) -> None:
        raise ValueError("bad <thing>")

    panel = ActionPanel(actions.start(work, name="work"))
    wait_until(lambda: "failed" in panel._head.value)
    assert "ValueError: bad &lt;thing&gt;" in panel._body.value
    panel.close()


def test_bundle_serves_every_front_end() -> None:
    action: Action[int] = actions.start(lambda _control: 1, name="work")
    action.result(10)
    panel = ActionPanel(action)
    bundle = panel._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "work" in bundle["text/plain"]
    assert "work" in bundle["text/html"]
    assert "<script" not in bundle["text/html"]
    panel.close()
    assert "text/html" in panel._repr_mimebundle_()


def test_a_closed_view_does_not_stop_the_action() -> None:
    go = threading.Event()
    action = actions.start(lambda _control: go.wait(20), name="work")
    panel = ActionPanel(action)
    panel.close()
    go.set()
    assert action.result(10)
