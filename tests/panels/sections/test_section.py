"""What every section of the control room keeps to, whatever it shows; and one more kind, made here."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Callable, Iterator
from typing import Any

import ipywidgets as widgets
import pytest

from sidus_lab.panels import SECTIONS, ControlRoom, Section, markup
from sidus_lab.panels.parts import Frame
from sidus_lab.panels.room import Room
from sidus_lab.panels.sections import DEFAULT, View
from sidus_lab.sidus.damage import Damaged
from sidus_lab.sidus.lab import Lab
from tests.labs import Labs
from tests.panels.sections.alone import Alone, inside, text_of, view


class WeatherSection(Section):
    """The tiny second kind: how the nodes stand."""

    name = "weather"

    def __init__(self, room: Room) -> None:
        self._shown = widgets.HTML()
        self.frame = Frame("Weather", [self._shown])
        self.frame.show_code("lab.nodes()")
        self.widget = self.frame.widget

    def show(self, view: View) -> None:
        self._shown.value = markup.muted(f"{len(view.names)} nodes in the dry")


KINDS: dict[str, Callable[[Room], Section]] = {**SECTIONS, "weather": WeatherSection}


@pytest.fixture(scope="module")
def lab(labs: Labs) -> Iterator[Lab]:
    with labs.site("sections") as made, made.connect() as connected:
        yield connected


@pytest.fixture(params=sorted(KINDS))
def section(request: pytest.FixtureRequest) -> Section:
    return KINDS[request.param](Alone())


def test_the_default_room_is_made_of_known_kinds() -> None:
    assert set(DEFAULT) <= set(SECTIONS)
    assert all(kind.name == name for name, kind in KINDS.items())  # type: ignore[attr-defined]


def test_it_has_a_heading_and_a_button_that_shows_its_code(section: Section) -> None:
    section.show(view("node1", "node2"))
    texts = [str(each.value) for each in inside(section.widget) if isinstance(each, widgets.HTML)]
    assert any('role="heading"' in text for text in texts)
    (toggle,) = [each for each in inside(section.widget) if isinstance(each, widgets.ToggleButton)]
    assert toggle.description.startswith("Show the code of ")
    (shown,) = [text for text in texts if "sr-code" in text]
    ast.parse(html.unescape(re.sub(r"<[^>]+>", "", shown)))


def test_whatever_can_be_used_has_a_name_and_no_name_comes_twice(section: Section) -> None:
    section.show(view("node1", "node2"))
    usable = (widgets.Button, widgets.ToggleButton, widgets.Text, widgets.Dropdown, widgets.Checkbox)
    names = [each.description for each in inside(section.widget) if isinstance(each, usable)]
    assert all(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("names", [("<b>",), ("node1",), tuple(f"node{i}" for i in range(1, 61))])
def test_any_state_can_be_shown_and_no_name_is_taken_for_markup(section: Section, names: Any) -> None:
    for word in ("off", "booting", "slow", "up", "refused", "lost", "a new word"):
        section.show(view(*names, word=word))
    section.show(view())
    assert not any("<b>" in str(each.value) for each in inside(section.widget) if isinstance(each, widgets.HTML))


def test_showing_the_same_again_changes_nothing(section: Section) -> None:
    """A room shows itself each second: only what changed is sent to the page."""
    shown = view("node1", "node2")
    section.show(shown)
    sent: list[Any] = []
    for each in inside(section.widget):
        each.observe(sent.append, [name for name in each.keys if not name.startswith("_")])
    section.show(shown)
    assert sent == []


def test_looking_and_attending_to_a_node_that_is_gone_do_nothing(section: Section) -> None:
    section.show(view("node1"))
    section.attend("node9")
    section.look()


def test_a_kind_that_is_made_known_has_its_place_in_a_room(lab: Lab) -> None:
    with SECTIONS.added("weather", WeatherSection):
        room = ControlRoom(lab, sections=["weather", "jobs"])
    try:
        shown = list(room.widget.children)
        assert shown.index(room.section("weather").widget) < shown.index(room.section("jobs").widget)
    finally:
        room.close()


@pytest.mark.parametrize(("name", "what"), [("nodes", "node"), ("jobs", "job"), ("image", "version")])
def test_what_is_damaged_is_named_beside_what_is_whole(name: str, what: str) -> None:
    made = SECTIONS[name](Alone())
    broken = Damaged(what, "the <place>", "it is no JSON", "build it again")
    other = Damaged("site", "elsewhere", "of another kind", "")
    made.show(view("node1", damaged=[broken, other]))
    shown = text_of(made.widget)
    assert f"damaged {what}</b> the &lt;place&gt;: it is no JSON" in shown
    assert "build it again" in shown
    assert "elsewhere" not in shown
    made.show(view("node1"))
    assert "no JSON" not in text_of(made.widget)
