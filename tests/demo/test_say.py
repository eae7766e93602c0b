"""The contract of the demo's languages: the same lines, with the same numbers and names, and no word of another."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from types import ModuleType

import pytest

from sidus_lab import words
from sidus_lab.demo import say
from tests.analysis.say.test_say import ENGLISH

OTHERS = [name for name in words.LANGUAGES if name != "en"]
EXAMPLES = {
    "server": "sidus-embedded",
    "version": "debian12-numpy@3f2a",
    "packages": 193,
    "root_hash": "0123456789abcdef",
    "nodes": "node[1-2]",
    "executions": 96,
    "good": 47,
    "measured": 48,
    "mebibytes": 2345,
    "code": "Embedded().connect()",
    "command": "sidus-lab lab down",
    "least": 2,
}


def functions(of: object) -> dict[str, list[str]]:
    """The functions of a language, each with the names of what it is given."""
    found = inspect.getmembers(of, inspect.isfunction)
    names = {name: [*inspect.signature(function).parameters] for name, function in found if name[0] != "_"}
    own = of.__name__ if isinstance(of, ModuleType) else ""
    return {name: given for name, given in names.items() if not own or getattr(of, name).__module__ == own}


def said(language: str) -> Iterator[tuple[str, str]]:
    """Every line of a language by its name, those of a choice in both its ways."""
    with words.language(language):
        lines = say.lines()
        for name, given in functions(lines).items():
            if given == ["same"]:
                yield name, lines.proof_result(True)
                yield f"{name} not", lines.proof_result(False)
            else:
                yield name, getattr(lines, name)(*[EXAMPLES[each] for each in given])


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_language_has_every_line_and_no_other(language: str) -> None:
    wanted = {name: given[1:] for name, given in functions(say.Lines).items()}
    assert functions(say.LANGUAGES[language]) == wanted


def test_every_language_that_can_be_chosen_is_spoken() -> None:
    assert set(say.LANGUAGES) == set(words.LANGUAGES)


@pytest.mark.parametrize("language", OTHERS)
def test_the_same_numbers_and_names(language: str) -> None:
    english = dict(said("en"))
    for name, text in said(language):
        assert re.findall(r"\d+", text) == re.findall(r"\d+", english[name]), text
        for given in functions(say.Lines)[name.split()[0]][1:]:
            assert str(EXAMPLES.get(given, "")) in text


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_word_is_left(language: str) -> None:
    for _, text in said(language):
        for example in EXAMPLES.values():
            text = text.replace(str(example), "")
        assert not set(re.findall(r"[^\W\d_]+", text.lower())) & ENGLISH, text


def test_french_lines_do_not_break_before_a_sign() -> None:
    for _, text in said("fr"):
        assert not re.search(r" [:;?!%]", text), text


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_one_of_a_thing_is_one(language: str) -> None:
    """The only counts with nouns in them."""
    with words.language(language):
        assert not say.lines().build_result("v", 1).endswith("s")
        assert say.lines().build_result("v", 2).endswith("s")
