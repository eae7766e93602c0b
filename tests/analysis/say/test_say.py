"""The contract of languages: every finding has words in each, with the same numbers and names, and none of another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args, get_type_hints

import pytest

from sidus_lab import words
from sidus_lab.analysis import say
from sidus_lab.analysis.explain_records import explain_records
from sidus_lab.analysis.explain_table import explain_frame
from sidus_lab.analysis.finding import Claim, Finding
from sidus_lab.analysis.findings.bits_finding import BitsFinding, Reason
from sidus_lab.analysis.findings.software import SoftwareFinding
from tests.analysis.records_example import FACTOR, PROOF, records
from tests.analysis.say.findings_example import every_finding

OTHERS = [name for name in words.LANGUAGES if name != "en"]
NUMBER = re.compile(r"(?<![\w.,=])-?\d+(?:[.,]\d+)?(?:e[+-]?\d+)?(?![\w=])")
NAMED = re.compile(r"\b[nN](?:ode)?\d+\b|\b[A-Z_]{4,}=\w+")
ENGLISH = frozenset(
    re.findall(
        "[a-z]+",
        """
        the or of with without is are was were be been not that this these those it its they them their there to from by
        for in at so but than which who what when where while whether why cannot can may might would should have has had
        do does did node nodes runs same software hardware setting settings told shown given cause difference differ
        differs between each all both every only more less fewer most least about after before since until once also too
        one two three repeats repeat result results known unknown measured time order level levels rows row boots boot
        found looked kernel block blocks read verified proven
        """,
    )
) - {"cause"}
"""Words that stand in English sentences of this package, but for those that are French words too."""


@pytest.fixture(scope="module")
def found() -> list[Finding]:
    return every_finding()


def kinds(of: type[Finding] = Finding) -> Iterator[type[Finding]]:
    """Every type of finding of the package."""
    for kind in of.__subclasses__():
        if kind.__module__.startswith("sidus_lab."):
            yield kind
        yield from kinds(kind)


def plain(text: str) -> str:
    """A text with its numbers as Python writes them: no thousands apart, a point before the decimals."""
    text = re.sub(r"(?<![\d,.])([1-9]\d*)[,\u202f](\d{3})(?!\d)", r"\1\2", text)
    return re.sub(r"(\d),(\d)", r"\1.\2", text)


def said(finding: Finding, language: str) -> str:
    with words.language(language):
        sentence = say.sentence(finding)
    return f"{sentence.text} {sentence.check}"


def test_every_language_words_the_same_types() -> None:
    known = {name: set(say.vocabulary(name)) for name in words.LANGUAGES}
    assert len({frozenset(types) for types in known.values()}) == 1
    unworded = [kind for kind in kinds() if not known["en"] & set(kind.__mro__) and not kind.__subclasses__()]
    assert not unworded


def test_there_is_an_example_of_every_type_and_of_every_claim(found: list[Finding]) -> None:
    assert {type(finding) for finding in found} >= set(say.vocabulary("en"))
    claims = {claim for claim in Claim if claim.startswith(("bits", "software"))}
    whys = get_args(get_type_hints(SoftwareFinding)["why"])
    assert set(whys) == {finding.why for finding in found if isinstance(finding, SoftwareFinding)}
    reasons = get_args(Reason)
    assert set(reasons) <= {finding.reason for finding in found if isinstance(finding, BitsFinding)}
    assert claims <= {finding.claim for finding in found if isinstance(finding, BitsFinding | SoftwareFinding)}


@pytest.mark.parametrize("language", OTHERS)
def test_every_finding_has_the_same_numbers_and_names_in_each_language(found: list[Finding], language: str) -> None:
    for finding in found:
        one, other = said(finding, "en"), said(finding, language)
        assert one != other
        for pattern in (NUMBER, NAMED):
            first, second = (set(pattern.findall(plain(text))) for text in (one, other))
            assert first == second, f"{one}\n{other}"


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_word_is_left(found: list[Finding], language: str) -> None:
    for finding in found:
        text = said(finding, language)
        left = set(re.findall(r"[^\W\d_]+", text.lower())) & ENGLISH
        assert not left, f"{left}: {text}"


def test_the_list_of_english_words_finds_english(found: list[Finding]) -> None:
    for finding in found:
        assert set(re.findall(r"[^\W\d_]+", said(finding, "en").lower())) & ENGLISH


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_sentences_are_whole(found: list[Finding], language: str) -> None:
    """They end, they have no doubled blank or stop, no brace, and no bare value of Python."""
    for finding in found:
        with words.language(language):
            text = say.sentence(finding).text
        assert text.endswith((".", ".)")), text
        assert not re.search(r"  |\.\.|\{|\}|None|nan|\(\)| ,| \.|;\.|Claim\.", text), text


def test_words_do_not_depend_on_what_was_said_before(found: list[Finding]) -> None:
    first = [said(finding, "en") for finding in found]
    for finding in found:
        said(finding, "fr")
    assert [said(finding, "en") for finding in found] == first


@pytest.mark.parametrize("language", OTHERS)
def test_a_whole_verdict_has_no_english_word(language: str) -> None:
    """On records as the demo makes them, and on a table with all that `explain` can be told."""
    frame = records(nodes=("node1", "node2", "node3"), forced_slower=0.4)
    frame.loc[frame.index[:5], "status"] = ["failed", "failed", "lost", "lost", "cancelled"]
    table = frame[frame["operation"] == "exp"].rename(columns={"duration": "durée", "node": "hôte", "hardware": "cpu"})
    hardware = {"node1": {"virtual": True}}
    with words.language(language):
        verdicts = [
            explain_records(frame, factors=[FACTOR], proof=PROOF, hardware=hardware),
            explain_records(records(), factors=[FACTOR], proof=PROOF, hardware=hardware),
            explain_frame(table, response="durée", node="hôte", within="repetition", kind="cpu", factors=[FACTOR]),
        ]
        for verdict in verdicts:
            text = re.sub(r"node\d|repetition|node\b", "", str(verdict))
            left = set(re.findall(r"[^\W\d_]+", text.lower())) & ENGLISH
            assert not left, f"{left}: {verdict}"


def test_a_type_without_words_is_an_error() -> None:
    class Unheard(Finding):
        """No language knows it."""

    with pytest.raises(LookupError, match="Unheard"):
        say.sentence(Unheard(about="bits", claim=Claim.LIMIT))
