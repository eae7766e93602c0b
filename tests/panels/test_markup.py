"""The panel's HTML: nothing from outside is taken for markup, and every bar and state has words."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from sidus_lab.panels import markup
from sidus_lab.panels.action_view import ActionView
from sidus_lab.panels.model import NodeCard

EVIL = "<script>alert('1')</script>&\""
CARD = NodeCard("node1", "booting", "fetches the image", 3.0, 0.4, "debian@abc", "f" * 64, "", False, True, False)
VIEW = ActionView("boot node1", "running", 0.5, "3 s of about 1 min", "fetching", "", True)


class Tags(HTMLParser):
    """The tags and attributes of a fragment."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    "made",
    [
        markup.log(EVIL, EVIL),
        markup.error(EVIL),
        markup.code(EVIL),
        markup.muted(EVIL),
        markup.title(EVIL, EVIL),
        markup.heading(EVIL),
        markup.note(EVIL),
        markup.as_of(EVIL, EVIL),
        markup.jobs([[EVIL] * 6], 9),
        markup.facts([(EVIL, EVIL)]),
        markup.card_head(replace(CARD, name=EVIL, word=EVIL)),
        markup.card_detail(replace(CARD, detail=EVIL)),
        markup.card_body(replace(CARD, name=EVIL, boots=EVIL, root_hash=EVIL, note=EVIL)),
        markup.cards_table([replace(CARD, name=EVIL, detail=EVIL, boots=EVIL, note=EVIL)]),
        markup.action_head(replace(VIEW, name=EVIL)),
        markup.action_body(replace(VIEW, name=EVIL, line=EVIL, error=EVIL)),
    ],
)
def test_everything_is_escaped(made: str) -> None:
    tags = Tags(made).tags
    assert "script" not in [tag for tag, _ in tags]
    assert not any(name.startswith("on") for _, attributes in tags for name in attributes)
    assert "alert" in made


def test_a_bar_has_a_role_a_name_and_a_value() -> None:
    [(_, attributes)] = [each for each in Tags(markup.bar(0.4, "boot of node1")).tags if each[0] == "div"]
    assert attributes["role"] == "progressbar"
    assert attributes["aria-label"] == "boot of node1"
    assert attributes["aria-valuenow"] == "40"
    unknown = Tags(markup.bar(None, "x")).tags[0][1]
    assert unknown["role"] == "progressbar"
    assert "aria-valuenow" not in unknown


@pytest.mark.parametrize("made", [markup.card_head(CARD), markup.card_detail(CARD), markup.action_head(VIEW)])
def test_a_bar_is_paired_with_a_line_that_is_spoken(made: str) -> None:
    first = Tags(made).tags[0][1]
    assert (first["role"], first["aria-live"]) == ("status", "polite")


def test_what_is_spoken_holds_no_clock() -> None:
    later = replace(CARD, seconds=9.0, fraction=0.9)
    assert markup.card_head(CARD) == markup.card_head(later)
    assert markup.card_detail(CARD) == markup.card_detail(later)
    assert markup.card_body(CARD) != markup.card_body(later)


def test_a_state_is_shape_colour_and_word() -> None:
    shown = markup.card_head(CARD)
    assert "◔" in shown
    assert "color:#" in shown
    assert "booting" in shown
