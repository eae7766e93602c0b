"""Headings in the language chosen; a subject without one is begun with a capital."""

from __future__ import annotations

from sidus_lab import words
from sidus_lab.analysis import headings
from sidus_lab.analysis.explain_records import explain_records
from tests.analysis.records_example import FACTOR, PROOF, records


def test_headings() -> None:
    assert headings.about("nodes") == "Nodes"
    assert headings.heading("verdict-on", "speed (s)") == "Verdict on speed (s)"
    assert headings.column("setting") == "setting"
    with words.language("fr"):
        assert headings.about("nodes") == "Nœuds"
        assert headings.about("something") == "Something"
        assert headings.column("setting") == "réglage"
        assert headings.heading("simulated", "Verdict") == "Verdict (données simulées)"


def test_the_table_speaks_the_language_and_the_frame_keeps_its_names() -> None:
    with words.language("fr"):
        verdict = explain_records(records(), factors=[FACTOR], proof=PROOF)
    # It is shown in the language in which it was made, whatever is spoken then.
    page = verdict._repr_mimebundle_()["text/html"]
    assert list(verdict.table.columns)[:2] == ["operation", "setting"]
    assert "sans réglage imposé" in set(verdict.table["setting"])
    assert "réglage</th>" in page
    assert "ne peut être dit" in page or "vérifié" in page
    assert "Logiciel" in str(verdict)
