"""Jobs as values, on a server that answers from a list."""

from __future__ import annotations

import pytest

from sidus_lab.errors import SidusError
from sidus_lab.sidus import jobs
from tests.sidus.standins import ROW_OF_A_JOB as ROW
from tests.sidus.standins import Answers


def test_a_job_as_a_value() -> None:
    answers = Answers({"job list": {"jobs": [ROW]}})
    job = jobs.listing(answers.server)[0]
    assert (job.id, job.operation, job.image, job.state) == (ROW["id"], "image build", "small", "running")
    assert job.created.isoformat() == "2026-01-02T03:04:05+00:00"
    assert (job.line, job.fraction, job.error) == ("mmdebstrap: unpacking", 0.4, "")
    assert str(job) == "20260102-030405-abcd image build small: running, 12 s, mmdebstrap: unpacking"
    assert repr(job) == f"<Job {job}; seen just now>"
    assert "running" in str(job._repr_mimebundle_()["text/html"])
    assert len(answers.asked) == 1


def test_looked_at_again_and_cancelled() -> None:
    over = {**ROW, "state": "cancelled", "error": "The job was cancelled.", "elapsed": None, "last": None}
    answers = Answers({"job list": {"jobs": [ROW]}, "job cancel": over})
    job = jobs.listing(answers.server)[0]
    ended = job.cancel()
    assert (job.state, ended.state, ended.elapsed) == ("running", "cancelled", None)
    assert str(ended).endswith("cancelled, The job was cancelled.")
    answers.values["job list"] = {"jobs": [over]}
    assert job.refresh() == ended
    answers.values["job list"] = {"jobs": []}
    with pytest.raises(SidusError, match="is no more on"):
        job.refresh()
