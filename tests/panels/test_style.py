"""The style: names that are not seen are still names, and a panel of a dead kernel can be told without a kernel."""

from __future__ import annotations

import pytest

from sidus_lab import palette
from sidus_lab.panels import style


@pytest.mark.parametrize("word", style.SHORT)
def test_every_short_word_has_its_rule(word: str) -> None:
    assert f'.{style.short_class(word)}::after{{content:"{word}";content:"{word}" / ""}}' in style.STYLE


def test_it_is_one_block_without_anything_that_runs_or_fetches() -> None:
    assert style.STYLE.count("<style>") == style.STYLE.count("</style>") == 1
    assert style.STYLE.count("{") == style.STYLE.count("}")
    for word in ("<script", "url(", "@import", "expression("):
        assert word not in style.STYLE


def test_a_disconnected_panel_shows_its_time_and_hides_what_no_longer_works() -> None:
    assert "sidus-room.jupyter-widgets-disconnected .sr-old{visibility:visible" in style.STYLE
    assert "sidus-room.jupyter-widgets-disconnected .jupyter-button" in style.STYLE
    assert f"{style.OLD}s forwards" in style.STYLE


@pytest.mark.parametrize("ground", ["#0072B2", "#B34E00"])
def test_white_reads_on_the_buttons_that_are_coloured(ground: str) -> None:
    assert ground in style.STYLE
    assert palette.contrast("#FFFFFF", ground) >= 4.5
