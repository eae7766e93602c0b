"""The operations that run as jobs, by name; and the verb that the program starts itself with, once for each job."""

from __future__ import annotations

from pathlib import Path
from typing import Dict

from . import shapes
from .grammar import Given, Printed, Verb, word
from .history import gc
from .history.keeping import Policy
from .image import build, inside, names, publish, recipe
from .image.forms import kinds
from .image.store import Store
from .job import jobs
from .job.jobs import Operation
from .job.work import Work
from .site import Site


def _build(work: Work, request: shapes.Request) -> shapes.Build:
    wanted = recipe.check(request["recipe"])
    return build.build(work, wanted, force=request["force"], message=request.get("message", ""))


def _publish(work: Work, request: shapes.Request) -> shapes.Publication:
    form = kinds.form_of(request.get("form", kinds.DEFAULT))
    return publish.publish(work, names.find(work.site, Store(work.site.repo, work.privilege), request["image"]), form)


def _gc(work: Work, request: shapes.Request) -> shapes.Collected:
    return gc.collect(work, Policy(request["keep"], request["days"]))


OPERATIONS: Dict[str, Operation] = {"image build": _build, "image publish": _publish, "image gc": _gc}


def _job(site: Site, given: Given) -> Printed:
    return Printed(jobs.run(site, given.id, OPERATIONS))


def _inside(_site: Site, given: Given) -> Printed:
    return Printed(inside.run_hook(Path(given.work), given.root))


VERBS = (
    Verb("_job", "", _job, (), takes=(word("id"),)),
    Verb("_inside", "", _inside, (), takes=(word("work"), word("root"))),
)
"""Verbs for the program itself: a job's own process, and the half of a build that runs inside the new tree."""
