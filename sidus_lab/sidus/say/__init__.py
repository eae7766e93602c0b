"""The proof in words: what was decided in `judge`, said in the language that `words.language` chose.

A language is one module of tables (`english`, `french`), all with the same keys and the same values named in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sidus_lab import words
from sidus_lab.sidus.claims import Claim
from sidus_lab.sidus.say import english, french
from sidus_lab.sidus.witness import Alarm


class Language(Protocol):
    """The tables of a language."""

    @property
    def STATES(self) -> Mapping[str, str]: ...  # noqa: N802  (a table of a module)
    @property
    def LEVELS(self) -> Mapping[str, str]: ...  # noqa: N802  (a table of a module)
    @property
    def ABOUT(self) -> Mapping[str, str]: ...  # noqa: N802  (a table of a module)
    @property
    def WITNESSES(self) -> Mapping[str, str]: ...  # noqa: N802  (a table of a module)
    @property
    def CLAIMS(self) -> Mapping[str, str]: ...  # noqa: N802  (a table of a module)
    @property
    def FIELDS(self) -> Mapping[str, str]: ...  # noqa: N802  (a table of a module)
    @property
    def KINDS(self) -> Mapping[str, str]: ...  # noqa: N802  (a table of a module)
    @property
    def ALARMS(self) -> Mapping[str, str]: ...  # noqa: N802  (a table of a module)
    @property
    def VERDICTS(self) -> Mapping[str, str]: ...  # noqa: N802  (a table of a module)
    @property
    def TEXTS(self) -> Mapping[str, str]: ...  # noqa: N802  (a table of a module)


LANGUAGES: Mapping[str, Language] = {"en": english, "fr": french}


def _tables() -> Language:
    return LANGUAGES[words.current()]


def claim(of: Claim) -> str:
    """Say why a claim holds, fails, or was not looked at."""
    return words.typeset(_tables().CLAIMS[of.reason].format_map(dict(of.values)))


def state(of: Claim) -> str:
    """Say in a word or two what became of a claim."""
    return _tables().STATES[of.state]


def level(name: str) -> str:
    """Give a level's name."""
    return _tables().LEVELS[name]


def about(name: str) -> str:
    """Say what a level means where it holds."""
    return words.typeset(_tables().ABOUT[name])


def witness(of: Claim) -> str:
    """Say who shows a claim."""
    return _tables().WITNESSES[of.witness]


def field(name: str) -> str:
    """Give the name of a compared field."""
    return _tables().FIELDS.get(name, name)


def kind(name: str) -> str:
    """Give the name of a kind of difference."""
    return _tables().KINDS[name]


def alarm(of: Alarm) -> str:
    """Say what an alarm saw."""
    return words.typeset(_tables().ALARMS[of.what].format(times=of.times, addresses=", ".join(of.addresses) or "?"))


def verdict(reason: str, values: Mapping[str, str | int]) -> str:
    """Give the proof's one sentence."""
    return words.typeset(_tables().VERDICTS[reason].format_map(dict(values)))


def text(name: str) -> str:
    """Give one of the fixed texts around a proof."""
    return words.typeset(_tables().TEXTS[name])


def fields(names: Sequence[str]) -> str:
    """Give names of fields as a list."""
    return ", ".join(field(name) for name in names)
