"""The mean squares of a table with thousands of levels, from sparse products and without their eigenvalues.

As `strata.split`, which holds the eigenvalues of every term's contrasts: fast for hundreds of levels, and growing with
their cube. Here a term whose contrasts have one variance for themselves and one that shrinks with precision (nothing in
the table is finer but the repeats) needs only traces and products, for which the largest factor is eliminated by its
diagonal. Without fitted components the mean square is that of Henderson's method III (1953, Biometrics 9).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from sidus_lab.analysis.numbers import elimination, strata
from sidus_lab.analysis.numbers.cells import Cells
from sidus_lab.analysis.numbers.elimination import Columns, Inverse, Solver

Floats = NDArray[np.float64]

COLUMNS = 1500  # up to this many levels of all terms, eigenvalues of dense matrices are as fast
AT_ONCE = 256


@dataclass(frozen=True)
class _Precise:
    """The contrasts of a term kept as their precisions `sizes`: `found` are the effects, `vectors` lead back."""

    index: int
    sizes: Floats
    found: Floats
    vectors: Floats
    noise: Floats

    def weighed(self, fitted: Floats | None) -> strata.Weighed:
        """As `strata.Term`; without `fitted`, contrasts count by their precision."""
        df = len(self.sizes)
        own, per_cell = (0.0, 1.0) if fitted is None else _two(self.index, self.noise, fitted)
        weights = 1 / (own + per_cell / self.sizes)
        weights *= df / float((weights / self.sizes).sum())
        effects = self.vectors @ (self.found * np.sqrt(weights))
        expect = self.noise * df
        expect[self.index] = float(weights.sum())
        return strata.Weighed(float(weights @ self.found**2) / df, df, expect / df, effects)


@dataclass(frozen=True)
class _Largest:
    """The contrasts of the largest term: never formed, only summed.

    `diagonal` are the sizes of its levels, `cross` the products of the other terms with it, `gram` those among the
    other terms, `score` the term's products with the response after the others are taken out, `explained` the sum of
    squares that the term explains after them.
    """

    index: int
    diagonal: Floats
    cross: sparse.csr_array
    gram: Floats
    score: Floats
    explained: float
    df: int
    noise: Floats

    def weighed(self, fitted: Floats | None) -> strata.Weighed:
        """As `strata.Term`. The sums over contrasts are traces of ``(own * S + per_cell)^-1``, S their precision."""
        own, per_cell = (0.0, 1.0) if fitted is None else _two(self.index, self.noise, fitted)
        shift = own * self.diagonal + per_cell
        shrunk = elimination.scaled(self.cross, 1 / shift)
        inverse = elimination.inverse_of_rank(self.gram - own * (shrunk @ self.cross.T).toarray())
        diagonal = 1 / shift + own * _quadratics(inverse, shrunk)
        solved = self.score / shift + own * (shrunk[inverse.keep].T @ inverse.times(shrunk @ self.score))
        null = len(self.diagonal) - self.df
        precision = (float(diagonal.sum()) - null / per_cell) / self.df  # mean over contrasts of 1 / (own * size + ...)
        if own > 0:
            square = (self.explained - own * float(self.score @ solved)) / per_cell
            worth = (1 - per_cell * precision) / own
            spread_of = own * (1 - per_cell * diagonal)
            effects = own * solved / np.sqrt(np.maximum(spread_of, 1e-12 * own))
        else:
            square = self.explained / per_cell
            taken = _quadratics(elimination.inverse_of_rank(self.gram), self.cross)
            worth = float((self.diagonal - taken).sum()) / self.df / per_cell
            effects = solved
        expect = self.noise.copy()
        expect[self.index] = worth / precision
        return strata.Weighed(square / self.df / precision, self.df, expect, effects)


def _quadratics(inverse: Inverse, columns: sparse.csr_array) -> Floats:
    """``c' inverse c`` for each of the columns, a few at a time: all of them together would be a large dense matrix."""
    found = np.empty(columns.shape[1])
    kept = sparse.csc_array(columns[inverse.keep])
    for start in range(0, len(found), AT_ONCE):
        part = kept[:, start : start + AT_ONCE].toarray()
        half = linalg.solve_triangular(inverse.lower, part, lower=True, check_finite=False, overwrite_b=True)
        found[start : start + AT_ONCE] = np.einsum("ij,ij->j", half, half)
    return found


