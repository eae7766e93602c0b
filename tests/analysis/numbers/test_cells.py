"""A table reduced to its cells: the same counts and means as by pandas, and what no method can separate."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sidus_lab.analysis.numbers import cells as module
from sidus_lab.analysis.numbers.cells import cells
from sidus_lab.errors import DataError


def table(seed: int = 0, offset: float = 0.0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    n, i, r = (axis.ravel() for axis in np.meshgrid(range(4), range(3), range(3), indexing="ij"))
    frame = pd.DataFrame({"node": n, "image": i, "repeat": r, "y": offset + random.normal(size=n.size)})
    return frame.drop(index=[0, 5, 6, 7, 8]).sample(frac=1, random_state=seed)  # cells of all sizes, one of them empty


@pytest.mark.parametrize("dense", [module.DENSE, 1])
@pytest.mark.parametrize("offset", [0.0, 1e9])
def test_counts_means_and_squares_are_those_of_the_rows(
    monkeypatch: pytest.MonkeyPatch, dense: int, offset: float
) -> None:
    monkeypatch.setattr(module, "DENSE", dense)  # with 1 the combinations are renumbered
    frame = table(offset=offset)
    found = cells(frame, "y", ["node", "image"])
    by = frame.assign(y=frame["y"] - offset).groupby(["node", "image"])["y"]
    nodes, images = (np.array(term.labels)[term.codes].astype(int) for term in found.random)
    assert len(found.counts) == by.ngroups == 11
    grand = float((frame["y"] - offset).mean())
    for node, image, count, mean in zip(nodes, images, found.counts, found.means, strict=True):
        assert count == by.size()[node, image]
        assert mean == pytest.approx(by.mean()[node, image] - grand, abs=1e-6)
    assert found.within_ss == pytest.approx(float((by.var().fillna(0) * (by.size() - 1)).sum()), rel=1e-6)
    assert found.centre == pytest.approx(frame["y"].mean(), rel=1e-12)
    assert (found.rows, found.within_df) == (31, 20)


def test_a_combination_is_a_term_of_its_own() -> None:
    found = cells(table(), "y", ["node", "node:image"])
    assert [(term.name, term.levels) for term in found.random] == [("node", 4), ("node:image", 11)]
    assert len(np.unique(found.random[1].codes)) == 11


@pytest.mark.parametrize(
    ("change", "random", "message"),
    [
        ({}, [], "No random factor"),
        ({}, ["rack"], "no column 'rack'"),
        ({"y": "fast"}, ["node"], "text where numbers belong"),
        ({"y": np.inf}, ["node"], "31 of 31 values"),
        ({"node": None}, ["node"], "31 rows have no 'node'"),
        ({"node": "n1"}, ["node"], r"one level only \(n1\)"),
        ({"twin": lambda f: f["node"] + 10}, ["node", "twin"], "are confounded"),
        ({"run": lambda f: range(len(f))}, ["run"], "was measured once"),
    ],
)
def test_what_cannot_be_used_is_refused(change: dict[str, Any], random: list[str], message: str) -> None:
    with pytest.raises(DataError, match=message):
        cells(table().assign(**change), "y", random)


def test_no_rows() -> None:
    with pytest.raises(DataError, match="no rows"):
        cells(table().head(0), "y", ["node"])
    with pytest.raises(DataError, match="no column 'speed'"):
        cells(table(), "speed", ["node"])
