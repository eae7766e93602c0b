"""How a report is cited: BibTeX that BibTeX can read, whatever stands in a title."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sidus_lab.report import citing
from sidus_lab.version import __version__


def test_software_sidus_and_data() -> None:
    text = citing.bibtex("A & B: 50 % of {x}_y", ["Ada Lovelace", "Émilie du Châtelet"], "20260102-ab12", "2026")
    assert re.findall(r"^@(\w+)\{([^,]+),$", text, re.M) == [
        ("software", "sidus_lab"),
        ("article", "sidus2013"),
        ("misc", "run-20260102-ab12"),
    ]
    assert "author = {Ada Lovelace and Émilie du Châtelet}" in text
    assert r"title = {A \& B: 50 \% of \{x\}\_y}" in text
    assert f"version = {{{__version__}}}" in text
    plain = re.sub(r"\\[{}]", "", text)
    assert plain.count("{") == plain.count("}")


def test_without_a_run_there_are_no_data() -> None:
    assert "@misc" not in citing.bibtex("t", [], "", "2026")


def test_the_commit_is_that_of_the_checkout_or_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert re.fullmatch(r"([0-9a-f]{12}\+?)?", citing.commit())
    monkeypatch.setattr(citing, "__file__", str(tmp_path / "a" / "b" / "citing.py"))
    assert citing.commit() == ""


def test_the_licence_is_that_of_the_project() -> None:
    licence = Path(__file__).parents[2] / "CITATION.cff"
    assert f"license: {citing.LICENCE}" in licence.read_text()
