"""What an analysis hands back: sentences, each with estimate, interval and check, and their verdict."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Protocol

import pandas as pd
from markupsafe import Markup

from sidus_lab import html, words
from sidus_lab.analysis import glossary, headings
from sidus_lab.analysis.finding import Cause, Finding, plain
from sidus_lab.analysis.values import Interval
from sidus_lab.errors import DataError
from sidus_lab.words import number

__all__ = ["Cause", "Drawing", "Sentence", "Verdict"]


class Drawing(Protocol):
    """What a verdict is drawn as. A plotly Figure is one."""

    def show(self) -> object:
        """Show it."""

    def to_json(self) -> str:
        """Give it as JSON."""


@dataclass(frozen=True)
class Sentence:
    """One claim, or one plain statement of what cannot be claimed.

    `about` is the subject (``software``, ``bits``, ``time``, ``limits``, ``data``), `cause` what the difference comes
    from, `estimate` and `interval` the number behind it in `unit`, `check` what was tested in words, `passed` whether
    the check allowed the claim, `rows` how many rows it rests on. `finding` is the value that the sentence words.

    >>> sentence = sl.Study(folder).explain().sentences[0]
    >>> sentence.about, sentence.cause, sentence.passed
    ('software', 'none', True)
    """

    about: str
    text: str
    cause: Cause = "unknown"
    estimate: float | None = None
    interval: Interval | None = None
    check: str = ""
    passed: bool = True
    rows: int = 0
    unit: str = ""
    subject: str = ""
    finding: Finding | None = None

    @classmethod
    def of(cls, finding: Finding, text: str, check: str = "") -> Sentence:
        """The sentence that words `finding`; everything but text and check is the finding's own."""
        return cls(
            finding.about,
            text,
            cause=finding.cause,
            estimate=finding.estimate,
            interval=finding.interval,
            check=check,
            passed=finding.passed,
            rows=finding.rows,
            unit=finding.unit,
            subject=finding.subject,
            finding=finding,
        )

    def to_dict(self) -> dict[str, object]:
        """The same as plain data that JSON can hold."""
        names = ("about", "subject", "text", "cause", "check", "passed", "rows", "estimate", "unit", "interval")
        found = self.finding.to_dict() if self.finding else None
        return {name: plain(getattr(self, name)) for name in names} | {"finding": found}


@dataclass(frozen=True, eq=False)
class Verdict:
    """Sentences with what they rest on.

    `answer` is the first line, in words that take no statistician. `table` has one row per thing compared, `checks` (a
    frame: about, subject, check, passed, rows) what was tested, `data` the frames a figure is drawn from. `simulated`
    marks data that no machine measured; it is said in every
    representation.

    >>> verdict = sl.Study(folder).explain()
    >>> sorted({sentence.about for sentence in verdict.sentences})
    ['bits', 'limits', 'software', 'time']
    >>> list(verdict.table.columns)[:3]
    ['operation', 'setting', 'nodes']
    """

    sentences: tuple[Sentence, ...]
    table: pd.DataFrame
    title: str = "Verdict"
    data: Mapping[str, object] = field(default_factory=dict)
    simulated: bool = False
    draw: Callable[[Verdict], Drawing] | None = None
    language: str = field(default_factory=words.current)
    answer: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, as values without words, in the order of the sentences."""
        return tuple(sentence.finding for sentence in self.sentences if sentence.finding is not None)

    @property
    def checks(self) -> pd.DataFrame:
        """Every check that was made, in the order of the sentences."""
        rows = [(s.about, s.subject, s.check, s.passed, s.rows) for s in self.sentences if s.check]
        return pd.DataFrame(rows, columns=["about", "subject", "check", "passed", "rows"])

    @property
    def glossary(self) -> dict[str, str]:
        """The terms that stand in this verdict, each with what it means, in the verdict's language."""
        with words.language(self.language):
            columns = [headings.column(str(name)) for name in self.table.columns] if len(self.table) else []
            texts = [text for sentence in self.sentences for text in (sentence.text, sentence.check)]
            return glossary.found(self.answer, *texts, *columns)

    def about(self, *subjects: str) -> tuple[Sentence, ...]:
        """The sentences about one subject or several, such as ``bits``."""
        return tuple(sentence for sentence in self.sentences if sentence.about in subjects)

    def figure(self) -> Drawing:
        """The figure of this verdict, a plotly Figure.

        Raises DataError for a verdict that was made by the pure analysis alone, which draws nothing.
        """
        if self.draw is None:
            raise DataError(
                "This verdict was made without figures.",
                hint="Make it with sidus_lab.explain(...) or sidus_lab.explain_records(...).",
            )
        return self.draw(self)

    def to_dict(self) -> dict[str, object]:
        """The same as plain data that JSON can hold."""
        table = [{str(key): plain(value) for key, value in row.items()} for row in self.table.to_dict(orient="records")]
        return {
            "title": self.title,
            "simulated": self.simulated,
            "answer": self.answer,
            "sentences": [sentence.to_dict() for sentence in self.sentences],
            "table": table,
            "checks": self.checks.to_dict(orient="records"),
        }

    def __str__(self) -> str:
        with words.language(self.language):
            return self._text()

    def _text(self) -> str:
        lines = [self._heading(), ""]
        lines += [*textwrap.wrap(self.answer, 96), ""] if self.answer else []
        previous = ""
        for sentence in self.sentences:
            if sentence.about != previous:
                lines.append(headings.about(sentence.about))
                previous = sentence.about
            lines += textwrap.wrap(sentence.text, 96, initial_indent=f"  {_mark(sentence)} ", subsequent_indent="    ")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        with words.language(self.language):  # as it was made, whatever is spoken when it is shown
            return self._page()

    def _page(self) -> dict[str, Any]:
        parts: list[object] = [Markup('<p class="title">{}</p>').format(self._heading())]
        if self.answer:
            parts.append(Markup("<p><strong>{}</strong></p>").format(self.answer))
        for about, group in groupby(self.sentences, key=lambda sentence: sentence.about):
            parts += [Markup('<p class="muted">{}</p>').format(headings.about(about)), html.sentences(group)]
        if len(self.table):
            rows = [[_cell(value) for value in row] for row in self.table.itertuples(index=False)]
            parts.append(
                html.details(
                    headings.heading("table"),
                    html.table(rows, [headings.column(str(name)) for name in self.table.columns]),
                )
            )
        if terms := self.glossary:
            parts.append(html.details(headings.heading("words"), html.definitions(terms)))
        return html.mimebundle(str(self), *parts)

    def _heading(self) -> str:
        return headings.heading("simulated", self.title) if self.simulated else self.title


def _mark(sentence: Sentence) -> str:
    """A sign before a sentence: what the check allowed, and what stays open."""
    return "✓" if sentence.passed else "○"


def _cell(value: Any) -> object:
    """A value of the table for a reader: short numbers, a dash for what is not known."""
    if isinstance(value, float):
        return None if math.isnan(value) else number(value, 4)
    return value
