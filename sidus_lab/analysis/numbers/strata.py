"""Independent mean squares of a random-effects table, and what each expects: the ground of every interval.

For balanced tables they are the mean squares of the analysis of variance. For unbalanced ones each term's effects are
estimated as if fixed. Their plain variance is close to a multiple of chi square whatever the cell sizes (Thomas and
Hultquist 1978, Ann. Statist. 6; Burdick and Graybill 1992, chapter 4); weighed by their precision at the fitted
components it is one exactly, as far as these are right (Wald 1940, Ann. Math. Statist. 11).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from sidus_lab.analysis.numbers.cells import Cells, Codes
from sidus_lab.analysis.numbers.intervals import BETWEEN_TRUST, effective_df, excess_kurtosis, within_trust
from sidus_lab.errors import DataError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Strata:
    """One mean square per random term, then the residual; `expect[i, j]` weighs component j in E[square i].

    `df` are the nominal degrees of freedom, `worth` those left after heavy tails.
    """

    names: tuple[str, ...]
    mean_squares: Floats
    df: Floats
    worth: Floats
    expect: Floats

    @property
    def raw(self) -> Floats:
        """The moment estimates of the components, which may be negative."""
        return np.asarray(np.linalg.solve(self.expect, self.mean_squares))


def finer(first: Codes, second: Codes) -> bool:
    """Whether every level of `first` lies within one level of `second`."""
    levels = int(first.max()) + 1
    low, high = np.full(levels, np.iinfo(np.intp).max), np.full(levels, -1)
    np.minimum.at(low, first, second)
    np.maximum.at(high, first, second)
    return bool((low == high).all())


def fixed_design(table: Cells) -> tuple[Floats, list[tuple[str, str]]]:
    """The columns of the fixed part, cells x p: the mean, then each level against the first, none redundant."""
    columns, names = [np.ones(len(table.counts))], [("mean", "")]
    for term in table.fixed:
        for level in range(1, term.levels):
            columns.append((term.codes == level).astype(float))
            names.append((term.name, term.labels[level] if term.labels else str(level)))
    design = np.stack(columns, axis=1)
    keep: list[int] = []
    basis = np.zeros((len(design), 0))
    for index in range(design.shape[1]):
        column = design[:, index] - basis @ (basis.T @ design[:, index])
        column -= basis @ (basis.T @ column)
        norm = float(np.linalg.norm(column))
        if norm > 1e-8 * np.sqrt(len(design)):
            keep.append(index)
            basis = np.column_stack([basis, column / norm])
    return design[:, keep], [names[index] for index in keep]


@dataclass(frozen=True)
class _Products:
    """Inner products of the columns of the fixed part and of every term but the finest; `parts` says which are where.

    `plain` weighs the cells, `noise` weighs them again with the residual variance of each cell's mean.
    """

    parts: dict[int, slice]
    plain: Floats
    noise: Floats
    y: Floats
    total: float
    noise_total: float
    cells: int


@dataclass(frozen=True)
class Weighed:
    """One mean square: its value, its degrees of freedom, what each component adds to its expectation, the effects.

    `effects` (one a level) are scaled alike, so that their kurtosis is that of the term.
    """

    square: float
    df: int
    expect: Floats
    effects: Floats


class Term(Protocol):
    """The contrasts of one term, however they are kept."""

    def weighed(self, fitted: Floats | None) -> Weighed:
        """The mean square under the `fitted` components (random terms, then the repeats), or without them."""


@dataclass(frozen=True)
class _Contrasts:
    """The effects of one term, estimated as if fixed, in orthogonal contrasts.

    `found` are the df contrasts, `variances[a, j]` what one unit of component j adds to the variance of contrast a
    (the last column is that of the repeats), `own` what a residual of 1 per cell adds, `back` (levels x df) gives the
    effects again.
    """

    found: Floats
    variances: Floats
    own: Floats
    back: Floats

    def weighed(self, fitted: Floats | None) -> Weighed:
        """The mean square; all contrasts count alike, or by their precision under the `fitted` components."""
        df = len(self.found)
        weights = np.ones(df) if fitted is None else 1 / (self.variances @ fitted)
        weights = weights * df / float(weights @ self.own)
        effects = self.back @ (self.found * np.sqrt(weights))
        return Weighed(float(weights @ self.found**2) / df, df, weights @ self.variances / df, effects)


@dataclass(frozen=True)
class Split:
    """A table split into the contrasts of its terms and what is left: what mean squares are made of.

    `rest` holds the mean squares of the repeats and of a term as fine as the cells, and zeros for the other terms.
    """

    table: Cells
    contrasts: Mapping[int, Term]
    rest: Strata
    adaptive: bool

    def strata(self, fitted: Floats | None = None) -> Strata:
        """The mean squares. With the `fitted` components, contrasts count by their precision under these (Wald 1940).

        Without, all contrasts of a term count alike. For a balanced table that is the same. For very uneven cells the
        first kind follows the likelihood: a level that was hardly measured weighs little where levels hardly differ.
        """
        rest = self.rest
        squares, dfs, worth, expect = (part.copy() for part in (rest.mean_squares, rest.df, rest.worth, rest.expect))
        for index, each in self.contrasts.items():
            found = each.weighed(fitted)
            squares[index], dfs[index], expect[index] = found.square, found.df, found.expect
            excess = excess_kurtosis(found.effects, found.df) if self.adaptive else 0.0
            worth[index] = effective_df(found.df, excess, self.table.random[index].levels, BETWEEN_TRUST)
        return Strata(rest.names, squares, dfs, worth, expect)


def split(table: Cells, design: Floats, *, adaptive: bool = True) -> Split:
    """Split `table` by its terms; raises DataError when a term has no degrees of freedom beside the others."""
    # A term as fine as the cells is the error of the cell means: these then count alike, whatever their number of rows.
    finest = table.finest
    products = _products(table, design, finest)
    contrasts = {}
    for index, term in enumerate(table.random):
        if index == finest:
            continue
        others = [i for i in products.parts if i != index and (i < 0 or not finer(table.random[i].codes, term.codes))]
        # The effects of this term are those of own - mix @ others, adjusted for the others.
        own = products.parts[index]
        at = np.concatenate([np.arange(products.plain.shape[0])[products.parts[i]] for i in others])
        mix = products.plain[own][:, at] @ inverse_of(products.plain[np.ix_(at, at)])[0]
        whole = products.plain[own, own]
        # Against the whole: where the others explain all of this term, what is left is rounding, and has a size too.
        sizes, vectors = spectrum(whole - mix @ products.plain[at][:, own], float(np.diag(whole).max()))
        if not len(sizes):
            raise inseparable(term.name)
        to_contrasts = (vectors / sizes).T
        variances = np.zeros((len(sizes), len(table.random) + 1))
        for j, other in enumerate(table.random):
            if j == finest:
                variances[:, j] = 1 / sizes
            elif j == index:
                variances[:, j] = 1.0
            elif finer(other.codes, term.codes):
                to = products.parts[j]
                rows = to_contrasts @ (products.plain[own, to] - mix @ products.plain[at, to])
                variances[:, j] = (rows**2).sum(axis=1)
        noise = (
            products.noise[own, own]
            - mix @ products.noise[at][:, own]
            - products.noise[own][:, at] @ mix.T
            + mix @ products.noise[np.ix_(at, at)] @ mix.T
        )
        variances[:, -1] = ((to_contrasts @ noise) * to_contrasts).sum(axis=1)
        found = to_contrasts @ (products.y[own] - mix @ products.y[at])
        contrasts[index] = _Contrasts(found, variances, 1 / sizes, vectors)
    return Split(table, contrasts, rest_of(table, finest, _left(products), adaptive), adaptive)


def inseparable(name: str) -> DataError:
    """The error for a term of which no comparison is left beside the others."""
    return DataError(
        f"{name!r} cannot be told from the other factors: no comparison is left for it.",
        hint="Leave it out, or measure its levels together with more levels of the others.",
    )


def _products(table: Cells, design: Floats, finest: int | None) -> _Products:
    weights = table.counts if finest is None else np.ones(len(table.counts))
    cells = np.arange(len(weights))
    blocks, parts, start = [sparse.csr_array(design)], {-1: slice(0, design.shape[1])}, design.shape[1]
    for index, term in enumerate(table.random):
        if index != finest:
            shape = (len(cells), term.levels)
            blocks.append(sparse.csr_array((np.ones(len(cells)), (cells, term.codes)), shape=shape))
            parts[index] = slice(start, start + term.levels)
            start += term.levels
    columns = sparse.csr_array(sparse.hstack(blocks))
    weighted = sparse.csr_array(columns.multiply(weights[:, None]))
    noise = weights**2 / table.counts
    noisy = sparse.csr_array(columns.multiply(noise[:, None]))
    return _Products(
        parts,
        (columns.T @ weighted).toarray(),
        (columns.T @ noisy).toarray(),
        np.asarray(weighted.T @ table.means),
        float((weights * table.means) @ table.means),
        float((noise / weights).sum()),
        len(cells),
    )


@dataclass(frozen=True)
class Left:
    """What the terms together leave of the cell means: sum of squares, degrees of freedom, and `noise`.

    `noise` is what one unit of the repeats' variance adds to that sum of squares (used with a finest term only).
    """

    squares: float
    df: int
    noise: float


def _left(products: _Products) -> Left:
    inverse, rank = inverse_of(products.plain)
    squares = max(products.total - float(products.y @ inverse @ products.y), 0.0)
    noise = products.noise_total - float((inverse * products.noise).sum())
    return Left(squares, products.cells - rank, noise)


def rest_of(table: Cells, finest: int | None, left: Left, adaptive: bool) -> Strata:
    """The last mean squares: what is left of the cell means, and what lies within cells.

    Raises DataError where nothing is left to tell the repeats, or the finest term, from the other factors.
    """
    count = len(table.random)
    squares, dfs, worth = np.zeros(count + 1), np.zeros(count + 1), np.zeros(count + 1)
    expect = np.zeros((count + 1, count + 1))
    within_df = table.within_df
    expect[count, count] = 1.0
    if finest is None:
        df = left.df + within_df
        if df < 1:
            raise DataError(
                "The factors together fit every row exactly: nothing is left to tell the repeats' variance from.",
                hint="Measure more, or leave a factor out.",
            )
        squares[count], dfs[count] = (table.within_ss + left.squares) / df, df
    else:
        name = table.random[finest].name
        if left.df < 1:
            raise DataError(f"{name!r} cannot be told from the other factors: no comparison is left for it.")
        squares[finest] = left.squares / left.df
        dfs[finest] = worth[finest] = left.df
        expect[finest, finest] = 1.0
        expect[finest, count] = left.noise / left.df
        if within_df < 1:
            raise DataError(f"Every {name!r} was measured once: it cannot be told from the repeats.")
        squares[count], dfs[count] = table.within_ss / within_df, within_df
    excess = table.within_excess if adaptive and within_df > 0 else 0.0
    worth[count] = effective_df(dfs[count], excess, table.rows, within_trust(dfs[count]))
    return Strata((*(term.name for term in table.random), "residual"), squares, dfs, worth, expect)


def spectrum(gram: Floats, size: float = 0.0) -> tuple[Floats, Floats]:
    """The eigenvalues of a symmetric matrix of inner products that are not 0 beside `size`, and their eigenvectors."""
    values, vectors = linalg.eigh(gram, driver="evd", check_finite=False)
    keep = values > max(values[-1], size) * 1e-10
    return np.asarray(values[keep]), np.asarray(vectors[:, keep])


def inverse_of(gram: Floats) -> tuple[Floats, int]:
    """The pseudo-inverse of a symmetric matrix of inner products, and its rank."""
    values, vectors = spectrum(gram)
    return np.asarray((vectors / values) @ vectors.T), len(values)
