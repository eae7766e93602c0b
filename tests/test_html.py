"""The pieces of HTML: escaped, aligned, and readable without colour."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser

import numpy as np
import pytest
from markupsafe import Markup

from sidus_lab import html, palette

NASTY = '<script>alert("x")</script>&\''


class Tags(HTMLParser):
    """Collect the tags that a browser would see, and check that they nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@dataclass
class Said:
    text: str
    check: str
    passed: bool


def everything(text: str) -> str:
    return str(
        html.fragment(
            html.table([[text, 1.0]], [text, "value"], caption=text),
            html.definitions({text: text}),
            html.state(text, text),
            html.sentences([Said(text, text, True)]),
            html.details(text, text),
            text,
        )
    )


def test_nothing_a_user_wrote_becomes_a_tag() -> None:
    tags = Tags(everything(NASTY))
    assert "script" not in tags.seen
    assert tags.seen == Tags(everything("plain")).seen


def test_markup_made_here_is_not_escaped_twice() -> None:
    assert "<span" in html.table([[html.state("up")]], ["state"])
    assert html.join([Markup("<b>"), "<b>"], " & ") == "<b> &amp; &lt;b&gt;"


def test_numbers_stand_to_the_right_and_only_numbers() -> None:
    text = html.table([["a", 1, np.float64(2.5), True], ["b", np.int64(20000), 3.0, False]], ["name", "n", "x", "told"])
    assert text.count('class="n"') == 2 * 3
    assert "20,000" in text
    assert ">yes<" in text


def test_a_short_row_is_refused() -> None:
    with pytest.raises(ValueError, match="2 values for 3 columns"):
        html.table([[1, 2]], ["a", "b", "c"])


def test_a_sentence_says_in_words_whether_its_check_passed() -> None:
    text = html.sentences([Said("equal", "hash", True), Said("power", "more nodes", False)])
    assert 'aria-label="checked"' in text
    assert 'aria-label="cannot be told"' in text


def test_a_text_keeps_its_lines_and_becomes_no_tag() -> None:
    assert "-&lt;b&gt;\n+two</pre>" in html.preformatted("-<b>\n+two", "a <diff>")
    assert "a &lt;diff&gt;" in html.preformatted("", "a <diff>")


def test_one_bundle_has_plain_text_and_html() -> None:
    bundle = html.mimebundle("plain", "a < b")
    assert bundle["text/plain"] == "plain"
    assert "a &lt; b" in bundle["text/html"]


def test_states_have_a_word_a_shape_and_a_colour_and_unknown_words_pass() -> None:
    for state in (*palette.STATES.values(), *palette.CAUSES.values()):
        assert state.word
        assert state.shape
        assert state.color.startswith("#")
    assert palette.state("no such word").shape == "?"


def test_groups_keep_apart_for_longer_than_the_list_of_colours() -> None:
    pairs = [(palette.color(i), palette.symbol(i)) for i in range(49)]
    assert len(set(pairs)) == 49


@pytest.mark.parametrize("background", [*palette.SERIES, palette.GREY, "#FFFFFF", "#000000"])
def test_text_on_a_colour_reaches_the_contrast_of_wcag_aa(background: str) -> None:
    def luminance(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    light, dark = sorted((luminance(background), luminance(palette.ink(background))), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
