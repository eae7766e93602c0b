"""A factor that is an argument of the program's command line."""

from __future__ import annotations

import re

from sidus_lab.experiments.factors.kind import DEFAULT, DesignError, OfProcess, Process

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*\Z")


class Argument(OfProcess):
    """``--name=level``; the level ``default`` leaves the argument out."""

    def check_name(self, name: str) -> None:
        """Raise `DesignError` when this cannot be the name of an argument."""
        if not _NAME.match(name):
            raise DesignError(f"{name!r} cannot be the name of an argument.", hint="use letters, digits, - and _")

    def process(self, name: str, level: str) -> Process:
        """Return the word, or nothing."""
        return Process() if level == DEFAULT else Process(arguments=(f"--{name}={level}",))
