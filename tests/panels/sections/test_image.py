"""The image of the control room: what Assign would give is what Boot would, too."""

from __future__ import annotations

from typing import Any

from sidus_lab.panels.rules import Wanted
from sidus_lab.panels.sections.image import ImageSection
from tests.panels.sections.alone import Alone, text_of, view
from tests.panels.test_model import published


def made(*versions: Any) -> tuple[ImageSection, Alone]:
    room = Alone()
    section = ImageSection(room)
    section.show(view("node1", "node2", published=versions))
    return section, room


def test_the_newest_version_is_chosen_and_known_to_the_room() -> None:
    section, room = made(published("a"), published("b"))
    assert room.wanted == Wanted("a" * 64, "debian@a", scrub=True)
    section.choice.value = "b" * 64
    section.scrub.value = False
    assert room.wanted == Wanted("b" * 64, "debian@b", scrub=False)


def test_a_choice_stays_when_a_newer_version_comes() -> None:
    section, room = made(published("a"))
    section.show(view("node1", published=[published("b"), published("a")]))
    assert room.wanted is not None
    assert room.wanted.root_hash == "a" * 64


def test_assign_is_asked_for_on_the_nodes_that_are_written() -> None:
    section, room = made(published("a"))
    section.nodeset.value = "node2"
    section.assign.click()
    assert room.asked == [("assign", ["node2"])]


def test_without_a_version_there_is_nothing_to_assign() -> None:
    section, room = made()
    assert section.assign.disabled
    section.assign.click()
    assert "Nothing is published yet" in room.error.widget.value
    assert room.wanted is None
    assert room.asked == []
    assert "Nothing is published yet" in text_of(section.widget)
