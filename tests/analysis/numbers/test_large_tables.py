"""Tables with thousands of levels: the same mean squares as the dense way, and estimates that are right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sidus_lab.analysis.numbers import large_tables, strata
from sidus_lab.analysis.numbers.cells import Cells, cells
from sidus_lab.analysis.numbers.components import components
from sidus_lab.errors import DataError


def crossed(levels: tuple[int, int], rows: int, seed: int, *, islands: bool = False) -> pd.DataFrame:
    """Two crossed factors of very uneven sizes (standard deviations 1, 0.5 and 1), drawn at random."""
    random = np.random.default_rng(seed)
    first = np.minimum((levels[0] * random.random(rows) ** 2).astype(int), levels[0] - 1)
    second = random.integers(0, levels[1], rows)
    if islands:  # two parts of the table that no row connects
        second = np.where(first % 2 == 0, second // 2, levels[1] // 2 + second // 2)
    y = random.normal(size=levels[0])[first] + 0.5 * random.normal(size=levels[1])[second] + random.normal(size=rows)
    return pd.DataFrame({"a": first, "b": second, "y": 7 + y, "kind": np.where(second % 3 == 0, "x", "z")})


def both(table: Cells) -> tuple[strata.Split, strata.Split]:
    design, _ = strata.fixed_design(table)
    return strata.split(table, design), large_tables.split(table, design)


@pytest.mark.parametrize("islands", [False, True])
@pytest.mark.parametrize("fitted", [[1.0, 0.25, 1.0], [0.0, 0.2, 2.0], [3.0, 0.0, 0.5]])
def test_the_mean_squares_are_those_of_the_dense_way(fitted: list[float], islands: bool) -> None:
    table = cells(crossed((60, 25), 400, 5, islands=islands), "y", ["a", "b"], ["kind"])
    dense, large = (each.strata(fitted=np.array(fitted)) for each in both(table))
    assert np.allclose(dense.mean_squares, large.mean_squares, rtol=1e-8)
    assert np.allclose(dense.expect, large.expect, rtol=1e-8)
    assert (dense.df == large.df).all()


def test_a_term_as_fine_as_the_cells_is_the_error_of_the_means() -> None:
    frame = crossed((60, 25), 300, 6)
    frame = pd.concat([frame.drop_duplicates(["a", "b"])] * 2)
    frame["y"] += np.random.default_rng(0).normal(size=len(frame))
    table = cells(frame, "y", ["a", "b", "a:b"])
    dense, large = (each.strata(fitted=np.array([1.0, 0.25, 0.3, 1.0])) for each in both(table))
    assert np.allclose(dense.mean_squares, large.mean_squares, rtol=1e-8)
    assert np.allclose(dense.expect, large.expect, rtol=1e-8)


def test_without_components_they_are_those_of_henderson() -> None:
    """Method III: what a term explains after the others, over its degrees of freedom."""
    table = cells(crossed((60, 25), 400, 7), "y", ["a", "b"])
    _, large = both(table)
    found = large.strata()
    weights = np.sqrt(table.counts)
    columns = {name: np.eye(t.levels)[t.codes] * weights[:, None] for name, t in zip("ab", table.random, strict=True)}
    mean, y = weights[:, None], weights * table.means

    def explained(*parts: np.ndarray) -> float:
        x = np.hstack(parts)
        return float(y @ x @ np.linalg.pinv(x) @ y)

    whole = explained(mean, columns["a"], columns["b"])
    assert found.mean_squares[0] * found.df[0] == pytest.approx(whole - explained(mean, columns["b"]))
    assert found.mean_squares[1] * found.df[1] == pytest.approx(whole - explained(mean, columns["a"]))


def test_worth_follows_the_tails() -> None:
    """One level far out: the largest term's mean square is worth fewer degrees of freedom, as in the dense way."""
    frame = crossed((80, 20), 2000, 8)
    frame.loc[frame["a"] == 5, "y"] += 40
    dense, large = (each.strata(np.array([20.0, 0.25, 1.0])) for each in both(cells(frame, "y", ["a", "b"])))
    assert large.worth[0] < 0.5 * large.df[0]
    assert large.worth[0] == pytest.approx(dense.worth[0], rel=0.25)


def test_a_large_table_gives_what_it_was_made_of() -> None:
    frame = crossed((1800, 400), 20_000, 9)
    assert large_tables.suits(cells(frame, "y", ["a", "b"]))
    found = components(frame, "y", random=["a", "b"])
    for name, truth in (("a", 1.0), ("b", 0.25), ("residual", 1.0)):
        assert found[name].interval is not None
        assert found[name].interval.low < truth < found[name].interval.high


def test_tables_that_it_does_not_suit() -> None:
    frame = crossed((1800, 400), 6000, 10)
    frame["c"] = frame["a"] // 10
    assert not large_tables.suits(cells(frame.head(500), "y", ["a", "b"]))  # few levels
    assert not large_tables.suits(cells(frame, "y", ["c", "c:a"]))  # one term inside the other
    assert not large_tables.suits(cells(frame, "y", ["a", "b", "a:b"]))  # cells of uneven precision


def test_a_term_without_a_comparison_of_its_own_is_refused() -> None:
    """The same factor twice."""
    frame = crossed((60, 25), 400, 11)
    table = cells(frame, "y", ["a", "b"])
    same = replace(table, random=(table.random[0], replace(table.random[0], name="c")))
    with pytest.raises(DataError, match="no comparison is left"):
        large_tables.split(same, strata.fixed_design(same)[0])
