"""Events: what every verb prints, one a line."""

from __future__ import annotations

from typing import List, Literal, Optional, TypedDict, Union


class ProgressEvent(TypedDict):
    """How far an operation is; `fraction` of the whole, 0 to 1, or None when unknown."""

    event: Literal["progress"]
    step: str
    fraction: Optional[float]
    line: str


class JobEvent(TypedDict):
    """The first line of a verb that runs as a job."""

    event: Literal["job"]
    id: str


class ResultEvent(TypedDict):
    """The last line of what went well; `value` has the shape that the verb answers."""

    event: Literal["result"]
    value: object


class ErrorEvent(TypedDict):
    """The last line of what did not: `code` is a stable word, `message` one sentence, `detail` the evidence.

    `hint` says in words what to do next, fit for a terminal and for a notebook. `next` names a step of `steps.COMMANDS`
    with what belongs to it, such as ``["job-follow", ID]``, for each half to word in its own way; empty where no verb
    helps. `command` is that step as a command line on the server.
    """

    event: Literal["error"]
    code: str
    message: str
    hint: str
    next: List[str]
    command: str
    detail: str


Event = Union[ProgressEvent, JobEvent, ResultEvent, ErrorEvent]
Outcome = Union[ResultEvent, ErrorEvent]