def _two(index: int, noise: Floats, fitted: Floats) -> tuple[float, float]:
    """The variance of a contrast: of the term itself, and what is divided by the contrast's precision."""
    return max(float(fitted[index]), 0.0), float(noise @ fitted)


def suits(table: Cells) -> bool:
    """Whether a table is split here: many levels, no term inside a large one, and cells that are comparable."""
    finest = table.finest
    terms = [(i, term) for i, term in enumerate(table.random) if i != finest]
    if sum(term.levels for _, term in terms) <= COLUMNS:
        return False
    nested = any(strata.finer(b.codes, a.codes) for i, a in terms for j, b in terms if i != j)
    even = finest is None or bool((table.counts == table.counts[0]).all())
    return not nested and even


def split(table: Cells, design: Floats, *, adaptive: bool = True) -> strata.Split:
    """Split a large `table` by its terms, as `strata.split` does; for tables that it `suits`.

    Raises DataError when a term has no degrees of freedom beside the others.
    """
    finest = table.finest
    weights = table.counts if finest is None else np.ones(len(table.counts))
    cells = np.arange(len(weights))
    fixed = sparse.csr_array(design)
    columns = {
        i: sparse.csr_array((np.ones(len(cells)), (cells, term.codes)), shape=(len(cells), term.levels))
        for i, term in enumerate(table.random)
        if i != finest
    }
    # What one unit of each component adds to a contrast's variance, times the contrast's precision.
    noise = np.zeros(len(table.random) + 1)
    noise[-1] = 1.0 if finest is None else 1 / float(table.counts[0])
    if finest is not None:
        noise[finest] = 1.0
    largest = max(columns, key=lambda i: columns[i].shape[1])
    whole = Solver(columns[largest], _beside(columns, largest, fixed), weights)
    contrasts: dict[int, strata.Term] = {}
    for index in columns:
        found: strata.Term | None
        if index == largest:
            found = _largest(table, columns, index, fixed, weights, whole, noise)
        else:
            others = {i: each for i, each in columns.items() if i != index}
            solver = Solver(columns[largest], _beside(others, largest, fixed), weights)
            plain, score = solver.remove(columns[index], table.means)
            sizes, vectors = strata.spectrum(plain, float(np.bincount(table.random[index].codes, weights).max()))
            found = _Precise(index, sizes, vectors.T @ score / sizes, vectors, noise) if len(sizes) else None
        if found is None:
            raise strata.inseparable(table.random[index].name)
        contrasts[index] = found
    total = float((weights * table.means) @ table.means)
    per_cell = weights**2 / table.counts
    left = strata.Left(
        max(total - whole.explained(table.means), 0.0),
        len(cells) - whole.rank,
        float((per_cell / weights).sum()) - (whole.trace(per_cell) if finest is not None else 0.0),
    )
    return strata.Split(table, contrasts, strata.rest_of(table, finest, left, adaptive), adaptive)


def _largest(
    table: Cells,
    columns: dict[int, Columns],
    index: int,
    fixed: Columns,
    weights: Floats,
    whole: Solver,
    noise: Floats,
) -> _Largest | None:
    own, rest = columns[index], _beside(columns, index, fixed)
    gram = elimination.gram(rest, weights, rest).toarray()
    inverse = elimination.inverse_of_rank(gram)
    df = whole.rank - inverse.rank
    if df < 1:
        return None
    cross = elimination.gram(rest, weights, own)
    y = np.asarray(rest.T @ (weights * table.means))
    score = own.T @ (weights * table.means) - cross[inverse.keep].T @ inverse.times(y)
    explained = max(whole.explained(table.means) - inverse.quadratic(y), 0.0)
    return _Largest(index, np.asarray(own.T @ weights), cross, gram, np.asarray(score), explained, df, noise)


def _beside(columns: dict[int, Columns], index: int, fixed: Columns) -> Columns:
    return sparse.csr_array(sparse.hstack([fixed, *(each for i, each in columns.items() if i != index)]))
