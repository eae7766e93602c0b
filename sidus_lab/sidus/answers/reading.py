"""What is common to all that read an answer: an answer of another shape is an error that says so."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from sidus_lab.errors import ServerError

P = ParamSpec("P")
T = TypeVar("T")


def reading(function: Callable[P, T]) -> Callable[P, T]:
    """Let a function that reads an answer of another shape, such as that of an old recording, raise `ServerError`."""

    @functools.wraps(function)
    def read(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return function(*args, **kwargs)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise ServerError(
                "The server's answer has another shape than this version reads.",
                code="unreadable-answer",
                hint="is it a recording, or a sidusctl of another version?",
                detail=f"{function.__name__}: {type(error).__name__}: {error}",
            ) from error

    return read
