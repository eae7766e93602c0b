"""The lines of the demo in words: what it does and what came of it, in the language that `words.language` chose.

A language is one module of functions (`english`, `french`), all with the same names and arguments. What the embedded
site and its server say of a job under way passes by as it is, in English.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from sidus_lab import words
from sidus_lab.demo.say import english, french


class Lines(Protocol):
    """The functions of a language. A step has a title, and a result that stands behind it at its end."""

    def site(self) -> str:
        """The first step: the site."""

    def site_result(self, server: str) -> str:
        """What became of it."""

    def build(self) -> str:
        """The second step: the image."""

    def build_result(self, version: str, packages: int) -> str:
        """What became of it."""

    def publish(self) -> str:
        """The third step: what nodes boot."""

    def publish_result(self, root_hash: str) -> str:
        """What became of it, by the beginning of its root hash."""

    def boot(self, nodes: str) -> str:
        """The fourth step: the machines."""

    def boot_result(self) -> str:
        """What became of it."""

    def proof(self) -> str:
        """The fifth step: the proof."""

    def proof_reading(self) -> str:
        """What the fifth step does."""

    def proof_result(self, same: bool) -> str:
        """What became of it."""

    def experiment(self, executions: int) -> str:
        """The sixth step: the measurements."""

    def experiment_result(self, good: int, measured: int) -> str:
        """What became of it."""

    def verdict(self) -> str:
        """The last step: the verdict."""

    def verdict_loading(self) -> str:
        """What the last step does first."""

    def verdict_writing(self) -> str:
        """What the last step does then."""

    def title(self) -> str:
        """The heading of the report."""

    def memory(self) -> str:
        """The name of the peak memory, in the report."""

    def memory_line(self, mebibytes: int) -> str:
        """The peak memory, as a line of its own."""

    def up_already(self) -> str:
        """The lab was there before the demo."""

    def stays_up(self, code: str) -> str:
        """The site is kept; `code` connects to it."""

    def next_command(self, command: str) -> str:
        """The command that takes it down."""

    def taking_down(self) -> str:
        """Whatever was started is being ended."""

    def cancelling(self) -> str:
        """A job is being cancelled."""

    def too_few(self, least: int) -> str:
        """Too few repetitions were asked for."""


LANGUAGES: Mapping[str, Lines] = {"en": english, "fr": french}


def lines() -> Lines:
    """The lines in the current language."""
    return LANGUAGES[words.current()]
