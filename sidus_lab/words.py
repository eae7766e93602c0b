"""Numbers, lists, counts and time spans in words: one way each, in the language chosen; leaf of every sentence.

The language is kept in a context variable, so a thread or a task may speak another one than its neighbour.
"""

from __future__ import annotations

import contextlib
import datetime
import math
import re
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Protocol

from sidus_lab.errors import SidusError
from sidus_lab.tongues import TONGUES, Tongue

LANGUAGES = tuple(TONGUES)
"""The languages that sentences can be written in, by their two letters."""

_language: ContextVar[str] = ContextVar("sidus_lab_language", default="en")


class language:  # noqa: N801  (called as a verb, left as a block)
    """Write sentences in another language from now on, or, as ``with language("fr"):``, inside the block only.

    The two letters of a language are wanted: ``en`` or ``fr``. Raises SidusError for any other, naming those there are.

    >>> from sidus_lab.words import number
    >>> with sl.language("fr"):
    ...     print(number(1.5))
    1,50
    >>> number(1.5)
    '1.50'
    """

    def __init__(self, name: str) -> None:
        if name not in TONGUES:
            raise SidusError(
                f"There are no words in the language {name!r}.",
                hint=f"Choose one of {', '.join(f'{key} ({tongue.name})' for key, tongue in TONGUES.items())}.",
            )
        self._name = name
        self._before = _language.get()
        _language.set(name)

    def __enter__(self) -> language:
        return self

    def __exit__(self, *_: object) -> None:
        # Not by a token: a notebook may leave the block in another context than the one that entered it.
        _language.set(self._before)

    def __repr__(self) -> str:
        return f"language({self._name!r})  # {TONGUES[self._name].name}"


def current() -> str:
    """The language that sentences are written in now: its two letters."""
    return _language.get()


def spoken_in(name: str | None) -> contextlib.AbstractContextManager[object]:
    """The block in which the language `name` is spoken; None leaves the current one. Raises as `language` does."""
    return contextlib.nullcontext() if name is None else language(name)


def _tongue() -> Tongue:
    return TONGUES[_language.get()]


class Ends(Protocol):
    """What an interval needs to be put into words."""

    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


def number(value: float, digits: int = 3) -> str:
    """A number for a sentence: three significant digits, no needless exponent."""
    if value is None or math.isnan(value):
        return _tongue().unknown
    if math.isinf(value):
        return _tongue().infinity if value > 0 else f"-{_tongue().infinity}"
    if value == 0:
        return "0"
    value = float(f"{value:.{digits - 1}e}")  # rounded first: 9.999 has two digits before the point
    size = math.floor(math.log10(abs(value)))
    if -4 <= size < 6:
        return _local(f"{value:.{max(0, digits - 1 - size)}f}")
    return _local(f"{value:.{digits - 1}e}")


def tabular(value: float, digits: int = 4) -> str:
    """A number for the cell of a table: `digits` significant digits, thousands apart, an exponent only far from 1."""
    if value != value:
        return _tongue().unknown
    if isinstance(value, int):
        return _local(f"{value:,}")
    if value != 0 and not 1e-4 <= abs(value) < 1e7:
        return _local(f"{value:.{digits}g}")
    text = f"{value:,.{digits}g}"
    return _local(text if "e" not in text else f"{value:,.0f}")


def _local(text: str) -> str:
    """A number as Python writes it, with the point and the thousands of the language, and its space before %."""
    return typeset(text.translate({ord("."): _tongue().point, ord(","): _tongue().thousands}))


def typeset(text: str) -> str:
    """The text with the space that its language sets before a sign: in French one at which no line breaks."""
    sign = _tongue().before_sign
    return text if sign == " " else re.sub(r" (?=[%:;?!»](?!\w))|(?<=«) ", sign, text)


def percent(share: float) -> str:
    """A share as a percentage: whole numbers, but one decimal below 10 so that small shares stay visible."""
    if share is None or math.isnan(share):
        return _tongue().unknown_share
    if math.isinf(share):
        return _tongue().any_percentage
    value = 100 * share
    # Neither "0 %" nor "100 %" for what is not quite: they would claim that nothing is there, or nothing left.
    if 0 < abs(value) < 0.05:
        return _local("<0.1 %" if value > 0 else ">-0.1 %")
    if 99.5 <= value < 100:
        return _local(f"{value:.1f} %" if value < 99.95 else ">99.9 %")
    return _local(f"{value:.0f} %" if abs(value) >= 9.95 or value == 0 else f"{value:.1f} %")


