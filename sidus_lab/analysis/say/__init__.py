"""The sentences of a verdict: one folder a language, and in it one module a subject. They decide nothing."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from types import ModuleType

from sidus_lab import words
from sidus_lab.analysis.finding import Doubt, Finding
from sidus_lab.analysis.findings.answer import main_finding
from sidus_lab.analysis.findings.claims import NodeFinding
from sidus_lab.analysis.say.said import Said, Words
from sidus_lab.analysis.sentence import Sentence

__all__ = ["Said", "Words", "answer", "of", "sentence", "vocabulary"]


def sentence(finding: Finding) -> Sentence:
    """The sentence that words a finding in the current language (`words.language`).

    Raises LookupError for a type of finding that has no words: a test holds that none is without.
    """
    known = vocabulary(words.current())
    for kind in type(finding).__mro__:
        if kind in known:
            said = known[kind](finding)
            contradicted = finding.doubted(Doubt.CONTRADICTION)
            text = f"{said.text} {_module(words.current()).CONTRADICTED}" if contradicted else said.text
            return Sentence.of(finding, words.typeset(text), words.typeset(said.check))
    raise LookupError(f"no words in {words.current()!r} for {type(finding).__name__}")


def answer(findings: Sequence[Finding]) -> str:
    """The first line of a verdict on these findings, in the current language; empty where none was asked."""
    first = main_finding(findings)
    if isinstance(first, NodeFinding):
        text: str = of("answer").nodes(first)
        return words.typeset(text)
    return sentence(first).text if first is not None else ""


def of(subject: str) -> ModuleType:
    """The words of a subject (``bits``, ``settings``) in the current language, for the cells of a table."""
    return importlib.import_module(f"{__name__}.{words.current()}.{subject}")


def vocabulary(language: str) -> Words:
    """The words of a language, by its two letters: a function for each type of finding."""
    known: Words = _module(language).WORDS
    return known


def _module(language: str) -> ModuleType:
    return importlib.import_module(f"{__name__}.{language}")
