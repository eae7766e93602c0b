"""What a job gave at its end, whichever operation it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from sidus_lab.sidus.answers.differences import rebuilt
from sidus_lab.sidus.answers.history import collected
from sidus_lab.sidus.answers.images import Built, built, published
from sidus_lab.sidus.answers.reading import reading
from sidus_lab.sidus.history import Collected
from sidus_lab.sidus.rebuilt import Rebuilt
from sidus_lab.sidus.versions import Published

Outcome = Built | Published | Rebuilt | Collected

# A key that only the answer of one operation has -> what reads it.
_BY_KEY: dict[str, Callable[[object], Outcome]] = {"root_hash": published, "again": rebuilt, "gone": collected}


@reading
def outcome(value: object) -> Outcome:
    """Read what a job gave: a version made, published or made again, or ``image gc``."""
    found = cast("dict[str, object]", value)
    return next((read for key, read in _BY_KEY.items() if key in found), built)(value)
