"""The operations that run as jobs, by name; and the verb that the program starts itself with, once for each job."""

from __future__ import annotations

from pathlib import Path
from typing import Dict

from . import shapes
from .grammar import Given, Printed, Verb, word
from .history import gc
from .history.keeping import Policy
from .image import build, change, change_plan, inside, layer, names, publish, rebuild, recipe
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
    version = names.find(work.site, Store(work.site.repo, work.privilege), request["image"])
    return publish.publish(work, version, form, request.get("level"))


def _gc(work: Work, request: shapes.Request) -> shapes.Collected:
    return gc.collect(work, Policy(request["keep"], request["days"]))


def _change(work: Work, request: shapes.Request) -> shapes.Build:
    return change.change(work, request["image"], change_plan.of_step(request["step"]), request.get("message", ""))


def _rebuild(work: Work, request: shapes.Request) -> shapes.Rebuilt:
    return rebuild.rebuild(work, request["image"])


OPERATIONS: Dict[str, Operation] = {
    "image build": _build,
    "image gc": _gc,
    "image publish": _publish,
    "image rebuild": _rebuild,
    **{"image " + kind: _change for kind in change_plan.KINDS},
}


def _job(site: Site, given: Given) -> Printed:
    return Printed(jobs.run(site, given.id, OPERATIONS))


def _inside(_site: Site, given: Given) -> Printed:
    return Printed(inside.run_hook(Path(given.work), given.root))


def _layer(site: Site, given: Given) -> Printed:
    return Printed(layer.run(site, Path(given.work)))


VERBS = (
    Verb("_job", "", _job, (), takes=(word("id"),)),
    Verb("_inside", "", _inside, (), takes=(word("work"), word("root"))),
    Verb("_layer", "", _layer, (), takes=(word("work"),)),
)
"""Verbs for the program itself: a job's own process, and those of a build that run inside the new tree, or over it."""
