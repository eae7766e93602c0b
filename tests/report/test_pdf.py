"""The report as PDF: printed by Chromium, with its figures; where there is none, it says so and leaves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidus_lab.errors import SidusError
from sidus_lab.report import pdf, report_figures, write_report
from tests.analysis.records_example import FACTOR
from tests.report import example


@pytest.mark.browser
def test_it_is_printed_whole(tmp_path: Path) -> None:
    try:
        pdf.find_browser()
    except SidusError as error:
        pytest.skip(str(error))
    table = example.records()
    figures = report_figures(table, None, factors=[FACTOR])
    path = write_report(tmp_path / "new" / "r.pdf", title="Two machines", records=table, figures=figures)
    data = path.read_bytes()
    assert data.startswith(b"%PDF-")
    assert b"%%EOF" in data[-64:]
    empty = write_report(tmp_path / "empty.pdf", title="Two machines")
    assert len(data) > empty.stat().st_size + 5000, "the figures are in it"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["empty.pdf", "new"]


def test_without_chromium(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SidusError, match="not installed here") as caught:
        write_report(tmp_path / "r.pdf", title="x")
    assert "report.html" in caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_chromium_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = tmp_path / "bin" / "chromium"
    bad.parent.mkdir()
    bad.write_text("#!/bin/sh\necho it cannot >&2\n")
    bad.chmod(0o755)
    monkeypatch.setenv("PATH", f"{bad.parent}:/usr/bin:/bin")
    monkeypatch.setattr(pdf, "PROGRAMS", ("chromium",))
    with pytest.raises(SidusError, match="printed no PDF") as caught:
        write_report(tmp_path / "r.pdf", title="x")
    assert "it cannot" in str(caught.value.detail)
    assert not (tmp_path / "r.pdf").exists()
