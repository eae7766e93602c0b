"""The verbs of jobs, with their examples."""

from __future__ import annotations

from .. import events, shapes
from ..grammar import Given, Group, Printed, Verb, word
from ..site import Site
from . import jobs
from .start import start as start_job

DETACH = word("--detach", action="store_true", help="only start the job")
KEY = word("--key", default="", help="a word of your own: given again, it finds the job it started and starts no other")


def start(site: Site, given: Given, operation: str, request: shapes.Request) -> object:
    """Start a job and follow it to its end, or only start it when asked to (`DETACH`)."""
    job = start_job(site, operation, request, given.key)
    events.emit(shapes.JobEvent(event="job", id=job))
    return shapes.Started(job=job) if given.detach else jobs.report(site, job)


def _list(site: Site, _given: Given) -> shapes.Jobs:
    return jobs.listing(site)


def _follow(site: Site, given: Given) -> Printed:
    return jobs.report(site, given.id, given.first)


def _cancel(site: Site, given: Given) -> shapes.Job:
    return jobs.cancel(site, given.id)


_ID = word("id", metavar="ID")

GROUP = Group(
    "job",
    "operations under way",
    (
        Verb(
            "job list",
            "all jobs, newest first",
            _list,
            (shapes.Jobs,),
            """\
Example:
  sidusctl job list""",
        ),
        Verb(
            "job follow",
            "a job's events, and at the end its result",
            _follow,
            (shapes.Build, shapes.Publication, shapes.Rebuilt, shapes.Collected),
            """\
Example:
  sidusctl job follow 20260131-120000-1a2b --from 40""",
            (_ID, word("--from", dest="first", type=int, default=0, metavar="N", help="leave out the first N events")),
        ),
        Verb(
            "job cancel",
            "end a job and all it started",
            _cancel,
            (shapes.Job,),
            """\
Example:
  sidusctl job cancel 20260131-120000-1a2b""",
            (_ID,),
        ),
    ),
    """\
Example:
  sidusctl job list""",
)
