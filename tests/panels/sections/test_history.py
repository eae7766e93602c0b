"""The history in the control room: versions are listed when asked for, and whatever is done is followed by a look."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sidus_lab.panels.sections.history import HistorySection
from sidus_lab.sidus import answers
from tests.panels.sections.alone import Alone, text_of, view
from tests.sidus.test_differences import VALUE
from tests.sidus.test_history import LOG

LOGS = answers.log(LOG)


class _Image:
    """An image of two versions that writes down what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def log(self) -> Any:
        return LOGS

    def diff(self, *versions: str) -> Any:
        self.asked.append(versions)
        return answers.difference(VALUE)

    def tag(self, *words: str) -> None:
        self.asked.append(words)


def made() -> tuple[Any, Alone, _Image]:
    image = _Image()
    room = Alone(SimpleNamespace(consoles=None, images=lambda: [image], image=lambda _: image))
    section = HistorySection(room)
    section.show(view("node1", "node2"))
    return section, room, image


def test_nothing_can_be_done_with_a_version_before_there_is_one() -> None:
    section, room, _ = made()
    assert all(each.disabled for each in (section.compare, section.publish, section.put, section.assign))
    section.publish.click()
    assert "press Look first" in room.error.widget.value
    assert room.asked == []
    section.back.click()
    assert room.asked == [("roll back", ["node1", "node2"])]


def test_a_look_lists_all_versions_and_offers_the_newest_two() -> None:
    section, room, _ = made()
    section.look_now.click()
    section._found(room.starts[0]().result(10))
    assert (section.older.value, section.newer.value) == ("small@" + "a" * 12, "small@" + "b" * 12)
    assert "course-2027" in text_of(section.widget)
    assert not section.assign.disabled
    section.older.value = section.newer.value
    section._found([LOGS])  # a choice stays
    assert section.older.value == "small@" + "b" * 12


def test_two_versions_are_compared() -> None:
    section, room, image = made()
    section._found([LOGS])
    section.compare.click()
    section._compared(room.starts[0]().result(10))
    assert image.asked == [("small@" + "a" * 12, "small@" + "b" * 12)]
    assert "MaxSessions 99" in text_of(section.widget)


def test_a_tag_needs_a_name_and_is_followed_by_a_look() -> None:
    section, room, image = made()
    section._found([LOGS])
    section.put.click()
    assert "course-2027" in room.error.widget.value
    section.tag.value = " v5 "
    section.put.click()
    assert room.starts[0]().result(10) == [LOGS]
    assert image.asked == [("b" * 12, "v5")]
    assert "image.tag(" in text_of(section.widget)


def test_publish_and_assign_are_submitted_for_the_newer_version() -> None:
    section, room, _ = made()
    section._found([LOGS])
    section.publish.click()
    section.nodeset.value = "node2"
    section.assign.click()
    assert room.asked == [("publish small@" + "b" * 12, []), ("assign", ["node2"])]
