"""A verdict shows its sentences: on a terminal, on a page, and as plain data."""

from __future__ import annotations

import json
import math

import pandas as pd
import pytest

from sidus_lab import words
from sidus_lab.analysis.finding import Claim, Finding
from sidus_lab.analysis.sentence import Sentence, Verdict
from sidus_lab.analysis.values import Interval
from sidus_lab.errors import DataError

FOUND = Finding(about="nodes", claim=Claim.NODES_DIFFER, estimate=0.5, interval=Interval(0.2, 0.8), rows=12)


def verdict(**more: object) -> Verdict:
    said = (
        Sentence.of(FOUND, "The nodes <differ>.", "a test over boots"),
        Sentence("nodes", "More."),
        Sentence("limits", "One site only.", passed=False),
    )
    table = pd.DataFrame({"node": ["n1"], "mean": [math.nan]})
    return Verdict(said, table, **more)  # type: ignore[arg-type]


def test_a_terminal_shows_each_subject_once_with_its_signs() -> None:
    text = str(verdict(answer="They differ."))
    assert text.startswith("Verdict\n\nThey differ.\n")
    assert text.count("✓") == 2
    assert text.count("○") == 1
    assert repr(verdict()) == str(verdict())


def test_long_sentences_are_broken_and_lose_no_word() -> None:
    long = "word " * 60 + "end"
    text = str(Verdict((Sentence("nodes", long),), pd.DataFrame()))
    assert max(map(len, text.splitlines())) <= 96
    assert text.split().count("word") == 60


def test_a_page_escapes_what_it_is_given() -> None:
    page = verdict()._repr_mimebundle_()["text/html"]
    assert "&lt;differ&gt;" in page
    assert "<differ>" not in page
    assert "nan" not in page  # an unknown number is a dash


def test_simulated_data_say_so_everywhere() -> None:
    shown = verdict(simulated=True)
    plain = str(verdict()).splitlines()[0]
    assert str(shown).splitlines()[0] != plain
    assert str(shown).splitlines()[0] in shown._repr_mimebundle_()["text/plain"]
    assert shown.to_dict()["simulated"] is True


def test_a_verdict_keeps_the_language_it_was_made_in() -> None:
    with words.language("fr"):
        made = verdict(simulated=True)
        french = str(made)
    assert str(made) == french
    assert str(verdict(simulated=True)) != french


def test_findings_checks_and_subjects() -> None:
    shown = verdict()
    assert shown.findings == (FOUND,)
    assert shown.checks.to_dict(orient="records") == [
        {"about": "nodes", "subject": "", "check": "a test over boots", "passed": True, "rows": 12}
    ]
    assert [item.text for item in shown.about("nodes", "limits")] == ["The nodes <differ>.", "More.", "One site only."]
    assert shown.about("bits") == ()


def test_plain_data_is_json() -> None:
    data = json.loads(json.dumps(verdict().to_dict(), allow_nan=False))
    assert data["table"] == [{"node": "n1", "mean": None}]
    assert data["sentences"][0]["interval"] == {"low": 0.2, "high": 0.8, "level": 0.95}
    assert data["sentences"][1]["finding"] is None


def test_a_figure_needs_somebody_who_draws() -> None:
    with pytest.raises(DataError, match="without figures"):
        verdict().figure()
    assert verdict(draw=lambda of: of.title).figure() == "Verdict"
