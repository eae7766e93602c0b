"""The two files of a job."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from sidus_lab.sidusctl import files, formats, shapes
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


NO_ROOM = OSError(errno.ENOSPC, "No space left on device")


def full(path: Path, content: bytes, mode: int = 0o644) -> None:
    """What every new file meets on a full disk."""
    raise NO_ROOM


@pytest.mark.parametrize("value", ["small", "x" * 100_000])
def test_a_full_disk_does_not_swallow_the_outcome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    notes.keep_room(tmp_path)
    monkeypatch.setattr(files, "write", full)
    notes.write_outcome(tmp_path, {"event": "result", "value": value})
    found = notes.read_outcome(tmp_path)
    assert found is not None
    if len(value) < 100:
        assert found == {"event": "result", "value": value}
    else:  # more than the room holds was not kept, and so not reached
        assert (found["event"], found.get("code")) == ("error", "disk-full")
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]


def test_without_room_the_outcome_is_an_error_of_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "write", full)
    with pytest.raises(OSError):
        notes.write_outcome(tmp_path, {"event": "result", "value": 1})


def test_the_room_goes_when_the_outcome_is_there(tmp_path: Path) -> None:
    notes.keep_room(tmp_path)
    notes.write_outcome(tmp_path, {"event": "result", "value": 1})
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]
