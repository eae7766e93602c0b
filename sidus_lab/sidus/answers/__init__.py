"""From what sidusctl prints to values: the only place of this half that reads the server's JSON. Pure.

`Server.call` gives what was answered as an ``object``, which nobody can look into; a function of this room makes the
values of it. The shapes are declared once, in `sidus_lab.sidusctl.shapes`.
"""

from sidus_lab.sidus.answers.differences import difference, rebuilt
from sidus_lab.sidus.answers.events import Answer, Progress, event_of, no_answer, value_of
from sidus_lab.sidus.answers.forward import brought
from sidus_lab.sidus.answers.history import collected, log
from sidus_lab.sidus.answers.images import (
    Built,
    Catalogue,
    built,
    catalogue,
    details,
    job_started,
    published,
    tag,
    tags,
)
from sidus_lab.sidus.answers.jobs import job, jobs
from sidus_lab.sidus.answers.nodes import (
    PowerAnswer,
    enrolled,
    inventory,
    newcomers,
    power,
    proven,
    removed,
    statuses,
    witnesses,
)
from sidus_lab.sidus.answers.outcomes import Outcome, outcome
from sidus_lab.sidus.answers.rows import (
    Given,
    Row,
    answered,
    assigned_as,
    brought_line,
    given,
    is_up,
    printed,
    reached,
    rows,
)
from sidus_lab.sidus.answers.site import checks, doctor, settings, site_check, site_down, site_plan, site_up

__all__ = [
    "Answer",
    "Built",
    "Catalogue",
    "Given",
    "Outcome",
    "PowerAnswer",
    "Progress",
    "Row",
    "answered",
    "assigned_as",
    "brought",
    "brought_line",
    "built",
    "catalogue",
    "checks",
    "collected",
    "details",
    "difference",
    "doctor",
    "enrolled",
    "event_of",
    "given",
    "inventory",
    "is_up",
    "job",
    "job_started",
    "jobs",
    "log",
    "newcomers",
    "no_answer",
    "outcome",
    "power",
    "printed",
    "proven",
    "published",
    "reached",
    "rebuilt",
    "removed",
    "rows",
    "settings",
    "site_check",
    "site_down",
    "site_plan",
    "site_up",
    "statuses",
    "tag",
    "tags",
    "value_of",
    "witnesses",
]
