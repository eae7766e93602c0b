"""Small values that every part of the analysis speaks in: an interval, an estimate, a variance component."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass

import pandas as pd

from sidus_lab import words


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
        return words.span(self)

    def to_dict(self) -> dict[str, float]:
        """The same as plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Estimate:
    """A number with its interval; `interval` is None where the data give none."""

    value: float
    interval: Interval | None

    def to_dict(self) -> dict[str, object]:
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

    def to_dict(self) -> dict[str, object]:
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
