"""The two files of a job."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab.sidusctl import formats, shapes
from sidus_lab.sidusctl.errors import CtlError
from sidus_lab.sidusctl.job import notes


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert notes.read(tmp_path) is None
    assert notes.read_outcome(tmp_path) is None
    note: shapes.JobNote = {
        "format": formats.newest("job"),
        "id": tmp_path.name,
        "operation": "image publish",
        "request": {"image": "a"},
        "created": 1.0,
    }
    notes.write(tmp_path, note)
    assert notes.read(tmp_path) == note
    error = CtlError("lost", "Lost.").to_event()
    for outcome in (error, shapes.ResultEvent(event="result", value={"any": ["thing"]})):
        notes.write_outcome(tmp_path, outcome)
        assert notes.read_outcome(tmp_path) == outcome


@pytest.mark.parametrize("text", ["", "{}", '{"event": "progress"}', '{"event": "error"}', "[1]"])
def test_half_a_file_is_no_outcome(tmp_path: Path, text: str) -> None:
    (tmp_path / "result.json").write_text(text)
    with pytest.raises(CtlError) as caught:
        notes.read_outcome(tmp_path)
    assert caught.value.code == "damaged"
