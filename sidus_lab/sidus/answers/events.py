"""Events: what every verb of sidusctl prints, one a line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import cast

from sidus_lab.errors import ServerError
from sidus_lab.sidus.answers.reading import reading
from sidus_lab.sidus.hints import in_python
from sidus_lab.sidusctl import shapes
from sidus_lab.transport import Result


@dataclass(frozen=True)
class Progress:
    """How far an operation is (0 to 1, None when nobody knows), and what it does now."""

    fraction: float | None
    line: str


@dataclass(frozen=True)
class Answer:
    """What a verb or a job gave at its end, for a function of this module to read."""

    value: object


def event_of(line: str | bytes) -> Progress | Answer | ServerError | None:
    """Read one line of sidusctl; None for anything else, such as what a login script printed."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    if not isinstance(found, dict) or "event" not in found:
        return None
    return _read(cast("shapes.Event", found))


@reading
def _read(event: shapes.Event) -> Progress | Answer | ServerError:
    if event["event"] == "result":
        return Answer(event["value"])
    if event["event"] == "error":
        step = tuple(event.get("next", ()))
        hint = in_python(event["hint"], step)
        return ServerError(event["message"], code=event["code"], hint=hint, detail=event.get("detail", ""), step=step)
    if event["event"] == "progress":
        words = (event.get("step", ""), event.get("line", ""))
        return Progress(event.get("fraction"), ": ".join(part for part in words if part))
    return Progress(None, "")


def value_of(result: Result, where: str) -> object:
    """Give the value in what sidusctl printed, or raise the error in it."""
    for event in map(event_of, reversed(result.text.splitlines())):
        if isinstance(event, Answer):
            return event.value
        if isinstance(event, ServerError):
            raise event
    raise no_answer(result, where)


def no_answer(result: Result, where: str) -> ServerError:
    """Give the error for a sidusctl that ended without a result and without an error."""
    return ServerError(
        f"sidusctl on {where} ended with code {result.code} and no answer.",
        code="no-answer",
        hint="try again; if it stays: is the server's disk full, or its memory?",
        detail=result.errors,
    )
