"""Independent mean squares of a random-effects table, and what each expects: the ground of every interval.

For balanced tables they are the mean squares of the analysis of variance. For unbalanced ones they are the unweighted
ones (Thomas and Hultquist 1978, Ann. Statist. 6; Burdick and Graybill 1992, chapter 4): each term's effects are
estimated as if fixed, and their plain variance is close to a multiple of chi square whatever the cell sizes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

from sidus_lab.analysis.cells import Cells, Codes
from sidus_lab.analysis.intervals import BETWEEN_TRUST, effective_df, excess_kurtosis, within_trust
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


def strata(table: Cells, design: Floats, *, adaptive: bool = True) -> Strata:
    """The mean squares of `table`; raises DataError when a term has no degrees of freedom beside the others."""
    # A term as fine as the cells is the error of the cell means: these then count alike, whatever their number of rows.
    finest = next((i for i, term in enumerate(table.random) if term.levels == len(table.counts)), None)
    products = _products(table, design, finest)
    count = len(table.random)
    squares, dfs, worth = np.zeros(count + 1), np.zeros(count + 1), np.zeros(count + 1)
    expect = np.zeros((count + 1, count + 1))
    for index, term in enumerate(table.random):
        if index == finest:
            continue
        others = [i for i in products.parts if i != index and (i < 0 or not finer(table.random[i].codes, term.codes))]
        # The effects of this term are inverse @ (own - mix @ others)' y, adjusted for the others.
        own = products.parts[index]
        at = np.concatenate([np.arange(products.plain.shape[0])[products.parts[i]] for i in others])
        mix = products.plain[own][:, at] @ inverse_of(products.plain[np.ix_(at, at)])[0]
        inverse, df = inverse_of(products.plain[own, own] - mix @ products.plain[at][:, own])
        if df < 1:
            raise DataError(
                f"{term.name!r} cannot be told from the other factors: no comparison is left for it.",
                hint="Leave it out, or measure its levels together with more levels of the others.",
            )
        effects = inverse @ (products.y[own] - mix @ products.y[at])
        scale = df / float(np.trace(inverse))
        squares[index], dfs[index] = scale * float(effects @ effects) / df, df
        for j, other in enumerate(table.random):
            if j == finest:
                expect[index, j] = 1.0
            elif j == index or finer(other.codes, term.codes):
                to = products.parts[j]
                weights = inverse @ (products.plain[own, to] - mix @ products.plain[at, to])
                expect[index, j] = scale / df * float((weights**2).sum())
        noise = (
            products.noise[own, own]
            - mix @ products.noise[at][:, own]
            - products.noise[own][:, at] @ mix.T
            + mix @ products.noise[np.ix_(at, at)] @ mix.T
        )
        expect[index, count] = scale / df * float(((inverse @ noise) * inverse).sum())
        excess = excess_kurtosis(effects, df) if adaptive else 0.0
        worth[index] = effective_df(df, excess, term.levels, BETWEEN_TRUST)
    _residual(table, finest, products, squares, dfs, worth, expect, adaptive)
    return Strata((*(term.name for term in table.random), "residual"), squares, dfs, worth, expect)


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


def _residual(
    table: Cells,
    finest: int | None,
    products: _Products,
    squares: Floats,
    dfs: Floats,
    worth: Floats,
    expect: Floats,
    adaptive: bool,
) -> None:
    """Fill in the last mean squares: what is left of the cell means, and what lies within cells."""
    count = len(table.random)
    inverse, rank = inverse_of(products.plain)
    left = max(products.total - float(products.y @ inverse @ products.y), 0.0)
    left_df = products.cells - rank
    within_df = table.within_df
    expect[count, count] = 1.0
    if finest is None:
        df = left_df + within_df
        if df < 1:
            raise DataError(
                "The factors together fit every row exactly: nothing is left to tell the repeats' variance from.",
                hint="Measure more, or leave a factor out.",
            )
        squares[count], dfs[count] = (table.within_ss + left) / df, df
    else:
        name = table.random[finest].name
        if left_df < 1:
            raise DataError(f"{name!r} cannot be told from the other factors: no comparison is left for it.")
        squares[finest] = left / left_df
        dfs[finest] = worth[finest] = left_df
        expect[finest, finest] = 1.0
        expect[finest, count] = (products.noise_total - float((inverse * products.noise).sum())) / left_df
        if within_df < 1:
            raise DataError(f"Every {name!r} was measured once: it cannot be told from the repeats.")
        squares[count], dfs[count] = table.within_ss / within_df, within_df
    excess = table.within_excess if adaptive and within_df > 0 else 0.0
    worth[count] = effective_df(dfs[count], excess, table.rows, within_trust(dfs[count]))


def inverse_of(gram: Floats) -> tuple[Floats, int]:
    """The pseudo-inverse of a symmetric matrix of inner products, and its rank."""
    values, vectors = linalg.eigh(gram, driver="evd", check_finite=False)
    keep = values > values[-1] * 1e-10
    return np.asarray((vectors[:, keep] / values[keep]) @ vectors[:, keep].T), int(keep.sum())
