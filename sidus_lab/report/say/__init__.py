"""The report's own words: headings and what stands between the results, in the language that `words.language` chose.

A language is one module of tables (`english`, `french`), with the same keys and the same values named in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from sidus_lab import words
from sidus_lab.report.say import english, french


class Language(Protocol):
    """The tables of a language."""

    @property
    def TEXTS(self) -> Mapping[str, str]: ...  # noqa: N802  (a table of a module)
    @property
    def ABOUT(self) -> Mapping[str, str]: ...  # noqa: N802  (a table of a module)
    @property
    def CAUSES(self) -> Mapping[str, str]: ...  # noqa: N802  (a table of a module)
    @property
    def STATES(self) -> Mapping[str, str]: ...  # noqa: N802  (a table of a module)
    @property
    def CAPTIONS(self) -> Mapping[str, str]: ...  # noqa: N802  (a table of a module)
    @property
    def MACHINES(self) -> Mapping[str, str]: ...  # noqa: N802  (a table of a module)
    @property
    def COLUMNS(self) -> Mapping[str, str]: ...  # noqa: N802  (a table of a module)


LANGUAGES: Mapping[str, Language] = {"en": english, "fr": french}


def tables() -> Language:
    """Give the tables of the current language."""
    return LANGUAGES[words.current()]


def text(name: str, **values: object) -> str:
    """Give one of the fixed texts, with values in it."""
    return words.typeset(tables().TEXTS[name].format(**values))


def about(name: str) -> str:
    """Give the heading over the sentences about something."""
    return tables().ABOUT.get(name, name.capitalize())


def cause(name: str) -> str:
    """Give the name of a cause."""
    return tables().CAUSES.get(name, name)


def state(name: str) -> str:
    """Give the word for ``passed``, ``failed`` or ``not looked at``."""
    return tables().STATES.get(name, name)


def caption(name: str) -> str:
    """Give what stands under a figure of this kind; empty for a kind that has none."""
    return words.typeset(tables().CAPTIONS.get(name, ""))


def machines(name: str, **values: object) -> str:
    """Say what the nodes were, and what follows for every duration."""
    return words.typeset(tables().MACHINES[name].format(**values))


def columns() -> Mapping[str, str]:
    """Give what each column of the records means, in the order of the schema."""
    return {name: words.typeset(said) for name, said in tables().COLUMNS.items()}
