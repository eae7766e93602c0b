"""Engines: how a planned execution comes to run on a machine, in kinds.

To add a kind: one file here with a class as `engine.Engine` says, and its line in `KINDS` below.
"""

from typing import Final

from sidus_lab.experiments.engines.direct import Direct
from sidus_lab.experiments.engines.engine import Engine, EngineMaker, Outcome
from sidus_lab.experiments.factors import DesignError
from sidus_lab.kinds import Kinds

__all__ = ["KINDS", "Direct", "Engine", "EngineMaker", "Outcome"]

#: The kinds of engines, by name.
KINDS: Final[Kinds[EngineMaker]] = Kinds("engine", {"direct": Direct}, error=DesignError)
