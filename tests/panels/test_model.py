"""What the control room decides to show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidus_lab import actions
from sidus_lab.actions import Control
from sidus_lab.errors import SidusError
from sidus_lab.panels import model
from sidus_lab.panels.model import NodeCard, Snapshot
from sidus_lab.sidus.inventory import InventoryEntry, PowerWay
from sidus_lab.sidus.status import NodeStatus
from sidus_lab.sidus.versions import Assignment, Published

ASSIGNED = Assignment("f" * 64, "memory", (), "debian", "abc", (), 100.0)
ENTRY = InventoryEntry("node1", "52:54:00:00:00:01", "192.0.2.1", 22, "", PowerWay("ipmi"), ASSIGNED, 200.0)
IDLE = replace(ENTRY, assignment=None)


def status(word: str, *, name: str = "node1", **other: Any) -> NodeStatus:
    facts: dict[str, Any] = {"stage": "", "seconds": 3.0, "fraction": 0.4, "reason": "", "power": "on", "stages": ()}
    return NodeStatus(name=name, word=word, **{**facts, **other})


def test_off_can_be_powered_on_and_booted() -> None:
    card = model.node_card(status("off", power="off"), ENTRY)
    assert (card.can_on, card.can_off, card.can_boot) == (True, False, True)
    assert card.fraction is None
    assert card.boots == "debian@abc"


def test_booting_has_a_bar_and_its_stage_in_words() -> None:
    card = model.node_card(status("booting", stage="fetching"), ENTRY)
    assert card.fraction == 0.4
    assert card.detail == "fetches the image"
    assert (card.can_on, card.can_off, card.can_boot) == (False, True, True)


def test_refused_says_why_and_what_to_do() -> None:
    card = model.node_card(status("refused", reason="scrub"), ENTRY)
    assert card.detail == "a block of the image does not fit the root hash"
    assert card.note == "publish the image again, then boot"
    assert card.fraction is None


def test_a_reason_nobody_knows_is_shown_as_it_is() -> None:
    assert model.node_card(status("refused", reason="new-reason"), ENTRY).detail == "new-reason"


def test_lost_keeps_its_reason() -> None:
    assert "silent" in model.node_card(status("lost", reason="silent since the stage 'mounted'"), ENTRY).detail


def test_nothing_assigned_cannot_boot_and_says_what_to_do() -> None:
    card = model.node_card(status("off", power="off"), IDLE)
    assert not card.can_boot
    assert not card.can_on
    assert card.note == "choose a version above and assign it"


@pytest.mark.parametrize(("when", "said"), [(100.0, False), (300.0, True)])
def test_assigned_after_the_start_is_told(when: float, said: bool) -> None:
    entry = replace(ENTRY, assignment=replace(ASSIGNED, when=when))
    assert ("boot it" in model.node_card(status("up"), entry).note) is said
    assert "boot it" not in model.node_card(status("off", power="off"), entry).note


def test_busy_holds_every_button() -> None:
    card = model.node_card(status("up"), ENTRY, busy=True)
    assert (card.can_on, card.can_off, card.can_boot) == (False, False, False)


def test_cards_and_summary() -> None:
    found = Snapshot({"a": ENTRY}, [status("up", name="a"), status("booting", name="b")], [], 0.0)
    shown = model.cards(found, busy=["b"])
    assert [card.name for card in shown] == ["a", "b"]
    assert shown[0].can_off
    assert not shown[1].can_off
    assert model.summary(shown) == "2 nodes: 1 up, 1 booting"
    assert model.summary([]) == "no nodes yet"


def test_what_is_spoken_does_not_change_every_second() -> None:
    first = model.node_card(status("booting", stage="fetching", seconds=1.0, fraction=0.31), ENTRY)
    later = model.node_card(status("booting", stage="fetching", seconds=9.0, fraction=0.44), ENTRY)
    assert model.spoken([first]) == model.spoken([later]) == "node1 booting: fetches the image"


def test_versions_for_the_menu() -> None:
    made = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    more: dict[str, Any] = {"form": "memory", "levels": (), "commit": "", "content": "", "suite": "", "files": {}}
    options = model.version_options(
        [
            Published(digit * 64, image="debian", version=digit, created=made, packages=1, kernel="6.1", **more)
            for digit in "ab"
        ]
    )
    assert [value for _, value in options] == ["a" * 64, "b" * 64]
    assert "newest" in options[0][0]
    assert "newest" not in options[1][0]
    assert "2026-01-02" in options[0][0]


def test_assigned_summary() -> None:
    found = Snapshot({"a": ENTRY, "b": ENTRY, "c": IDLE}, [], [], 0.0)
    assert model.assigned_summary(found) == "Assigned: debian@abc on 2 nodes; nothing on 1 node"


def card(word: str) -> NodeCard:
    return model.node_card(status(word), ENTRY)


def look(word: str = "up", **other: Any) -> float | None:
    return model.next_look([card(word)], **{"busy": False, "views": 1, "ever_seen": True, "idle": 10.0, **other})


def test_looks_faster_while_something_moves() -> None:
    assert look() == model.SLOW
    assert look("booting") == model.FAST
    assert look(busy=True, views=0) == model.FAST


def test_looks_no_more_when_the_display_is_gone_or_nobody_clicks() -> None:
    assert look(views=0) is None
    assert look("booting", views=0) is None
    assert look(idle=model.IDLE_LIMIT + 1) is None


def test_a_front_end_that_never_counted_gets_a_moment() -> None:
    assert look(views=0, ever_seen=False, idle=1.0) == model.SLOW
    assert look(views=0, ever_seen=False, idle=model.GRACE + 1) is None


@given(
    st.sampled_from(["off", "booting", "up", "refused", "lost"]),
    st.sampled_from(["on", "off", "unknown"]),
    st.text(max_size=20),
    st.none() | st.floats(0, 1e6),
    st.booleans(),
)
def test_any_status_can_be_shown(word: str, power: str, reason: str, seconds: float | None, busy: bool) -> None:
    shown = model.node_card(status(word, power=power, reason=reason, seconds=seconds), ENTRY, busy=busy)
    assert shown.spoken.startswith("node1 " + word)
    assert [shown.can_on, shown.can_off].count(True) <= 1


def test_an_action_under_way_and_after_it() -> None:
    def work(control: Control) -> None:
        control.progress(0.5, "half")
        control.cancelled.wait(30)
        control.check()

    action = actions.start(work, name="wait", expected=90)
    while action.fraction is None:
        pass
    view = model.action_view(action)
    assert (view.word, view.fraction, view.line, view.can_cancel) == ("running", 0.5, "half", True)
    assert view.clock.endswith("of about 1 min 30 s")
    action.cancel()
    with pytest.raises(SidusError):
        action.result(10)
    view = model.action_view(action)
    assert (view.word, view.fraction, view.line, view.can_cancel) == ("cancelled", None, "", False)
    assert view.spoken == "wait: cancelled"


def test_a_failed_action_says_why_and_what_to_do() -> None:
    def work(_control: Control) -> None:
        raise SidusError("It broke.", hint="mend it", detail="line")

    action = actions.start(work)
    with pytest.raises(SidusError):
        action.result(10)
    assert model.action_view(action).error == "It broke.\n  line\nNext: mend it"


def test_an_error_of_ours_is_shown_in_two_lines() -> None:
    text = model.error_text(KeyError("x\ny"))
    assert text.startswith("KeyError: ")
    assert len(text.splitlines()) == 2
