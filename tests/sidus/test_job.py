"""A job in one line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sidus_lab.sidus import answers
from sidus_lab.sidus.job import JobFacts
from tests.sidus.standins import ROW_OF_A_JOB

RUNNING = answers.job(ROW_OF_A_JOB)
HEAD = "20260102-030405-abcd image build small"


@pytest.mark.parametrize(
    ("job", "text"),
    [
        (RUNNING, f"{HEAD}: running, 12 s, mmdebstrap: unpacking"),
        (replace(RUNNING, line=""), f"{HEAD}: running, 12 s"),
        (replace(RUNNING, state="done"), f"{HEAD}: done, 12 s"),  # what it said last is over
        (replace(RUNNING, state="failed", error="No space."), f"{HEAD}: failed, 12 s, No space."),
        (replace(RUNNING, state="lost", elapsed=None, error="It is gone."), f"{HEAD}: lost, It is gone."),
    ],
)
def test_in_one_line(job: JobFacts, text: str) -> None:
    assert str(job) == text
