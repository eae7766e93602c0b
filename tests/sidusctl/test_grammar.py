"""Verbs as data, and the command line made from them."""

from __future__ import annotations

import pytest

from sidus_lab.sidusctl import grammar
from sidus_lab.sidusctl.errors import Usage
from sidus_lab.sidusctl.grammar import Given, Group, Verb, word
from sidus_lab.sidusctl.site import Site


def _run(_site: Site, given: Given) -> object:
    return given


SPIN = Verb("wheel spin", "spin one", _run, (), "Example:\n  sidusctl wheel spin 3 --fast", (
    word("count", type=int),
    word("--fast", action="store_true"),
))  # fmt: skip
HIDDEN = Verb("_own", "", _run, ())
PARSER = grammar.parser("text", "examples", "/srv", (HIDDEN,), (Group("wheel", "wheels", (SPIN,)),))


def test_words_lead_to_the_verb() -> None:
    verb, given = grammar.read(PARSER, ["--site", "/x", "wheel", "spin", "3", "--fast"])
    assert verb is SPIN
    assert (given.site, given.count, given.fast) == ("/x", 3, True)
    assert grammar.read(PARSER, ["_own"])[0] is HIDDEN


@pytest.mark.parametrize(
    ("words", "verb"),
    [
        ([], ()),
        (["wheel"], ("wheel",)),
        (["wheel", "spin"], ("wheel", "spin")),
        (["wheel", "spin", "x"], ("wheel", "spin")),
        (["wheel", "spin", "1", "--slow"], ()),
    ],
)
def test_wrong_usage_names_the_help_that_helps(words: list[str], verb: tuple[str, ...]) -> None:
    with pytest.raises(Usage) as caught:
        grammar.read(PARSER, words)
    assert caught.value.step == ("help", *verb)
    assert caught.value.message.endswith(".")


def test_the_help_shows_examples_as_they_stand_and_no_hidden_verb() -> None:
    assert "_own" not in PARSER.format_help()
    assert "wheels" in PARSER.format_help()
