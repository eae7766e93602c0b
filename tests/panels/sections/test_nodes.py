"""The nodes of the control room: what a click asks the room to start, and what it does not."""

from __future__ import annotations

import pytest

from sidus_lab.panels.rules import Wanted
from sidus_lab.panels.sections import nodes as module
from sidus_lab.panels.sections.nodes import NodesSection
from tests.panels.sections.alone import Alone, text_of, view

WANTED = Wanted("f" * 64, "debian@abc", scrub=True)


def made(*names: str, wanted: Wanted | None = WANTED, **other: object) -> tuple[NodesSection, Alone]:
    room = Alone(wanted=wanted)
    section = NodesSection(room)
    section.show(view(*names, wanted=wanted, **other))  # type: ignore[arg-type]
    return section, room


def test_card_and_set_ask_for_the_same_thing_on_their_nodes() -> None:
    section, room = made("node1", "node2")
    section.view("node1").on.click()
    section.on.click()
    assert room.asked == [("on", ["node1"]), ("on", ["node1", "node2"])]


def test_nothing_is_switched_on_that_has_nothing_to_boot() -> None:
    section, room = made("node1", "node2", bare=True)
    assert section.on.disabled
    section.on.click()
    assert room.asked == []
    assert "press Assign first" in room.error.widget.value


def test_boot_says_that_it_assigns_first_and_then_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sidus_lab.panels.parts.DOUBLE_CLICK", 0.0)
    section, room = made("node1", bare=True)
    boot = section.view("node1").boot
    boot.click()
    assert boot.description == "Sure? assign debian@abc to node1 first"
    assert room.asked == []
    boot.click()
    assert room.asked == [("boot", ["node1"])]
    assert boot.description == "Boot node1"


def test_without_a_version_boot_cannot_be_pressed_and_says_why() -> None:
    section, room = made("node1", bare=True, wanted=None)
    assert section.view("node1").boot.disabled
    section.view("node1").boot.click()
    assert "build and publish an image" in room.error.widget.value
    assert room.asked == []


@pytest.mark.parametrize("name", ["off", "boot"])
def test_a_node_that_is_up_is_not_stopped_by_one_click_or_a_double_click(name: str) -> None:
    section, room = made("node1", "node2", word="up")
    for button in (getattr(section.view("node1"), name), getattr(section, name)):
        button.click()
        button.click()
        assert button.description.startswith("Sure? node")
    assert room.asked == []


def test_nodes_that_are_held_are_named_to_the_room_and_ask_nothing() -> None:
    section, room = made("node1", "node2", word="booting", busy=["node1"])
    assert section.view("node1").boot.disabled
    section.boot.click()
    assert room.asked == [("boot", ["node1", "node2"])]  # the room says what is under way on node1


def test_the_names_of_the_set_follow_what_is_written() -> None:
    section, _ = made("node1", "node2")
    section.nodeset.value = "node2"
    assert (section.on.description, section.boot.description) == ("Power on node2", "Boot node2")
    section.nodeset.value = "node["
    assert section.boot.description == "Boot the set"
    assert not section.boot.disabled  # a click says what is wrong


def test_many_nodes_are_one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CARDS", 1)
    section, _ = made("node1", "node2")
    assert "<table>" in text_of(section.widget)
    assert "sr-state" not in text_of(section.widget)
