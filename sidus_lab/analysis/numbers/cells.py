"""Sufficient statistics of a designed table: one cell for each combination of levels that occurs.

Everything after this module costs as much as there are cells; the rows are looked at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sidus_lab.analysis.numbers.intervals import excess_kurtosis
from sidus_lab.errors import DataError

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

DENSE = 5_000_000  # up to this many combinations a counting table is faster than sorting


@dataclass(frozen=True)
class Term:
    """A factor, or a combination of factors (``node:image``): the level of each cell, as a code 0..levels-1."""

    name: str
    codes: Codes
    levels: int
    labels: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Cells:
    """A table reduced to its cells: c counts and means (centred on the grand mean), and what lies within the cells."""

    counts: Floats
    means: Floats
    within_ss: float
    within_excess: float
    centre: float
    random: tuple[Term, ...]
    fixed: tuple[Term, ...]

    @property
    def rows(self) -> int:
        """How many rows the table had."""
        return int(self.counts.sum())

    @property
    def within_df(self) -> int:
        """The degrees of freedom within cells."""
        return self.rows - len(self.counts)

    @property
    def finest(self) -> int | None:
        """Which random term is as fine as the cells, if one is: it is the error of their means."""
        return next((i for i, term in enumerate(self.random) if term.levels == len(self.counts)), None)


def cells(frame: pd.DataFrame, response: str, random: Sequence[str], fixed: Sequence[str] = ()) -> Cells:
    """Reduce `frame` (n rows) to the cells of the terms named in `random` and `fixed`.

    A term is a column, or columns joined by ``:`` for their combination. Raises DataError for a missing column, text
    where numbers belong, values or levels that are missing, and terms that the data cannot separate.
    """
    if not random:
        raise DataError("No random factor was named.", hint="Name at least one, such as random=['node'].")
    values = numbers(frame, response)
    columns = list(dict.fromkeys(name for term in (*random, *fixed) for name in term.split(":")))
    codes, levels, labels = _factors(frame, columns)
    index, size, renumbered = _number(codes, levels, columns)
    counts, means, within_ss, excess, centre = _moments(values, index, size)
    seen = np.flatnonzero(counts)
    of_cell = {}
    if renumbered:
        example = np.empty(size, dtype=np.intp)
        example[index] = np.arange(len(values))  # one row of each cell tells the levels of every factor in it
        of_cell = {name: codes[name][example[seen]] for name in columns}
    else:
        rest = seen
        for name in reversed(columns):
            rest, of_cell[name] = np.divmod(rest, levels[name])
    terms = [_term(term, of_cell, labels) for term in (*random, *fixed)]
    found = Cells(
        counts[seen], means[seen], within_ss, excess, centre, tuple(terms[: len(random)]), tuple(terms[len(random) :])
    )
    _check(found)
    return found


def _number(
    codes: dict[str, Codes], levels: dict[str, int], columns: Sequence[str]
) -> tuple[NDArray[np.int64], int, bool]:
    """Each row's combination as one number, how many there may be, and whether they were renumbered."""
    index = codes[columns[0]].astype(np.int64)
    size, renumbered = levels[columns[0]], False
    for name in columns[1:]:
        index = index * levels[name] + codes[name]
        size *= levels[name]
        if size > DENSE:  # only the combinations that occur: keeps the numbers, and the tables over them, small
            index = np.unique(index, return_inverse=True)[1].astype(np.int64)
            size, renumbered = int(index.max()) + 1, True
    return index, size, renumbered


def numbers(frame: pd.DataFrame, column: str) -> Floats:
    """The column as floats; a DataError when it is absent, holds text, or has values that are missing or infinite."""
    if column not in frame.columns:
        raise DataError(
            f"There is no column {column!r}.", hint=f"Columns found: {', '.join(map(str, frame.columns[:12]))}."
        )
    if not len(frame):
        raise DataError("The table has no rows.")
    try:
        values = np.asarray(pd.to_numeric(frame[column]), dtype=float)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"The column {column!r} holds text where numbers belong.", hint="Convert it with pandas.to_numeric."
        ) from error
    bad = int((~np.isfinite(values)).sum())
    if bad:
        raise DataError(
            f"{bad} of {len(values)} values of {column!r} are missing or infinite.", hint="Drop those rows, and say so."
        )
    return values


