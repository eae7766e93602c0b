"""Colours: contrast by WCAG 2, papers on which text reads, states that are told three times."""

from __future__ import annotations

import pytest

from sidus_lab import palette
from sidus_lab.palette import DARK, LIGHT, Paper


def test_contrast_is_that_of_wcag() -> None:
    assert palette.contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert palette.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert palette.contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("paper", [LIGHT, DARK])
def test_text_reads_on_its_paper(paper: Paper) -> None:
    assert palette.contrast(paper.ink, paper.ground) >= 7
    assert palette.contrast(paper.quiet, paper.ground) >= 4.5


def test_what_is_put_on_dark_paper_can_be_told_from_what_was_there() -> None:
    """Replacing one colour after the other must not replace a colour that came in."""
    old, new = {light for light, _ in palette.DARKER}, {dark for _, dark in palette.DARKER}
    assert not old & new
    assert len(old) == len(palette.DARKER)
    assert not old - {palette.BLUE} & {*palette.SERIES, "#FFFFFF", "#000000"}


@pytest.mark.parametrize("color", palette.SERIES)
def test_ink_reads_on_every_colour(color: str) -> None:
    assert palette.contrast(palette.ink(color), color) >= 4.5


def test_colours_and_shapes_do_not_repeat_together() -> None:
    pairs = [(palette.color(index), palette.symbol(index)) for index in range(40)]
    assert len(set(pairs)) == len(pairs)


def test_states_differ_by_word_and_shape_and_one_nobody_knows_is_no_error() -> None:
    node = [palette.state(word) for word in ("off", "booting", "slow", "up", "refused", "lost")]
    assert len({state.shape for state in node}) == len(node)
    assert palette.state("new word").shape == "?"
    assert str(palette.state("up")) == "● up"
