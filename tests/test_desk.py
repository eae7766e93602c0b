"""A desk: copies to work in, a way back that loses nothing, and folders that are somebody else's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sidus_lab import cli
from sidus_lab.desk import lay, reset
from sidus_lab.errors import SidusError


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "teach").mkdir(parents=True)
    (folder / ".ipynb_checkpoints").mkdir()
    for name in ("01_tour", "02_images", "teach/01_lesson", ".ipynb_checkpoints/01_tour-checkpoint"):
        (folder / f"{name}.ipynb").write_text(f"notebook {name}")
    return folder


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return tmp_path / "work"


def test_originals_stay_as_they_are_and_links_lead_to_what_is_written(source: Path, desk: Path, tmp_path: Path) -> None:
    laid = lay(desk, source, {"out": tmp_path / "out"})
    assert laid.new == ("01_tour.ipynb", "02_images.ipynb", "teach/01_lesson.ipynb")
    (desk / "notebooks" / "01_tour.ipynb").write_text("run")
    assert (source / "01_tour.ipynb").read_text() == "notebook 01_tour"
    (tmp_path / "out" / "report.html").write_text("page")
    assert (desk / "out" / "report.html").read_text() == "page"


def test_laying_again_keeps_what_was_changed_and_brings_the_rest_up_to_date(source: Path, desk: Path) -> None:
    lay(desk, source)
    mine = desk / "notebooks" / "01_tour.ipynb"
    mine.write_text("mine")
    for name in ("01_tour", "02_images"):
        (source / f"{name}.ipynb").write_text(f"newer {name}")
    (source / "03_new.ipynb").write_text("new")
    laid = lay(desk, source)
    assert (laid.new, laid.updated, laid.kept) == (("03_new.ipynb",), ("02_images.ipynb",), ("01_tour.ipynb",))
    assert mine.read_text() == "mine"
    assert (desk / "notebooks" / "02_images.ipynb").read_text() == "newer 02_images"
    assert lay(desk, source).updated == ()


def test_reset_moves_aside_what_was_changed_and_nothing_else(source: Path, desk: Path) -> None:
    lay(desk, source)
    mine = desk / "notebooks" / "01_tour.ipynb"
    for text in ("mine", "mine again"):
        mine.write_text(text)
        moved = reset(desk)
        assert list(moved) == ["01_tour.ipynb"]
        assert moved["01_tour.ipynb"].read_text() == text
        assert mine.read_text() == "notebook 01_tour"
    assert len(list((desk / "before-reset").rglob("*.ipynb"))) == 2, "the second took the place of the first"
    assert reset(desk) == {}


def test_reset_of_one_leaves_the_others(source: Path, desk: Path) -> None:
    lay(desk, source)
    for name in ("01_tour", "teach/01_lesson"):
        (desk / "notebooks" / f"{name}.ipynb").write_text("mine")
    (desk / "notebooks" / "02_images.ipynb").unlink()
    assert list(reset(desk, ["teach/01_lesson", "02_images.ipynb"])) == ["teach/01_lesson.ipynb"]
    assert (desk / "notebooks" / "01_tour.ipynb").read_text() == "mine"
    assert (desk / "notebooks" / "02_images.ipynb").read_text() == "notebook 02_images"
    with pytest.raises(SidusError, match=r"no notebook 09_no\.ipynb"):
        reset(desk, ["09_no"])
    with pytest.raises(SidusError, match=r"no notebook \.\./x\.ipynb"):
        reset(desk, ["../x"])


def test_a_damaged_mark_and_a_link_that_leads_nowhere_lose_nothing(source: Path, desk: Path, tmp_path: Path) -> None:
    lay(desk, source, {"out": tmp_path / "out"})
    (desk / "notebooks" / "01_tour.ipynb").write_text("mine")
    (tmp_path / "out").rmdir()
    (desk / ".desk.json").write_text("{")
    laid = lay(desk, source, {"out": tmp_path / "out"})
    assert "01_tour.ipynb" in laid.kept
    assert (desk / "notebooks" / "01_tour.ipynb").read_text() == "mine"
    assert (desk / "out").is_dir()
    assert json.loads((desk / ".desk.json").read_text())["from"] == str(source)


def test_a_folder_of_something_else_is_not_touched(source: Path, desk: Path, tmp_path: Path) -> None:
    desk.mkdir()
    (desk / "thesis.tex").write_text("years")
    with pytest.raises(SidusError, match="holds something else"):
        lay(desk, source)
    assert [path.name for path in desk.iterdir()] == ["thesis.tex"]
    with pytest.raises(SidusError, match="is no desk"):
        reset(desk)
    with pytest.raises(SidusError, match="no notebooks in"):
        lay(tmp_path / "other", tmp_path / "empty")


def test_the_command(source: Path, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lay(desk, source)
    (desk / "notebooks" / "01_tour.ipynb").write_text("mine")
    assert cli.main(["reset", "01_tour", "--desk", str(desk)]) == 0
    assert "01_tour.ipynb: what you had is kept as" in capsys.readouterr().out
    assert cli.main(["reset", "--desk", str(source)]) == 1
    assert "is no desk" in capsys.readouterr().err