def _factors(
    frame: pd.DataFrame, columns: Sequence[str]
) -> tuple[dict[str, Codes], dict[str, int], dict[str, list[str]]]:
    codes, levels, labels = {}, {}, {}
    for name in columns:
        if name not in frame.columns:
            raise DataError(
                f"There is no column {name!r}.", hint=f"Columns found: {', '.join(map(str, frame.columns[:12]))}."
            )
        found, uniques = pd.factorize(frame[name])
        if (found < 0).any():
            raise DataError(f"{int((found < 0).sum())} rows have no {name!r}.", hint="Drop those rows, and say so.")
        codes[name], levels[name] = found.astype(np.intp), len(uniques)
        labels[name] = [str(label) for label in uniques]
    return codes, levels, labels


def _moments(values: Floats, index: NDArray[np.int64], size: int) -> tuple[Floats, Floats, float, float, float]:
    """Counts, means (centred), and the sum of squares and excess kurtosis within cells; two passes for accuracy."""
    counts = np.bincount(index, minlength=size).astype(float)
    full = np.maximum(counts, 1)
    origin = float(values[0])  # shifting by a value of the data is exact where a large mean would cost digits
    shifted = values - origin
    offset = float(shifted.mean())
    shifted -= offset
    means = np.bincount(index, weights=shifted, minlength=size) / full
    residual = shifted - means[index]
    cells = int((counts > 0).sum())
    within_ss = float(residual @ residual)
    df = len(values) - cells
    excess = excess_kurtosis(residual, df)
    if cells and df > 0:
        # Residuals of small cells show less of the kurtosis of single values (same correction as in one_way).
        inverse = 1 / full[counts > 0]
        weight = counts[counts > 0]
        fourth = weight @ ((1 - inverse) ** 4 + (weight - 1) * inverse**4)
        excess *= float(weight @ (1 - inverse) ** 2) / float(fourth)
    grand = float((counts @ means) / counts.sum())
    return counts, np.where(counts > 0, means - grand, 0.0), within_ss, excess, origin + offset + grand


def _term(name: str, of_cell: dict[str, Codes], labels: dict[str, list[str]]) -> Term:
    parts = name.split(":")
    if len(parts) == 1:
        return Term(name, of_cell[name], len(labels[name]), tuple(labels[name]))
    stacked = np.stack([of_cell[part] for part in parts])
    unique, codes = np.unique(stacked, axis=1, return_inverse=True)
    return Term(name, np.asarray(codes, dtype=np.intp).ravel(), unique.shape[1])


def _check(found: Cells) -> None:
    """Refuse what no method can separate: one level only, confounded terms, a term that is as fine as the rows."""
    terms = (*found.random, *found.fixed)
    for term in terms:
        if term.levels < 2:
            label = f" ({term.labels[0]})" if term.labels else ""
            raise DataError(
                f"{term.name!r} has one level only{label}: its effect cannot be told.", hint="Measure at least two."
            )
    for number, first in enumerate(terms):
        for second in terms[number + 1 :]:
            pairs = len(np.unique(first.codes * second.levels + second.codes))
            if pairs == first.levels == second.levels:
                raise DataError(
                    f"{first.name!r} and {second.name!r} are confounded: each level of one goes with one level of "
                    "the other.",
                    hint="Cross them: run several levels of one with each level of the other.",
                )
    for term in found.random:
        if term.levels == found.rows:
            raise DataError(
                f"Every {term.name!r} was measured once: its variance cannot be told from that of the repeats.",
                hint="Repeat the measurement at least twice.",
            )
