"""What a job gave, read."""

from __future__ import annotations

from sidus_lab.sidus import answers
from tests.sidus.answers.test_images import MANIFEST
from tests.sidus.standins import version
from tests.sidus.test_history import COLLECTED


def test_whichever_operation_it_was() -> None:
    build = {**version(), "new": True, "seconds": {"commit": 2.5}}
    assert answers.outcome(build) == answers.built(build)
    assert answers.outcome(MANIFEST) == answers.published(MANIFEST)
    assert answers.outcome(COLLECTED) == answers.collected(COLLECTED)
