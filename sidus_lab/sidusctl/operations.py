"""The operations that run as jobs, by name."""

from __future__ import annotations

from typing import Any, Dict

from .image import build, publish, recipe
from .image.store import Store
from .job.jobs import Operation
from .job.work import Work


def _build(work: Work, request: Dict[str, Any]) -> Any:
    return build.build(work, recipe.check(request["recipe"]), force=bool(request["force"]))


def _publish(work: Work, request: Dict[str, Any]) -> Any:
    return publish.publish(work, Store(work.site.repo, work.privilege).find(request["image"]))


OPERATIONS: Dict[str, Operation] = {"image build": _build, "image publish": _publish}
