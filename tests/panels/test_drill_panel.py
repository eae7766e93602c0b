"""The drill in buttons, on the recorded site: who notices is shown, one at a time, and what fails is said."""

from __future__ import annotations

import math
import threading

import pytest

from sidus_lab import actions
from sidus_lab.drill import Drill
from sidus_lab.panels import DrillPanel
from sidus_lab.sidus.entrance import recorded_site
from tests.sidus.standins import wait_until


def test_a_damage_is_shown_with_who_noticed_it_and_healed() -> None:
    with recorded_site("two-nodes", speed=math.inf) as lab:
        panel = DrillPanel(Drill(lab))
        flip, _, change, heal = panel.buttons
        flip.click()
        first = panel.action
        assert first is not None
        wait_until(lambda: not flip.disabled)
        assert "refused" in panel._found.value
        heal.click()
        wait_until(lambda: panel.action is not first and not heal.disabled)
        assert "every block of it was read and verified" in panel._found.value
        change.click()
        wait_until(lambda: "debian_version" in panel._found.value)
        assert panel._view is not None
        assert "Flip one bit" in repr(panel)
        panel.close()


def test_one_drill_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with recorded_site("two-nodes", speed=math.inf) as lab:
        drill = Drill(lab)
        go, heal = threading.Event(), drill.heal
        monkeypatch.setattr(drill, "heal", lambda: actions.start(lambda _: go.wait(60) and heal().result(60)))
        panel = DrillPanel(drill)
        panel.buttons[-1].click()
        first = panel.action
        assert all(each.disabled for each in panel.buttons)
        panel.buttons[0].click()
        assert panel.action is first, "a second click starts nothing while one is under way"
        go.set()
        wait_until(lambda: not panel.buttons[0].disabled)
        panel.close()


def test_what_cannot_be_done_is_said_in_the_panel() -> None:
    with recorded_site("two-nodes", speed=math.inf) as lab:
        panel = DrillPanel(Drill(lab))
        lab.server.close()
        panel.buttons[0].click()
        wait_until(lambda: panel.action is not None and panel.action.state == "failed")
        wait_until(lambda: not panel.buttons[0].disabled)
        assert panel._view is not None
        assert "closed" in str(panel._view._body.value)
        panel.close()