def percents(interval: Ends) -> str:
    """An interval of shares in words: "12 to 95 %"."""
    low, high, sign = percent(interval.low), percent(interval.high), f"{_tongue().before_sign}%"
    return f"{low.removesuffix(sign)} {_tongue().to} {high}" if high.endswith("%") else f"{low} {_tongue().to} {high}"


def span(interval: Ends, unit: str = "") -> str:
    """An interval of numbers in words, with their unit: "0.5 to 12 s"."""
    return f"{number(interval.low)} {_tongue().to} {number(interval.high)} {unit}".rstrip()


def level_name(level: float) -> str:
    """A confidence level in words: "95 %"."""
    return _local(f"{100 * level:g} %")


def names(items: Sequence[str], most: int = 6) -> str:
    """A list in words: "a, b and c"; long lists end with how many more there are."""
    words = [str(item) for item in items]
    if not words:
        return _tongue().none
    if len(words) > most:
        return f"{', '.join(words[: most - 1])} {_tongue().both} {_tongue().more.format(len(words) - most + 1)}"
    return _joined(words, _tongue().both)


def either(items: Sequence[str]) -> str:
    """A choice in words: "a, b or c"."""
    return _joined([str(item) for item in items], _tongue().either)


def _joined(words: Sequence[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def count(number_of: int, noun: str, plural: str = "") -> str:
    """A count with its noun: "1 node", "3 nodes"; `plural` where the language's rule does not make it."""
    return f"{number_of} {_inflected(number_of, noun, plural)}"


def _inflected(number_of: int, noun: str, plural: str) -> str:
    if number_of == 1 or (number_of == 0 and current() == "fr"):
        return noun
    if plural or current() != "fr":
        return plural or f"{noun}s"
    if noun.endswith(("s", "x", "z")):
        return noun
    return f"{noun}x" if noun.endswith(("eau", "eu")) else f"{noun}s"


def duration(seconds: float, *, tenths: bool = False) -> str:
    """A time span in at most two units: ``8 s``, ``2 min 5 s``, ``3 h 10 min``, ``4 days``.

    `seconds` is not negative. With `tenths`, a span below 10 s shows its first decimal.
    """
    if tenths and seconds < 9.95:
        return _local(f"{seconds:.1f} s")
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min" + (f" {whole % 60} s" if whole % 60 else "")
    if whole < 2 * 86400:
        return f"{whole // 3600} h {whole % 3600 // 60} min"
    return count(whole // 86400, _tongue().day)


def roughly(seconds: float) -> str:
    """A time span that is only expected, in one unit: ``50 s``, ``13 min``, ``6 h``; never 0."""
    for limit, unit, size in ((90, "s", 1), (90 * 60, "min", 60), (48 * 3600, "h", 3600)):
        if seconds < limit:
            return f"{max(round(seconds / size), 1)} {unit}"
    return count(round(seconds / 86400), _tongue().day)


def about(seconds: float, elapsed: str = "") -> str:
    """How long something is expected to take, as `roughly` says it; after `elapsed`, how much of it has passed."""
    expected = roughly(seconds)
    return _tongue().of_about.format(elapsed, expected) if elapsed else _tongue().about.format(expected)


def answer(value: bool) -> str:
    """Yes or no, for the cell of a table."""
    return _tongue().yes if value else _tongue().no


def mark(passed: bool) -> str:
    """The mark before a sentence, as a screen reader speaks it: its check allowed the claim, or not."""
    return _tongue().checked if passed else _tongue().untold


def moment(when: datetime.datetime) -> str:
    """A moment to the minute, as ISO 8601 writes it but for the T: every language reads it alike."""
    return f"{when:%Y-%m-%d %H:%M}"


def sentence(text: str) -> str:
    """The text with a capital at its beginning; a name that begins it keeps the rest of its letters."""
    return text[:1].upper() + text[1:]
