"""Factors: what is set on purpose, in kinds. A kind knows how to find, set, verify and undo a level.

To add a kind: one file here with a class as `kind.FactorKind` says, and its line in `KINDS` below.
"""

from sidus_lab.experiments.factors.factor import KINDS, Factor
from sidus_lab.experiments.factors.kind import DEFAULT, DesignError, FactorKind, Process

__all__ = ["DEFAULT", "KINDS", "DesignError", "Factor", "FactorKind", "Process"]
