"""How close two results are whose bits differ: which elements, units in the last place, digits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sidus_lab.errors import DataError
from sidus_lab.words import number

_INTEGER = {np.dtype(np.float16): np.int16, np.dtype(np.float32): np.int32, np.dtype(np.float64): np.int64}


@dataclass(frozen=True)
class Closeness:
    """The difference of two arrays of floating-point numbers.

    `equal_bits` says whether every element is the same bit for bit (signed zeros and NaN payloads count). `differing`
    is how many elements are not, `where` the indices of the first ones. `max_ulp` is the largest distance in units in
    the last place (the number of representable values between; infinite when one side is NaN or infinite and the
    other is not), at `worst`. `digits` are the decimal digits that agree in the worst element; `relative` is the
    norm-wise relative difference.
    """

    equal_bits: bool
    elements: int
    differing: int
    where: tuple[tuple[int, ...], ...]
    max_ulp: float
    worst: tuple[int, ...] | None
    digits: float
    relative: float

    def __str__(self) -> str:
        if self.equal_bits:
            return f"All {self.elements} elements are equal bit for bit."
        return (
            f"{self.differing} of {self.elements} elements differ, by at most {number(self.max_ulp)} units in the "
            f"last place; {self.digits:.1f} digits agree in the worst one."
        )


def compare_results(first: ArrayLike, second: ArrayLike, *, show: int = 10) -> Closeness:
    """Compare two arrays of equal shape and floating-point type (float16, float32, float64; complex by its two parts).

    Units in the last place are counted on the ordered integers of the bit patterns (Goldberg 1991, ACM Comput. Surv.
    23). Raises DataError when shapes or types differ, or the type is not floating point.

    >>> found = sl.analysis.compare_results([1.0, 2.0], [1.0, 2.0 + 2**-51])
    >>> found.equal_bits, found.max_ulp
    (False, 1.0)
    """
    a, b = np.asarray(first), np.asarray(second)
    if a.shape != b.shape or a.dtype != b.dtype:
        raise DataError(
            f"The results differ in kind: {a.dtype} {a.shape} against {b.dtype} {b.shape}.",
            hint="Compare results of the same shape and type.",
        )
    if a.dtype.kind == "c":
        a, b = (_parts(array) for array in (a, b))
    if a.dtype not in _INTEGER:
        raise DataError(
            f"Results of type {a.dtype} have no units in the last place.", hint="Use a floating-point type."
        )
    bits_a, bits_b = (np.ascontiguousarray(array).view(_INTEGER[a.dtype]) for array in (a, b))
    differs = bits_a != bits_b
    count = int(differs.sum())
    if not count:
        return Closeness(True, a.size, 0, (), 0.0, None, math.inf, 0.0)
    distance = _distance(a, b, bits_a, bits_b)
    worst = np.unravel_index(int(np.argmax(distance)), a.shape)
    places = np.argwhere(differs)[:show]
    return Closeness(
        False,
        a.size,
        count,
        tuple(tuple(int(i) for i in place) for place in places),
        float(distance[worst]),
        tuple(int(i) for i in worst),
        _digits(a, b),
        _relative(a, b),
    )


def _parts(array: NDArray[Any]) -> NDArray[Any]:
    """Real and imaginary parts along a last axis."""
    return np.stack([array.real, array.imag], axis=-1)


def _distance(a: NDArray[Any], b: NDArray[Any], bits_a: NDArray[Any], bits_b: NDArray[Any]) -> NDArray[np.float64]:
    """How many representable values lie between, element by element."""
    smallest = np.iinfo(bits_a.dtype).min

    def ordered(bits: NDArray[Any]) -> NDArray[Any]:
        # Negative numbers count downwards from -0.0, which stands at 0 with +0.0.
        return np.where(bits < 0, smallest - bits, bits)

    x, y = ordered(bits_a), ordered(bits_b)
    # The distance may be larger than the integers hold: as unsigned it is right, then as a float.
    unsigned = np.dtype(f"u{bits_a.dtype.itemsize}")
    with np.errstate(over="ignore"):
        gap = np.where(x >= y, x.view(unsigned) - y.view(unsigned), y.view(unsigned) - x.view(unsigned)).astype(float)
    finite_a, finite_b = np.isfinite(a), np.isfinite(b)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    return np.where(finite_a & finite_b | same, np.where(np.isnan(a) & np.isnan(b), 0.0, gap), np.inf)


def _digits(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Decimal digits that agree in the worst element: -log10 of the relative difference, at least 0."""
    x, y = a.astype(float), b.astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        size = np.maximum(np.abs(x), np.abs(y))
        relative = np.abs(x / size - y / size)  # divided first, so that nothing overflows
    relative = np.where(x == y, 0.0, relative)
    relative = np.where(np.isnan(x) & np.isnan(y), 0.0, np.where(np.isnan(relative), 1.0, relative))
    worst = float(relative.max())
    return math.inf if worst == 0 else max(-math.log10(worst), 0.0)


def _relative(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Euclidean norm of the difference over that of the larger; NaN when something is not finite."""
    x, y = a.astype(float), b.astype(float)
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return math.nan
    largest = max(float(np.abs(x).max()), float(np.abs(y).max()))
    if largest == 0:
        return 0.0
    x, y = x / largest, y / largest
    return float(np.linalg.norm(x - y)) / max(float(np.linalg.norm(x)), float(np.linalg.norm(y)))
