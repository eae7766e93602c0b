"""The noise floor from A/A rows, and p-values of many tests."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sidus_lab.analysis.numbers.noise import aa_floor, adjust, benjamini_hochberg, holm


def test_margin_from_the_aa_floor() -> None:
    random = np.random.default_rng(0)
    rows = [
        (f"n{n}", which, float(np.exp(random.normal(0, 0.01))))
        for n in range(6)
        for which in ("A", "A'")
        for _ in range(5)
    ]
    floor = aa_floor(pd.DataFrame(rows, columns=["node", "aa", "duration"]))
    assert floor.pairs == 6
    assert 0.003 < floor.relative < 0.06
    assert floor.among(10) > floor.among(2)
    empty = aa_floor(pd.DataFrame({"node": ["a"], "aa": ["A"], "duration": [1.0]}))
    assert not empty.known
    assert np.isnan(empty.among(2))


def test_floor_covers_a_new_aa_difference() -> None:
    """About 95 % of further A/A differences stay below the floor (they are drawn like the ones it came from)."""
    below = []
    for seed in range(400):
        random = np.random.default_rng(seed)
        rows = [
            (f"n{n}", a, float(np.exp(random.normal(0, 0.02)))) for n in range(4) for a in ("A", "A'") for _ in range(3)
        ]
        floor = aa_floor(pd.DataFrame(rows, columns=["node", "aa", "duration"]))
        fresh = random.normal(0, 0.02, 3).mean() - random.normal(0, 0.02, 3).mean()
        below.append(abs(np.expm1(abs(fresh))) < floor.relative)
    assert 0.92 < np.mean(below) < 0.985


def test_corrections() -> None:
    """Holm (1979) and Benjamini and Hochberg (1995, their own 15 p-values: 4 rejected at 0.05)."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528]
    values += [0.7590, 1.0]
    assert sum(p <= 0.05 for p in benjamini_hochberg(values)) == 4
    assert sum(p <= 0.05 for p in holm(values)) == 3
    assert benjamini_hochberg(values) == pytest.approx(list(stats.false_discovery_control(values)))
    assert np.isnan(holm([0.01, float("nan")])[1])
    assert adjust([0.01, 0.04], "bh") == pytest.approx([0.02, 0.04])
