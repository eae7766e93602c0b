"""Single nodes that stand far from all others."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from sidus_lab.analysis.numbers.between import Between

LEAST, MOST, CHANCE = 8, 5, 0.01


def standing_apart(means: Sequence[tuple[str, float]], test: Between) -> tuple[tuple[str, float], ...]:
    """Nodes that equal nodes would hardly show (1 in 100 tables): (node, distance from the median node), five at most.

    Distances are shares of the median where all means are positive, else in the unit of the response.
    """
    values = np.array([value for _, value in means])
    if len(values) < LEAST:
        return ()
    median = float(np.median(values))
    # The spread cannot be smaller than what the repeats alone give a mean, or equal nodes would make any node odd.
    repeats = math.sqrt(max(test.parts.within, 0.0) / float(test.worth.mean()))
    spread = max(1.4826 * float(np.median(np.abs(values - median))), repeats)
    if not spread > 0:
        return ()
    # The median deviation of few nodes is itself uncertain (about as much as a third as many would be): hence
    # Student's t.
    limit = float(special.stdtrit(len(values) / 3, 1 - CHANCE / 2 / len(values)))
    far = sorted((-abs(value - median) / spread, name, value) for name, value in means)
    odd = [(name, value) for distance, name, value in far if -distance > limit][:MOST]
    scale = median if (values > 0).all() else 1.0
    return tuple((name, (value - median) / scale) for name, value in odd)
