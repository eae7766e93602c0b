"""Jobs: `job list`, `job cancel`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from sidus_lab.sidus.answers.damage import damaged
from sidus_lab.sidus.answers.reading import reading
from sidus_lab.sidus.damage import Found
from sidus_lab.sidus.job import JobFacts
from sidus_lab.sidusctl import shapes


@reading
def jobs(value: object) -> Found[JobFacts]:
    """Read what ``job list`` gave."""
    found = cast("shapes.Jobs", value)
    return Found(map(_job, found["jobs"]), damaged(found))


@reading
def job(value: object) -> JobFacts:
    """Read what ``job cancel`` gave."""
    return _job(cast("shapes.Job", value))


def _job(found: shapes.Job) -> JobFacts:
    last = found["last"]
    return JobFacts(
        id=found["id"],
        operation=found["operation"],
        image=found["request"].get("image", ""),
        state=found["state"],
        created=datetime.fromtimestamp(found["created"], UTC),
        elapsed=found["elapsed"],
        line=": ".join(part for part in (last["step"], last["line"]) if part) if last else "",
        fraction=last["fraction"] if last else None,
        error=found["error"] or "",
    )
