"""An answer of another shape is one clear error, whichever fault met it."""

from __future__ import annotations

import pytest

from sidus_lab.errors import Cancelled, ServerError
from sidus_lab.sidus.answers.reading import reading


@reading
def first_name(value: dict[str, list[str]]) -> str:
    return value["names"][0].upper()


def test_what_has_the_shape() -> None:
    assert first_name({"names": ["a"]}) == "A"


@pytest.mark.parametrize(
    ("value", "fault"),
    [({}, "KeyError: 'names'"), ({"names": []}, "IndexError"), ({"names": [3]}, "AttributeError"), (None, "TypeError")],
)
def test_what_has_not(value: dict[str, list[str]], fault: str) -> None:
    with pytest.raises(ServerError) as caught:
        first_name(value)
    assert caught.value.detail.startswith(f"first_name: {fault}")
    assert caught.value.code == "unreadable-answer"


def test_other_errors_pass() -> None:
    @reading
    def stopped(_value: object) -> None:
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        stopped({})
