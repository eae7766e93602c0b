"""REML for any set of random terms, from cells: exact gradient, a boundary that is tried and not feared, or a refusal.

The mixed-model equations are scaled by the square roots of the variance ratios (as in Bates et al. 2015, J. Stat.
Softw. 67) so that a ratio of 0 is an ordinary point. The largest random term is eliminated by its diagonal; what is
left is as large as the other terms together. The gradient follows Harville (1977), J. Am. Stat. Assoc. 72.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, optimize, sparse

from sidus_lab.analysis.numbers.cells import Cells
from sidus_lab.analysis.numbers.elimination import scaled
from sidus_lab.errors import DataError

Floats = NDArray[np.float64]

TINY = 1e-6  # a ratio below this is put to 0, and taken back where the likelihood rises from there
LEAST = 2e-10  # one that was taken back is 0 below this
SMALL = 50_000  # up to this many entries a dense matrix is faster than a sparse one
FLAT = 1e-4  # -2 log likelihood per unit of log ratio: what a maximum may be off by


@dataclass(frozen=True)
class Fit:
    """The maximum: variances of random terms and residual, -2 log restricted likelihood, fixed coefficients."""

    variances: Floats
    residual: float
    deviance: float
    coefficients: Floats
    covariance: Floats
    evaluations: int


@dataclass(frozen=True)
class _Layout:
    """Products that do not depend on the ratios, for one set of terms that are not zero.

    `cross` joins the columns of the other terms and the fixed part (the block) with the eliminated term; `parts` says
    where in the block each term is; `zero` has, for each term at 0, its products with the eliminated term and with
    the block.
    """

    large: int
    parts: dict[int, slice]
    cross: sparse.csr_array | Floats
    gram: Floats
    y: Floats
    block: sparse.csr_array
    zero: dict[int, tuple[Floats, Floats]]


class Profile:
    """The profiled restricted likelihood of the variance ratios (term / residual) of one table."""

    def __init__(self, table: Cells, design: Floats) -> None:
        self.terms = table.random
        self.rows, self.columns = table.rows, design.shape[1]
        counts, means = table.counts, table.means
        root = np.sqrt(counts)
        self.within = table.within_ss
        cells = np.arange(len(counts))
        # Each term's indicator matrix, weighted by the root of the counts: products of these are sums over rows.
        self.z = [
            sparse.csr_array((root, (cells, term.codes)), shape=(len(counts), term.levels)) for term in self.terms
        ]
        self.x = sparse.csr_array(design * root[:, None])
        self.y = root * means
        self.sizes = [np.bincount(term.codes, weights=counts, minlength=term.levels) for term in self.terms]
        self.zy = [np.asarray(z.T @ self.y) for z in self.z]
        self.xy = np.asarray(self.x.T @ self.y)
        self.evaluations = 0
        self._layouts: dict[tuple[bool, ...], _Layout] = {}

    def _layout(self, active: tuple[bool, ...]) -> _Layout:
        if active not in self._layouts:
            used = [index for index, on in enumerate(active) if on]
            large = max(used, key=lambda index: self.terms[index].levels)
            parts, start = {}, 0
            for index in used:
                if index != large:
                    parts[index] = slice(start, start + self.terms[index].levels)
                    start += self.terms[index].levels
            block = sparse.csr_array(sparse.hstack([*(self.z[index] for index in parts), self.x]))
            cross = sparse.csr_array(block.T @ self.z[large])
            small = cross.shape[0] * cross.shape[1] <= SMALL
            zero = {
                index: ((self.z[index].T @ self.z[large]).toarray(), (self.z[index].T @ block).toarray())
                for index, on in enumerate(active)
                if not on
            }
            y = np.concatenate([*(self.zy[index] for index in parts), self.xy])
            gram = (block.T @ block).toarray()
            self._layouts[active] = _Layout(large, parts, cross.toarray() if small else cross, gram, y, block, zero)
        return self._layouts[active]

    def __call__(self, ratios: Floats) -> tuple[float, Floats, tuple[float, Floats, Floats]]:
        """-2 log restricted likelihood, its gradient, and (residual variance, coefficients, covariance)."""
        self.evaluations += 1
        active = tuple(bool(ratio > 0) for ratio in ratios)
        free = self.rows - self.columns
        if not any(active):
            return self._without_terms(free)
        layout = self._layout(active)
        large, cross = layout.large, layout.cross
        scale = np.ones(len(layout.gram))
        for index, part in layout.parts.items():
            scale[part] = np.sqrt(ratios[index])
        random = len(scale) - self.columns
        root = float(np.sqrt(ratios[large]))
        diagonal = 1 + ratios[large] * self.sizes[large]
        # The Schur complement of the eliminated term, whose own block is diagonal.
        shrunk = _times_columns(cross, root**2 / diagonal)
        schur = (layout.gram - _dense(shrunk @ cross.T)) * np.outer(scale, scale)
        schur[np.arange(random), np.arange(random)] += 1
        lower = _cholesky(schur)
        right = scale * (layout.y - shrunk @ self.zy[large])
        solved = linalg.cho_solve((lower, True), right, check_finite=False)
        inverse = linalg.cho_solve((lower, True), np.eye(len(schur)), check_finite=False)
        b = scale * solved
        b_large = root**2 * (self.zy[large] - cross.T @ b) / diagonal
        # The penalised sum of squares is summed, not subtracted from the total: large ratios would cost all digits.
        left = self.y - layout.block @ b - self.z[large] @ b_large
        spent = solved[:random] @ solved[:random] + (b_large / root) @ (b_large / root)
        quadratic = float(self.within + left @ left + spent)
        if not quadratic > 0:
            raise DataError(
                "The model leaves nothing for the repeats: there is no residual variance.", hint="Drop a random term."
            )
        inner = inverse * np.outer(scale, scale)
        gradient = np.empty(len(ratios))
        for index, ratio in enumerate(ratios):
            # The score is Z' P y: the effects over the ratio, or, for a term at zero, the residuals summed by level.
            if index == large:
                score = b_large / ratio
                twice = _times_columns(shrunk, 1 / diagonal)
                used = float((1 / diagonal).sum()) + float((inner * _dense(twice @ cross.T)).sum())
                trace = (len(diagonal) - used) / float(ratio)
            elif index in layout.parts:
                part = layout.parts[index]
                score = b[part] / ratio
                trace = (len(score) - float(np.trace(inverse[part, part]))) / float(ratio)
            else:  # at zero no division by the ratio is possible, so the product itself is formed
                with_large, with_block = layout.zero[index]
                score = self.z[index].T @ left
                rest = with_block - _dense(shrunk @ with_large.T).T
                used = float((with_large**2 @ (root**2 / diagonal)).sum()) + float(((rest @ inner) * rest).sum())
                trace = float(self.sizes[index].sum()) - used
            gradient[index] = trace - free * float(score @ score) / quadratic
        logdet = float(np.log(diagonal).sum()) + 2 * float(np.log(np.diag(lower)).sum())
        variance = quadratic / free
        value = free * (np.log(2 * np.pi * variance) + 1) + logdet
        return float(value), gradient, (variance, b[random:], variance * inverse[random:, random:])

    def _without_terms(self, free: int) -> tuple[float, Floats, tuple[float, Floats, Floats]]:
        """The same with every ratio at 0: ordinary least squares."""
        gram = (self.x.T @ self.x).toarray()
        lower = _cholesky(gram)
        inverse = linalg.cho_solve((lower, True), np.eye(len(gram)))
        b = inverse @ self.xy
        left = self.y - self.x @ b
        quadratic = float(self.within + left @ left)
        gradient = np.empty(len(self.terms))
        for index, z in enumerate(self.z):
            with_x = (z.T @ self.x).toarray()
            score = z.T @ left
            trace = float(self.sizes[index].sum()) - float(((with_x @ inverse) * with_x).sum())
            gradient[index] = trace - free * float(score @ score) / quadratic
        value = free * (np.log(2 * np.pi * quadratic / free) + 1) + 2 * float(np.log(np.diag(lower)).sum())
        return float(value), gradient, (quadratic / free, b, quadratic / free * inverse)


def _times_columns(matrix: sparse.csr_array | Floats, weights: Floats) -> Any:
    """The matrix with each column multiplied by its weight, in the same storage."""
    if isinstance(matrix, np.ndarray):
        return matrix * weights
    return scaled(matrix, weights)


def _dense(matrix: Any) -> Floats:
    return matrix if isinstance(matrix, np.ndarray) else np.asarray(matrix.toarray())


def _cholesky(matrix: Floats) -> Floats:
    try:
        return np.asarray(linalg.cholesky(matrix, lower=True, check_finite=False))
    except linalg.LinAlgError as error:
        raise DataError(
            "The model cannot be solved: the data cannot separate its factors.", hint="Drop one of the factors."
        ) from error


def fit(table: Cells, design: Floats, start: Floats | None = None, *, exact: bool = True) -> Fit:
    """Maximise the restricted likelihood, or raise DataError; `start` are variance ratios to begin from.

    The search runs in the logarithm of the ratios of the terms that are not zero. A term is put to 0 where it shrinks
    towards it, and taken back once where the likelihood rises from there. The result is accepted only when every
    gradient says that nothing can be gained.
    """
    profile = Profile(table, design)
    count = len(table.random)
    ratios = np.clip(np.full(count, 0.1) if start is None else start, 1e-3, 1e6)
    active = np.ones(count, dtype=bool)
    returned = np.zeros(count, dtype=bool)
    for _ in range(4 * count + 4):
        ratios = _search(profile, ratios, active, exact)
        tiny = active & (ratios < np.where(returned, LEAST, TINY))
        if tiny.any():
            smallest = int(np.argmin(np.where(active, ratios, np.inf)))
            active[smallest], ratios[smallest] = False, 0.0
            continue
        value, gradient, rest = profile(ratios)
        rising = ~active & (gradient < 0) & ~returned
        if rising.any():
            returned |= rising
            active |= rising
            ratios = np.where(rising, 1e-3, ratios)
            continue
        if (np.abs(gradient * ratios) < (FLAT if exact else 100 * FLAT)).all():
            return Fit(ratios * rest[0], rest[0], value, rest[1], rest[2], profile.evaluations)
        break
    raise DataError(
        "REML did not converge, so no variance components are given.",
        hint="Look for a term that the data hardly separate from another, and leave it out.",
    )


def _search(profile: Profile, ratios: Floats, active: NDArray[np.bool_], exact: bool) -> Floats:
    """The best ratios of the active terms, the others held at 0."""
    if not active.any():
        return np.zeros_like(ratios)

    def objective(logs: Floats) -> tuple[float, Floats]:
        value, gradient = _at(profile, logs, active)
        return value, gradient

    start = np.log(np.maximum(ratios[active], 1e-9))
    bounds = [(-23.0, 28.0)] * int(active.sum())
    options: Any = {"ftol": 1e-14, "gtol": 1e-5, "maxiter": 200}
    found = optimize.minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    result = np.zeros_like(ratios)
    result[active] = np.exp(_polish(profile, np.asarray(found.x), active) if exact else found.x)
    return result


def _at(profile: Profile, logs: Floats, active: NDArray[np.bool_]) -> tuple[float, Floats]:
    """The objective and its gradient in the logarithm of the active ratios."""
    ratios = np.zeros(len(active))
    ratios[active] = np.exp(logs)
    value, gradient, _ = profile(ratios)
    return value, gradient[active] * ratios[active]


def _polish(profile: Profile, logs: Floats, active: NDArray[np.bool_]) -> Floats:
    """Newton steps on the exact gradient, for the digits that the size of the likelihood itself hides."""
    gradient = _at(profile, logs, active)[1]
    for _ in range(3):
        if np.abs(gradient).max() < 1e-8 or np.exp(logs).min() < TINY:
            break
        step = 1e-4
        columns = [
            (_at(profile, logs + step * unit, active)[1] - _at(profile, logs - step * unit, active)[1]) / (2 * step)
            for unit in np.eye(len(logs))
        ]
        hessian = (np.stack(columns) + np.stack(columns).T) / 2
        if np.linalg.eigvalsh(hessian).min() <= 0:
            break
        better = logs - np.clip(np.linalg.solve(hessian, gradient), -1, 1)
        there = _at(profile, better, active)[1]
        if np.abs(there).max() >= np.abs(gradient).max():
            break
        logs, gradient = better, there
    return logs
