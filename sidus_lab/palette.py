"""Colours, shapes and words: a state is always said three times, so that none of the three is needed alone.

The colours are those of Okabe and Ito, "Color Universal Design" (2008), which stay apart for the common kinds of
colour blindness. All of them are used on light and on dark backgrounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BLUE: Final = "#0072B2"
BLUE_ON_DARK: Final = "#2F93D6"  # the same hue, for dark paper
ORANGE: Final = "#E69F00"
GREEN: Final = "#009E73"
PURPLE: Final = "#CC79A7"
SKY: Final = "#56B4E9"
VERMILLION: Final = "#D55E00"
YELLOW: Final = "#F0E442"
# A middle grey: about 4.4 to 1 against white and against JupyterLab's dark background alike, so one figure serves both.
GREY: Final = "#7A7A7A"


@dataclass(frozen=True)
class Paper:
    """What a figure is drawn on: its ground, the colours of its text, and those of its lines.

    No one colour reads at 4.5 to 1 on white and on a dark page alike, so a figure brings its ground with it.
    """

    ground: str
    ink: str
    quiet: str
    grid: str
    frame: str


# Not quite white: nothing else has these colours, so that a figure can be put on other paper.
LIGHT: Final = Paper(ground="#FEFEFE", ink="#1B1B1B", quiet="#555555", grid="#E4E4E4", frame="#9A9A9A")
DARK: Final = Paper(ground="#16181A", ink="#F1F1F1", quiet="#B9BDC1", grid="#34383C", frame="#7D8287")

#: What each colour of a figure on light paper becomes on dark paper; a page may do the same to a figure's JSON.
DARKER: Final = (
    *((getattr(LIGHT, part), getattr(DARK, part)) for part in ("ground", "ink", "quiet", "grid", "frame")),
    (BLUE, BLUE_ON_DARK),
)

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


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours (``#RRGGBB``) by WCAG 2: 1 to 21, and 4.5 is wanted for text."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def ink(background: str) -> str:
    """Return black or white, whichever reads better on `background` (``#RRGGBB``)."""
    return max(("#000000", "#FFFFFF"), key=lambda text: contrast(text, background))


def _luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


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
    State("slow", "◑", ORANGE),
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
