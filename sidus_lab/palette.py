"""Colours, shapes and words: a state is always said three times, so that none of the three is needed alone.

The colours are those of Okabe and Ito, "Color Universal Design" (2008), which stay apart for the common kinds of
colour blindness. All of them are used on light and on dark backgrounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BLUE: Final = "#0072B2"
ORANGE: Final = "#E69F00"
GREEN: Final = "#009E73"
PURPLE: Final = "#CC79A7"
SKY: Final = "#56B4E9"
VERMILLION: Final = "#D55E00"
YELLOW: Final = "#F0E442"
# A middle grey: about 4.4 to 1 against white and against JupyterLab's dark background alike, so one figure serves both.
GREY: Final = "#7A7A7A"

#: Colours for groups, in the order in which they are given out (yellow last: weak on white).
SERIES: Final = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILLION, YELLOW)
#: Marker shapes that go with `SERIES`, so that groups differ without colour too (plotly's names).
SYMBOLS: Final = ("circle", "square", "diamond", "triangle-up", "cross", "x", "star")


def color(index: int) -> str:
    """Return the colour of group `index` (0, 1, ...); the list starts again after its end."""
    return SERIES[index % len(SERIES)]


def symbol(index: int) -> str:
    """Return the marker shape of group `index`; after one round it shifts against the colours, so pairs last longer."""
    return SYMBOLS[(index + index // len(SERIES)) % len(SYMBOLS)]


def ink(background: str) -> str:
    """Return black or white, whichever reads better on `background` (``#RRGGBB``) by the contrast ratio of WCAG 2."""
    channels = [int(background[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) else "#FFFFFF"


@dataclass(frozen=True)
class State:
    """A word with its shape and colour."""

    word: str
    shape: str
    color: str

    def __str__(self) -> str:
        return f"{self.shape} {self.word}"


_STATES: Final = (
    # of a node
    State("off", "○", GREY),
    State("booting", "◔", SKY),
    State("up", "●", GREEN),
    State("refused", "■", VERMILLION),
    State("lost", "▲", ORANGE),
    # of an action, job or run
    State("waiting", "○", GREY),
    State("running", "◔", SKY),
    State("done", "●", GREEN),
    State("ok", "●", GREEN),
    State("failed", "■", VERMILLION),
    State("cancelled", "▽", GREY),
    # of a check, a proof or a sentence
    State("passed", "✓", GREEN),
    State("proven", "✓", GREEN),
    State("same", "✓", GREEN),
    State("differs", "≠", ORANGE),
    State("missing", "✗", VERMILLION),
    State("not told", "–", GREY),
    State("not looked at", "–", ORANGE),
)
STATES: Final = {state.word: state for state in _STATES}

#: What a difference can come from (the causes of a verdict), each with a colour of its own.
CAUSES: Final = {
    "hardware": State("hardware", "◆", BLUE),
    "software": State("software", "■", VERMILLION),
    "code": State("code", "▲", PURPLE),
    "setting": State("setting", "●", ORANGE),
    "chance": State("chance", "○", GREEN),
    "unknown": State("unknown", "?", GREY),
}


def state(word: str) -> State:
    """Return the state called `word`; a word not in the list gets a question mark in grey rather than an error."""
    return STATES.get(word) or CAUSES.get(word) or State(word, "?", GREY)
