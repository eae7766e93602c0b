"""A job's folder: found by a whole id only, and read without trust."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.job import place
from sidus_lab.sidusctl.site import Site

JOB = "20260101-120000-00ff"


@pytest.mark.parametrize("job", ["", "x", "..", "../jobs", JOB + "/..", "." + JOB, JOB[:-1], JOB + "\n"])
def test_what_is_no_id_finds_nothing(tmp_path: Path, job: str) -> None:
    (tmp_path / "jobs" / JOB).mkdir(parents=True)
    with pytest.raises(CtlError) as error:
        place.find(Site(tmp_path), job)
    assert error.value.code == "unknown-job"


def test_a_folder_without_a_note_is_damaged(tmp_path: Path) -> None:
    folder = tmp_path / "jobs" / JOB
    folder.mkdir(parents=True)
    assert place.find(Site(tmp_path), JOB) == folder
    with pytest.raises(CtlError) as error:
        place.note_of(folder)
    assert error.value.code == "damaged"


def test_the_end_of_a_file_whatever_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"x" * 5000 + b"\xff end")
    assert place.tail(tmp_path / "log", 6) == "x\ufffd end"
    assert place.tail(tmp_path / "none") == ""
