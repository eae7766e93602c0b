"""The terms of a verdict: each that stands in a sentence is explained, in every language, as the documentation does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sidus_lab as sl
from sidus_lab import words
from sidus_lab.analysis import glossary, say
from sidus_lab.analysis.sentence import Verdict
from tests.analysis.records_example import FACTOR, PROOF, records
from tests.analysis.say.findings_example import every_finding

PAGE = Path(__file__).parents[2] / "docs/reference/glossary.md"
SHARED = {"holm": "p-value"}
"""Terms that the page explains together with another."""


def keys(text: str) -> set[str]:
    """The keys of the terms that are found in a text of the current language."""
    terms = glossary.found(text)
    return {key for key, each in glossary.ENTRIES.items() if each[words.current()].term in terms}


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_entry_is_in_every_language_on_one_line_and_finds_itself(language: str) -> None:
    with words.language(language):
        for key, each in glossary.ENTRIES.items():
            entry = each[language]
            assert entry.means.endswith(".")
            assert "\n" not in entry.means
            assert key == "p-value" or glossary.found(entry.term)[entry.term] == words.typeset(entry.means)
    assert len({each[language].term for each in glossary.ENTRIES.values()}) == len(glossary.ENTRIES)


def test_the_lines_are_those_of_the_documentation() -> None:
    page = PAGE.read_text()
    for key, each in glossary.ENTRIES.items():
        entry = re.search(rf"\(term-{SHARED.get(key, key)}\)=\n(.*?)(?=\n\(term-|\n## |\Z)", page, re.DOTALL)
        assert entry is not None, key
        assert each["en"].means in " ".join(entry[1].split()), key


def test_the_same_terms_are_found_in_each_language() -> None:
    for finding in every_finding():
        terms = {}
        for language in words.LANGUAGES:
            with words.language(language):
                sentence = say.sentence(finding)
                terms[language] = keys(f"{sentence.text} {sentence.check}"), sentence.text, sentence.check
        assert terms["en"][0] == terms["fr"][0], terms


def test_every_entry_is_of_use() -> None:
    said = [say.sentence(finding) for finding in every_finding()]
    assert keys("\n".join(f"{each.text} {each.check}" for each in said)) == set(glossary.ENTRIES)


def test_a_part_of_another_word_is_no_term() -> None:
    assert glossary.found("rebooted, holmium, step = 3, repeatable") == {}
    assert list(glossary.found("(p = 0.03)")) == ["p"]


def verdict(language: str) -> Verdict:
    return sl.explain_records(records(), factors=[FACTOR], proof=PROOF, language=language)


def test_a_verdict_explains_its_terms_and_no_others() -> None:
    english, french = verdict("en"), verdict("fr")
    assert {"interval", "Holm", "boot", "root hash"} <= set(english.glossary)
    assert "warm-up" not in english.glossary
    assert {"intervalle", "Holm", "démarrage", "empreinte racine"} <= set(french.glossary)
    page = french._repr_mimebundle_()["text/html"]
    assert "<summary>Termes</summary>" in page
    assert all(term in page for term in french.glossary)
    assert "<summary>Words</summary>" in english._repr_mimebundle_()["text/html"]


def test_a_verdict_without_terms_has_no_block_for_them() -> None:
    empty = Verdict((), verdict("en").table.iloc[:0])
    assert empty.glossary == {}
    assert "Words" not in empty._repr_mimebundle_()["text/html"]
