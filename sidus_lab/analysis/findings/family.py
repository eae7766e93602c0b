"""All tests of one verdict as one family: what a verdict ticks is false in 5 % of tables at the most.

Holm's (1979) step-down test with weights. What was asked weighs most; tests that look at assumptions, or at more than
was asked, may cost little of its power. A swap design has a level of its own (`splitplot.ALPHA`), and leaves the rest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal

from sidus_lab.analysis.numbers.noise import holm
from sidus_lab.analysis.numbers.splitplot import ALPHA as SWAP_ALPHA

Kind = Literal["nodes", "kind", "setting", "varies", "repeats", "drift"]
Test = tuple[Kind, str]
"""What is tested (``varies``: that a setting acts alike on all nodes), and of which operation or setting."""

ALPHA = 0.05
WEIGHTS: Mapping[Kind, float] = {
    "nodes": 1.0,
    "kind": 1.0,
    "setting": 1.0,
    "varies": 0.2,
    "repeats": 0.25,
    "drift": 0.25,
}


def corrected(tests: Mapping[Test, float], *, swap: bool = False) -> dict[Test, float]:
    """The p-values as they may be held against `ALPHA`; NaN stays NaN. `swap`: a swap design is tested beside these."""
    share = (ALPHA - SWAP_ALPHA) / ALPHA if swap else 1.0
    adjusted = holm(list(tests.values()), [WEIGHTS[kind] for kind, _ in tests])
    return {test: min(value / share, 1.0) for test, value in zip(tests, adjusted, strict=True)}


def strictest(kind: Kind, tests: Mapping[Test, float]) -> float:
    """The level at which a test of that kind is shown whatever becomes of the other `tests` (their p-values)."""
    known = sum(WEIGHTS[other] for (other, _), value in tests.items() if not math.isnan(value))
    return ALPHA * WEIGHTS[kind] / max(known, WEIGHTS[kind])
