"""Small values that every part of the analysis speaks in: an interval, an estimate, a variance component."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Interval:
    """A confidence interval: two ends in the unit of its estimate, and its level (0.95 unless told)."""

    low: float
    high: float
    level: float = 0.95

    @property
    def width(self) -> float:
        """The distance between the two ends; infinite where an end is."""
        return self.high - self.low

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def including(self, value: float) -> Interval:
        """The same, made wider where `value` lies outside."""
        return Interval(min(self.low, value), max(self.high, value), self.level)

    def __str__(self) -> str:
        return f"{number(self.low)} to {number(self.high)}"

    def to_dict(self) -> dict[str, float]:
        """The same as plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Estimate:
    """A number with its interval; `interval` is None where the data give none."""

    value: float
    interval: Interval | None

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {"value": self.value, "interval": self.interval.to_dict() if self.interval else None}


@dataclass(frozen=True)
class Component:
    """A variance component, in the squared unit of the response.

    `value` is never negative. `raw` is the moment estimate before it was cut at 0 (equal to `value` when nothing was
    cut), so that a negative one stays visible. `share` is the part of the total variance, 0 to 1.
    """

    name: str
    value: float
    raw: float
    interval: Interval | None
    share: float
    levels: int = 0

    @property
    def sd(self) -> float:
        """The standard deviation, in the unit of the response."""
        return math.sqrt(self.value)

    def to_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {**asdict(self), "interval": self.interval.to_dict() if self.interval else None, "sd": self.sd}


def components_frame(components: Iterable[Component]) -> pd.DataFrame:
    """One row per component: source, variance, low, high (squared unit of the response), share of the total."""
    rows = [
        (
            part.name,
            part.value,
            *((part.interval.low, part.interval.high) if part.interval else (math.nan,) * 2),
            part.share,
        )
        for part in components
    ]
    return pd.DataFrame(rows, columns=["source", "variance", "low", "high", "share"])


def number(value: float, digits: int = 3) -> str:
    """A number for a sentence: three significant digits, no needless exponent."""
    if value is None or math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "infinity" if value > 0 else "-infinity"
    if value == 0:
        return "0"
    value = float(f"{value:.{digits - 1}e}")  # rounded first: 9.999 has two digits before the point
    size = math.floor(math.log10(abs(value)))
    if -4 <= size < 6:
        return f"{value:.{max(0, digits - 1 - size)}f}"
    return f"{value:.{digits - 1}e}"


def percent(share: float) -> str:
    """A share as a percentage: whole numbers, but one decimal below 10 so that small shares stay visible."""
    if share is None or math.isnan(share):
        return "an unknown share"
    if math.isinf(share):
        return "any percentage"
    value = 100 * share
    # Neither "0 %" nor "100 %" for what is not quite: they would claim that nothing is there, or nothing left.
    if 0 < abs(value) < 0.05:
        return "<0.1 %" if value > 0 else ">-0.1 %"
    if 99.5 <= value < 100:
        return f"{value:.1f} %" if value < 99.95 else ">99.9 %"
    return f"{value:.0f} %" if abs(value) >= 9.95 or value == 0 else f"{value:.1f} %"


def percents(interval: Interval) -> str:
    """An interval of shares in words: "12 to 95 %"."""
    low, high = percent(interval.low), percent(interval.high)
    return f"{low.removesuffix(' %')} to {high}" if high.endswith("%") else f"{low} to {high}"


def level_name(level: float) -> str:
    """A confidence level in words: "95 %"."""
    return f"{100 * level:g} %"


def names(items: list[str] | tuple[str, ...], most: int = 6) -> str:
    """A list in words: "a, b and c"; long lists end with how many more there are."""
    words = [str(item) for item in items]
    if not words:
        return "none"
    if len(words) > most:
        return f"{', '.join(words[: most - 1])} and {len(words) - most + 1} more"
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def count(number_of: int, noun: str) -> str:
    """A count with its noun: "1 node", "3 nodes"."""
    return f"{number_of} {noun}" if number_of == 1 else f"{number_of} {noun}s"
