"""The words of a report: every language has the same ones, naming the same values, and no heading stays English."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import sidus_lab.report
from sidus_lab import palette, words
from sidus_lab.experiments.records import FACTORS, SCHEMA
from sidus_lab.report import say
from sidus_lab.report.say import english, french

TABLES = ("TEXTS", "ABOUT", "CAUSES", "STATES", "CAPTIONS", "MACHINES", "COLUMNS")
FOLDER = Path(sidus_lab.report.__file__).parent


def named(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("table", TABLES)
def test_both_languages_have_the_same_words_with_the_same_values(table: str) -> None:
    one, other = getattr(english, table), getattr(french, table)
    assert list(one) == list(other)
    for name in one:
        assert named(one[name]) == named(other[name]), name


def test_hardly_a_word_is_the_same() -> None:
    same = {name for name, text in english.TEXTS.items() if french.TEXTS[name] == text}
    assert same <= {"arguments", "code", "factors", "figures", "versions", "figure", "image", "version", "cause"}


def test_every_column_of_a_record_is_explained_and_every_cause_named() -> None:
    assert set(say.columns()) == set(SCHEMA) - {FACTORS}
    assert set(palette.CAUSES) <= set(english.CAUSES)


def test_every_word_that_the_page_asks_for_is_there_and_none_is_left_over() -> None:
    asked = set(re.findall(r"""\bt\(["']([^"']+)["']""", (FOLDER / "page.html").read_text()))
    sources = "".join(path.read_text() for path in FOLDER.glob("*.py"))
    sources += (FOLDER.parent / "study.py").read_text()
    assert asked <= set(english.TEXTS)
    unused = {n for n in english.TEXTS if n not in asked and f'"{n}"' not in sources}
    assert unused == set()


def test_french_sets_its_spaces() -> None:
    with words.language("fr"):
        assert "\u202f" in say.text("cause", cause="x") or "\u00a0" in say.text("cause", cause="x")
