"""Normal equations with one large factor, solved without ever holding a matrix as large as that factor.

The columns of a factor do not overlap, so its own block of the equations is diagonal and is eliminated first; what is
left is as large as the other factors together. Generalised inverses are used: sums of squares and projections do not
depend on which one (Searle 1971, *Linear Models*, chapter 1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse
from scipy.linalg import lapack

Floats = NDArray[np.float64]
Columns = sparse.csr_array

TOLERANCE = 1e-10  # of the largest diagonal element: what is left of a column that the others explain


@dataclass(frozen=True)
class Inverse:
    """A generalised inverse of a positive semidefinite matrix: Cholesky on columns of full rank, zero elsewhere."""

    keep: NDArray[np.intp]
    lower: Floats

    @property
    def rank(self) -> int:
        """How many columns are independent."""
        return len(self.keep)

    def times(self, right: Floats) -> Floats:
        """The inverse times a matrix or vector, on the kept rows only."""
        return np.asarray(linalg.cho_solve((self.lower, True), right[self.keep], check_finite=False))

    def quadratic(self, right: Floats) -> float:
        """``right' inverse right``."""
        return float(right[self.keep] @ self.times(right))


def inverse_of_rank(matrix: Floats, size: float | None = None) -> Inverse:
    """Factor a positive semidefinite matrix, leaving out columns that the others explain (LAPACK dpstrf).

    `size` is the scale that rounding is judged against; the largest diagonal element by default.
    """
    scale = float(np.diag(matrix).max(initial=0.0)) if size is None else size
    if not scale > 0:
        return Inverse(np.zeros(0, dtype=np.intp), np.zeros((0, 0)))
    _, order, rank, _ = lapack.dpstrf(matrix, tol=TOLERANCE * scale, lower=1)
    keep = np.sort(order[:rank] - 1)
    lower = linalg.cholesky(matrix[np.ix_(keep, keep)], lower=True, check_finite=False)
    return Inverse(keep, np.asarray(lower))


def gram(first: Columns, weights: Floats, second: Columns) -> Columns:
    """``first' W second``, sparse."""
    return sparse.csr_array(first.T @ sparse.csr_array(second.multiply(weights[:, None])))


class Solver:
    """The normal equations of ``[large, *rest]`` with weights, the factor `large` eliminated.

    `large` and `rest` are indicator or design columns, cells x levels; every level of `large` occurs.
    """

    def __init__(self, large: Columns, rest: Columns, weights: Floats) -> None:
        self._large, self._rest, self._weights = large, rest, weights
        self._diagonal = np.asarray(large.T @ weights)
        self._cross = gram(rest, weights, large)
        self._shrunk = scaled(self._cross, 1 / self._diagonal)
        full = gram(rest, weights, rest).toarray()
        self._schur = inverse_of_rank(full - (self._shrunk @ self._cross.T).toarray(), float(np.diag(full).max()))

    @property
    def rank(self) -> int:
        """The rank of all columns together."""
        return len(self._diagonal) + self._schur.rank

    def explained(self, y: Floats) -> float:
        """The sum of squares of `y` (cells) that the columns explain."""
        own = self._large.T @ (self._weights * y)
        left = self._rest.T @ (self._weights * y) - self._shrunk @ own
        return float(own**2 @ (1 / self._diagonal)) + self._schur.quadratic(left)

    def remove(self, columns: Columns, y: Floats) -> tuple[Floats, Floats]:
        """Products of `columns` among themselves and with `y`, after the projection on these columns is taken out."""
        own = gram(self._large, self._weights, columns)
        left = gram(self._rest, self._weights, columns).toarray() - (self._shrunk @ own).toarray()
        solved = self._schur.times(left)
        inner = gram(columns, self._weights, columns) - own.T @ sparse.diags_array(1 / self._diagonal) @ own
        plain = inner.toarray() - left[self._schur.keep].T @ solved
        own_y = self._large.T @ (self._weights * y)
        left_y = self._rest.T @ (self._weights * y) - self._shrunk @ own_y
        found = columns.T @ (self._weights * y) - own.T @ (own_y / self._diagonal) - solved.T @ left_y[self._schur.keep]
        return (plain + plain.T) / 2, np.asarray(found)

    def trace(self, noise: Floats) -> float:
        """The trace of the projection times a diagonal matrix: ``noise`` holds one value a cell."""
        large = self._large.T @ noise
        cross = gram(self._rest, noise, self._large)
        inner = (
            gram(self._rest, noise, self._rest)
            - cross @ self._shrunk.T
            - self._shrunk @ cross.T
            + scaled(self._shrunk, large) @ self._shrunk.T
        ).toarray()
        at = self._schur.keep
        return float((large / self._diagonal).sum()) + float(np.trace(self._schur.times(inner)[:, at]))


def scaled(matrix: sparse.csr_array, weights: Floats) -> sparse.csr_array:
    """The matrix with each column multiplied by its weight."""
    return sparse.csr_array((matrix.data * weights[matrix.indices], matrix.indices, matrix.indptr), shape=matrix.shape)
