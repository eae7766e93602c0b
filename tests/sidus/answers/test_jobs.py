"""What is answered about jobs, read."""

from __future__ import annotations

import pytest

from sidus_lab.sidus import answers
from tests.sidus.standins import ROW_OF_A_JOB as ROW


def test_a_job() -> None:
    job = answers.job(ROW)
    assert (job.id, job.operation, job.image, job.state) == (ROW["id"], "image build", "small", "running")
    assert job.created.isoformat() == "2026-01-02T03:04:05+00:00"
    assert (job.line, job.fraction, job.elapsed, job.error) == ("mmdebstrap: unpacking", 0.4, 12.4, "")
    assert answers.jobs({"jobs": [ROW, ROW]}) == [job, job]


@pytest.mark.parametrize(
    ("last", "line"),
    [
        (None, ""),
        ({"event": "progress", "step": "verity", "fraction": None, "line": ""}, "verity"),
        ({"event": "progress", "step": "", "fraction": None, "line": "x"}, "x"),
    ],
)
def test_its_last_line(last: object, line: str) -> None:
    job = answers.job({**ROW, "last": last, "request": {}, "elapsed": None})
    assert (job.line, job.fraction, job.image, job.elapsed) == (line, None, "", None)
