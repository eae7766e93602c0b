"""What was seen last of something, and when: what a repr shows, so that showing never asks the server."""

from __future__ import annotations

import time
from typing import Generic, TypeVar

from sidus_lab.words import duration

T = TypeVar("T")


class Seen(Generic[T]):
    """The last answer to a question, and when it came. Nothing in here goes over the network.

    Parameters
    ----------
    look : str
        The call that looks again, for the words where nothing was seen yet.
    """

    def __init__(self, look: str) -> None:
        self._look = look
        self._last: tuple[T, float] | None = None  # replaced as one: threads look while others show

    def note(self, value: T) -> T:
        """Keep an answer that came just now, and give it back."""
        self._last = (value, time.monotonic())
        return value

    @property
    def value(self) -> T | None:
        """The last answer; None before the first."""
        last = self._last
        return last[0] if last is not None else None

    @property
    def age(self) -> float | None:
        """Seconds since the last answer; None before the first."""
        last = self._last
        return time.monotonic() - last[1] if last is not None else None

    @property
    def words(self) -> str:
        """``seen 12 s ago``, or how to look where nothing was seen yet."""
        age = self.age
        return f"not looked at yet: {self._look}" if age is None else f"seen {ago(age)}"


def ago(seconds: float) -> str:
    """Give an age in words: ``just now``, ``12 s ago``, ``2 min 5 s ago``. Pure."""
    return f"{duration(seconds)} ago" if seconds >= 1 else "just now"
