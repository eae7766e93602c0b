"""Numbers, lists and spans in sentences: short, never more certain than they are, and in the language chosen."""

from __future__ import annotations

import datetime
import math
import threading

import pytest

from sidus_lab import words
from sidus_lab.analysis.values import Interval
from sidus_lab.errors import SidusError


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "0 %"),
        (0.0001, "<0.1 %"),
        (-0.0001, ">-0.1 %"),
        (0.031, "3.1 %"),
        (0.0999, "10 %"),
        (0.5, "50 %"),
        (0.996, "99.6 %"),
        (0.99996, ">99.9 %"),
        (1.0, "100 %"),
        (3.0, "300 %"),
        (math.nan, "an unknown share"),
        (math.inf, "any percentage"),
    ],
)
def test_percent(share: float, text: str) -> None:
    assert words.percent(share) == text


def test_spans() -> None:
    assert words.percents(Interval(0.05, 0.5)) == "5.0 to 50 %"
    assert words.percents(Interval(0.0, 1.0)) == "0 to 100 %"
    assert words.percents(Interval(0.0, math.inf)) == "0 % to any percentage"
    assert words.span(Interval(0.5, 12.0), "s") == "0.500 to 12.0 s"
    assert words.span(Interval(0.5, 12.0)) == "0.500 to 12.0"
    assert words.level_name(0.999) == "99.9 %"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1234.5, "1230"),
        (0.012345, "0.0123"),
        (1e-9, "1.00e-09"),
        (9.999, "10.0"),
        (-2.5, "-2.50"),
        (2e7, "2.00e+07"),
        (math.nan, "unknown"),
        (math.inf, "infinity"),
        (-math.inf, "-infinity"),
    ],
)
def test_number(value: float, text: str) -> None:
    assert words.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1.23456, "1.235"),
        (123456.0, "123,456"),
        (123456, "123,456"),
        (12345678, "12,345,678"),
        (1e-9, "1e-09"),
        (math.nan, "unknown"),
        (-2.0, "-2"),
    ],
)
def test_numbers_in_a_table(value: float, text: str) -> None:
    assert words.tabular(value) == text


def test_lists_and_counts() -> None:
    assert words.names([]) == "none"
    assert words.names(["a"]) == "a"
    assert words.names(["a", "b", "c"]) == "a, b and c"
    assert words.names([f"n{i}" for i in range(9)]) == "n0, n1, n2, n3, n4 and 4 more"
    assert words.either(["a"]) == "a"
    assert words.either(["a", "b", "c"]) == "a, b or c"
    assert words.count(1, "node") == "1 node"
    assert words.count(0, "node") == "0 nodes"
    assert words.count(3, "node") == "3 nodes"
    assert words.count(2, "A/A row", "A/A rows") == "2 A/A rows"
    assert words.sentence("solve of A") == "Solve of A"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.9, "59 s"), (60, "1 min"), (125, "2 min 5 s"), (11400, "3 h 10 min"), (400000, "4 days")],
)
def test_duration(seconds: float, text: str) -> None:
    assert words.duration(seconds) == text


def test_duration_with_tenths() -> None:
    assert words.duration(4.23, tenths=True) == "4.2 s"
    assert words.duration(9.97, tenths=True) == "9 s"
    assert words.duration(42.7, tenths=True) == "42 s"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0, "1 s"), (89, "89 s"), (800, "13 min"), (20000, "6 h"), (400000, "5 days")]
)
def test_roughly(seconds: float, text: str) -> None:
    assert words.roughly(seconds) == text


def test_moment() -> None:
    assert words.moment(datetime.datetime(2017, 8, 23, 14, 5, 59, tzinfo=datetime.UTC)) == "2017-08-23 14:05"


def test_french() -> None:
    with words.language("fr"):
        assert words.number(0.012345) == "0,0123"
        assert words.percents(Interval(0.05, 0.5)) == "5,0 à 50\u202f%"
        assert words.level_name(0.999) == "99,9\u202f%"
        assert words.names(["a", "b", "c"]) == "a, b et c"
        assert words.names([f"n{i}" for i in range(9)]) == "n0, n1, n2, n3, n4 et 4 autres"
        assert words.either(["a", "b"]) == "a ou b"
        assert [words.count(n, "nœud") for n in (0, 1, 2)] == ["0 nœud", "1 nœud", "2 nœuds"]
        assert words.count(2, "niveau") == "2 niveaux"
        assert words.count(2, "essai A/A", "essais A/A") == "2 essais A/A"
        assert words.duration(400000) == "4 jours"
        assert words.tabular(123456) == "123\u202f456"
        assert words.number(math.nan) == "inconnu"
        assert [words.answer(value) for value in (True, False)] == ["oui", "non"]
        assert words.mark(True) == "vérifié"


def test_no_line_of_french_breaks_before_a_sign() -> None:
    text = "Non : 5 % ; où ? « ici » ! Le lien http://a.b:80, 12:30 et :memory: restent."
    assert words.typeset(text) == text  # English sets its signs without a space, and none is touched
    with words.language("fr"):
        said = words.typeset(text)
        assert said.split(" ")[:1] == ["Non\u202f:"]
        assert "5\u202f%\u202f;" in said
        assert "«\u202fici\u202f»\u202f!" in said
        assert said.endswith("Le lien http://a.b:80, 12:30 et :memory: restent.")
        assert words.percents(Interval(0.0, math.inf)) == "0\u202f% à un pourcentage quelconque"
        assert words.typeset(said) == said
        assert [words.percent(share) for share in (0.0001, 0.99996)] == ["<0,1\u202f%", ">99,9\u202f%"]


def test_a_language_for_one_block_or_the_one_that_is_spoken() -> None:
    with words.spoken_in("fr"):
        assert words.current() == "fr"
        with words.spoken_in(None):
            assert words.current() == "fr"
    assert words.current() == "en"
    with pytest.raises(SidusError, match="'de'"):
        words.spoken_in("de")
    assert words.current() == "en"


def test_what_is_expected() -> None:
    assert [words.about(90 * 60), words.about(60, "12 s")] == ["about 2 h", "12 s of about 60 s"]
    with words.language("fr"):
        assert [words.about(90 * 60), words.about(60, "12 s")] == ["environ 2 h", "12 s sur environ 60 s"]


def test_every_language_has_every_word() -> None:
    said = {}
    for name in words.LANGUAGES:
        with words.language(name):
            said[name] = (words.names(["a", "b"]), words.either(["a", "b"]), words.number(math.nan), words.names([]))
    assert len(set(said.values())) == len(words.LANGUAGES)


def test_a_language_is_left_with_its_block_and_stays_without_one() -> None:
    assert words.current() == "en"
    with words.language("fr"):
        with words.language("en"):
            assert words.current() == "en"
        assert words.current() == "fr"
    assert words.current() == "en"
    chosen = words.language("fr")
    try:
        assert words.current() == "fr"
        assert "français" in repr(chosen)
    finally:
        words.language("en")


def test_a_language_is_left_when_the_block_fails() -> None:
    with pytest.raises(ValueError, match="inside"), words.language("fr"):
        raise ValueError("inside")
    assert words.current() == "en"


def test_another_thread_keeps_its_own_language() -> None:
    heard: list[str] = []
    with words.language("fr"):
        thread = threading.Thread(target=lambda: heard.append(words.current()))
        thread.start()
        thread.join()
    assert heard == ["en"]


def test_a_language_without_words_names_those_there_are() -> None:
    with pytest.raises(SidusError, match="'de'") as caught:
        words.language("de")
    assert "en (English), fr (français)" in caught.value.hint
    assert words.current() == "en"
