"""The smallest whole number that is enough: what every plan asks."""

from __future__ import annotations

from collections.abc import Callable


def smallest(enough: Callable[[int], bool], start: int, most: int) -> int | None:
    """The smallest whole number from `start` on that is enough, by doubling and bisection; None beyond `most`.

    What is enough stays so for every larger number.
    """
    high = start
    while not enough(high):
        if high >= most:
            return None
        high = min(2 * high, most)
    low = max(start - 1, high // 2)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
