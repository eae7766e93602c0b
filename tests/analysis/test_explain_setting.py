"""The words of the test of a setting: in each language the same numbers and names, and in English those of always."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Literal, get_args

import pytest

from sidus_lab import words
from sidus_lab.analysis import say, setting_effect
from sidus_lab.analysis.findings.setting import Condition, Kind, Outcome, Reason, SettingDecision
from sidus_lab.analysis.values import Interval
from sidus_lab.datasets.simulator import Idle, simulate
from tests.analysis.say.test_say import ENGLISH, NUMBER, plain

OTHERS = [name for name in words.LANGUAGES if name != "en"]
NEVER = {
    *product(("manipulation", "positive", "negative"), ("not-recorded",)),
    *product(("order", "manipulation", "positive"), ("unmeasured",)),
    ("order", "missing"),
}
"""What cannot come of a condition."""
TESTED = simulate(nodes=4, repeats=4, idle=Idle({"messages": 10_000, "wake-ups": 30_000, "busy": 0}), seed=1)


def decided() -> SettingDecision:
    found = setting_effect(
        TESTED,
        setting="cpu_dma_latency",
        forced="0",
        target="messages",
        positive="wake-ups",
        negative="busy",
        manipulation="wake_cost_us",
    )
    assert found.decision is not None
    return found.decision


def decisions() -> Iterator[SettingDecision]:
    """Every reason, over nodes, blocks and one node alone, with one more of them and with many."""
    base = decided()
    places: list[tuple[Literal["node", "block"], int, int, float]] = [
        ("node", 4, 4, -0.3),
        ("block", 2, 12, 0.3),
        ("block", 1, 1, 0.3),
    ]
    contrasts = [
        replace(base.contrast, unit=unit, nodes=nodes, relative=relative, interval=Interval(-0.25, 0.5), units=units)
        for unit, nodes, units, relative in places
    ]
    failed = tuple(Condition(kind, outcome, "busy") for kind, outcome in conditions() if outcome != "held")
    for reason, contrast, more in product(get_args(Reason), contrasts, (1, 7)):
        shown = replace(contrast, interval=None) if reason == "no-error" else contrast
        kept = failed if reason == "not-allowed" else ()
        yield replace(base, reason=reason, contrast=shown, more=more if reason == "noise" else 0, conditions=kept)


def conditions() -> list[tuple[Kind, Outcome]]:
    return [each for each in product(get_args(Kind), get_args(Outcome)) if each not in NEVER]


def said(language: str) -> list[str]:
    """Every text of a language, in the same order."""
    with words.language(language):
        tongue = say.of("setting_test")
        texts = [text for found in decisions() for text in (tongue.text(found), tongue.takes(found))]
        for kind, outcome in conditions():
            for name in ("", "busy"):
                condition = Condition(kind, outcome, name, decided().contrast)
                texts += [tongue.title(condition), tongue.outcome(condition, decided())]
        return [words.typeset(text) for text in texts]


@pytest.mark.parametrize("language", OTHERS)
def test_the_same_numbers_and_names_and_no_english_word(language: str) -> None:
    for one, other in zip(said("en"), said(language), strict=True):
        assert bool(one) == bool(other)
        assert set(NUMBER.findall(plain(one))) == set(NUMBER.findall(plain(other))), f"{one}\n{other}"
        for name in ("messages", "busy", "cpu_dma_latency=0"):
            assert (name in one) == (name in other), f"{one}\n{other}"
        left = re.sub(r"messages|busy|cpu_dma_latency", "", other)
        assert not set(re.findall(r"[^\W\d_]+", left.lower())) & ENGLISH, other
        assert not re.search(r" [:;?!%]", other), other


def test_a_whole_answer_in_english_and_in_french() -> None:
    texts, checks = {}, {}
    for language in words.LANGUAGES:
        with words.language(language):
            found = setting_effect(
                TESTED, setting="cpu_dma_latency", forced="0", target="messages", positive=None, negative="busy"
            )
            texts[language], checks[language] = found.text, [check.name for check in found.checks]
            assert found.answer == "cannot be told"  # a value, not a word: the same in every language
    assert texts["en"].startswith("Whether cpu_dma_latency=0 changes messages cannot be told here: nothing shows that")
    assert texts["fr"].startswith("On ne peut dire ici si cpu_dma_latency=0 change messages\u202f: rien ne montre que")
    assert checks["en"][2:] == ["a positive control", "a negative control"]
    assert checks["fr"][2:] == ["un témoin positif", "un témoin négatif"]
