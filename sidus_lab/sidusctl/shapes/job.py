"""Jobs: `job list`, `job cancel`; and job.json."""

from __future__ import annotations

from typing import List, Literal, Optional, TypedDict

from .damage import DamagedRow
from .event import Outcome, ProgressEvent
from .image import Recipe

JobState = Literal["running", "done", "failed", "cancelled", "lost"]


class Request(TypedDict, total=False):
    """What a job was asked to do; keys by operation. The recipe is kept in the job's folder and not answered."""

    image: str
    force: bool
    form: str
    message: str
    step: List[str]
    level: int
    keep: int
    days: float
    recipe: Recipe


class Job(TypedDict):
    """A job. `elapsed` in seconds (None: it ended and nobody knows when); `last` its last progress."""

    id: str
    operation: str
    request: Request
    state: JobState
    created: float
    elapsed: Optional[float]
    last: Optional[ProgressEvent]
    error: Optional[str]


class Jobs(TypedDict):
    """`job list`: newest first; and the folders that are no whole job."""

    jobs: List[Job]
    damaged: List[DamagedRow]


class _JobAsked(TypedDict):
    format: int
    id: str
    operation: str
    request: Request
    created: float


class JobNote(_JobAsked, total=False):
    """job.json; the process that does it adds its number, its start in clock ticks, and where that number means it: the
    machine's boot id, and the process namespace.

    `key` is the caller's own word for the job, if it gave one.
    """

    key: str
    pid: int
    start: int
    boot: str
    space: str


class OutcomeNote(TypedDict):
    """result.json: the last event of a job, written once."""

    format: int
    outcome: Outcome
