"""The smallest number that is enough, wherever it lies."""

from __future__ import annotations

import pytest

from sidus_lab.analysis.numbers.search import smallest


@pytest.mark.parametrize("start", [1, 2, 3])
@pytest.mark.parametrize("answer", [1, 2, 3, 4, 5, 63, 64, 65, 999, 1000])
def test_it_is_found_and_one_less_is_not_enough(start: int, answer: int) -> None:
    assert smallest(lambda number: number >= answer, start, 1000) == max(start, answer)


def test_beyond_the_most_there_is_none_and_nothing_beyond_is_asked() -> None:
    asked: list[int] = []
    assert smallest(lambda number: bool(asked.append(number)), 2, 1000) is None
    assert max(asked) == 1000
