"""A response with what some factors do on the same nodes taken out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sidus_lab.analysis.numbers.splitplot import least_squares

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


def without(values: Floats, node: Codes, factors: Sequence[pd.Series[str]]) -> Floats:
    """The values less the effects of `factors` (one label a row), estimated from what they do within each node.

    A factor that never changes within a node has no effect of its own here and takes nothing out.
    """
    sizes = np.bincount(node)

    def inside(column: Floats) -> Floats:
        return np.asarray(column - (np.bincount(node, weights=column) / sizes)[node])

    columns = []
    for factor in factors:
        codes, labels = pd.factorize(factor, sort=True)
        columns += [(codes == level).astype(float) for level in range(1, len(labels))]
    if not columns:
        return values
    design = np.stack(columns, axis=1)
    centred = np.stack([inside(column) for column in columns], axis=1)
    solution, rank = least_squares(centred, inside(values))
    if not rank:
        return values
    taken = design @ solution
    return np.asarray(values - (taken - taken.mean()))
