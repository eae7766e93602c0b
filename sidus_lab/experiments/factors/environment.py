"""A factor that is a variable of the process' environment."""

from __future__ import annotations

import re

from sidus_lab.experiments.factors.kind import DEFAULT, DesignError, OfProcess, Process

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class Environment(OfProcess):
    """``NAME=level``; the level ``default`` leaves the variable unset, whatever the node's own environment says."""

    def check_name(self, name: str) -> None:
        """Raise `DesignError` when this cannot be the name of a variable."""
        if not _NAME.match(name):
            raise DesignError(f"{name!r} cannot be the name of an environment variable.", hint="use letters, digits, _")

    def process(self, name: str, level: str) -> Process:
        """Return the variable; at ``default`` it is unset."""
        return Process(environment={} if level == DEFAULT else {name: level}, unset=(name,))
