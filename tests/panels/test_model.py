"""What the control room decides to show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidus_lab.panels import model, rules
from sidus_lab.panels.model import Snapshot
from sidus_lab.panels.rules import Wanted
from sidus_lab.sidus.inventory import InventoryEntry, PowerWay
from sidus_lab.sidus.status import NodeStatus
from sidus_lab.sidus.versions import Assignment, Published
from sidus_lab.sidusctl.node import stages

ASSIGNED = Assignment("f" * 64, "memory", (), "debian", "abc", (), 100.0)
ENTRY = InventoryEntry("node1", "52:54:00:00:00:01", "192.0.2.1", 22, "", PowerWay("ipmi"), ASSIGNED, 200.0)
BARE = replace(ENTRY, assignment=None)


def status(word: str, *, name: str = "node1", **other: Any) -> NodeStatus:
    facts: dict[str, Any] = {"stage": "", "seconds": 3.0, "fraction": 0.4, "reason": "", "power": "on", "stages": ()}
    return NodeStatus(name=name, word=word, **{**facts, **other})


def test_off_is_off_and_has_a_version() -> None:
    card = model.node_card(status("off", power="off"), ENTRY)
    assert (card.off, card.assigned, card.busy) == (True, True, False)
    assert card.fraction is None
    assert card.boots == "debian@abc"


def test_booting_has_a_bar_and_its_stage_in_words() -> None:
    card = model.node_card(status("booting", stage="fetching"), ENTRY)
    assert card.fraction == 0.4
    assert card.detail == "fetches the image"
    assert (card.off, card.assigned, card.busy) == (False, True, False)


def test_refused_says_why_and_what_to_do() -> None:
    card = model.node_card(status("refused", reason="scrub"), ENTRY)
    assert card.detail == "a block of the image does not fit the root hash"
    assert card.note == "publish the image again, then press Boot"
    assert card.fraction is None


def test_a_reason_nobody_knows_is_shown_as_it_is() -> None:
    assert model.node_card(status("refused", reason="new-reason"), ENTRY).detail == "new-reason"


def test_every_word_of_a_boot_has_a_sentence() -> None:
    assert set(model.STAGES) == {stage.word for stage in stages.STAGES}
    assert set(model.REASONS) == set(stages.REFUSALS)


def test_lost_keeps_its_reason() -> None:
    assert "silent" in model.node_card(status("lost", reason="silent since the stage 'mounted'"), ENTRY).detail


def test_nothing_assigned_says_which_button_to_press() -> None:
    card = model.node_card(status("off", power="off"), BARE, wanted=Wanted("f" * 64, "debian@abc", scrub=True))
    assert not card.assigned
    assert card.note == "press Assign, or Boot: it assigns debian@abc first"
    assert model.node_card(status("off", power="off"), BARE).note == "nothing is published yet"


@pytest.mark.parametrize(("when", "said"), [(100.0, False), (300.0, True)])
def test_assigned_after_the_start_is_told(when: float, said: bool) -> None:
    entry = replace(ENTRY, assignment=replace(ASSIGNED, when=when))
    assert ("press Boot" in model.node_card(status("up"), entry).note) is said
    for quiet in (status("off", power="off"), status("booting")):
        assert "press Boot" not in model.node_card(quiet, entry).note
    assert "press Boot" not in model.node_card(status("up"), entry, busy=True).note


def test_what_runs_on_a_node_is_shown() -> None:
    card = model.node_card(status("up"), ENTRY, used="run 7")
    assert (card.detail, card.facts.used) == ("run 7 is under way", "run 7")
    assert model.node_card(status("refused", reason="scrub"), ENTRY, used="run 7").detail != "run 7 is under way"


def test_cards_and_summary() -> None:
    found = Snapshot({"a": ENTRY}, [status("up", name="a"), status("booting", name="b")], [], 0.0)
    shown = model.cards(found, busy=["b"])
    assert [card.name for card in shown] == ["a", "b"]
    assert [card.busy for card in shown] == [False, True]
    assert model.summary(shown) == "2 nodes: 1 up, 1 booting"
    assert model.summary([]) == "no nodes yet"


def test_what_is_spoken_does_not_change_every_second() -> None:
    first = model.node_card(status("booting", stage="fetching", seconds=1.0, fraction=0.31), ENTRY)
    later = model.node_card(status("booting", stage="fetching", seconds=9.0, fraction=0.44), ENTRY)
    assert model.spoken([first]) == model.spoken([later]) == "node1 booting: fetches the image"


def published(digit: str) -> Published:
    made = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    more: dict[str, Any] = {"form": "memory", "levels": (), "commit": "", "content": "", "suite": "", "files": {}}
    return Published(digit * 64, image="debian", version=digit, created=made, packages=1, kernel="6.1", **more)


def test_versions_for_the_menu() -> None:
    options = model.version_options([published("a"), published("b")])
    assert [value for _, value in options] == ["a" * 64, "b" * 64]
    assert "newest" in options[0][0]
    assert "newest" not in options[1][0]
    assert "2026-01-02" in options[0][0]


def test_assigned_summary() -> None:
    found = Snapshot({"a": ENTRY, "b": ENTRY, "c": BARE}, [], [], 0.0)
    assert model.assigned_summary(found) == "Assigned: debian@abc on 2 nodes; nothing on 1 node"


@given(
    st.sampled_from(["off", "booting", "slow", "up", "refused", "lost"]),
    st.sampled_from(["on", "off", "unknown"]),
    st.text(max_size=20),
    st.none() | st.floats(0, 1e6),
    st.booleans(),
)
def test_any_status_can_be_shown(word: str, power: str, reason: str, seconds: float | None, busy: bool) -> None:
    shown = model.node_card(status(word, power=power, reason=reason, seconds=seconds), ENTRY, busy=busy)
    assert shown.spoken.startswith("node1 " + word)
    assert [rules.can("on", shown.facts, wanted=True), rules.can("off", shown.facts, wanted=True)].count(True) <= 1
