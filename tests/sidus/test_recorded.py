"""What a recording of a site is made of: what changes the site, and which file is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab.errors import DataError, NotRecorded
from sidus_lab.recording import Recorder
from sidus_lab.sidus import recorded
from tests.sidus.standins import Answers


@pytest.mark.parametrize(
    ("verb", "wanted"),
    [
        ("node power node1 on", True),
        ("node power node[1-2] cycle", True),
        ("node power node1 status", False),
        ("node power", False),
        ("node assign node1 abcdef", True),
        ("node list", False),
        ("node status node1", False),
        ("image build --detach", True),
        ("image list", False),
        ("init --web-root-url http://x", True),
        ("job follow 1 --from 0", False),
        ("job cancel 1", True),
        ("check --part boot", False),
    ],
)
def test_what_changes_a_site(verb: str, wanted: bool) -> None:
    assert recorded.changes(["python3", "sidusctl.pyz", "--site", "/srv/node power", *verb.split()]) is wanted


def test_a_command_of_a_node_changes_nothing() -> None:
    assert not recorded.changes(["sh", "-c", "node power node1 on"])
    assert not recorded.changes(["x", "--site"])


def test_which_file_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotRecorded, match="no recording 'demo'") as caught:
        recorded.find("demo")
    assert "record=FILE" in caught.value.hint
    file = tmp_path / "mine.jsonl"
    file.write_text("x")
    assert recorded.find(file) == recorded.find(str(file)) == file
    shipped = tmp_path / "package" / "recordings"
    shipped.mkdir(parents=True)
    (shipped / "demo.jsonl").write_text("x")
    monkeypatch.setattr(recorded, "files", lambda _package: tmp_path / "package")
    assert recorded.find("demo") == shipped / "demo.jsonl"
    with pytest.raises(NotRecorded) as caught:
        recorded.find("other")
    assert "known by name: demo" in caught.value.hint
    with pytest.raises(NotRecorded):
        recorded.find(tmp_path)


def test_a_recording_that_is_none_of_a_site(tmp_path: Path) -> None:
    file = tmp_path / "machine.jsonl"
    Recorder(Answers({}), file)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="of a machine, not of a site"):
        recorded.site_of(file)
    file.write_text("nonsense\n")
    with pytest.raises(DataError, match="is not a recording"):
        recorded.site_of(file)
