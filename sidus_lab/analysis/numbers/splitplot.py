"""The tests of a swap design: between boots for nodes and images, within boots for codes (a split plot)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special, stats

from sidus_lab.analysis.numbers.strata import inverse_of

Floats = NDArray[np.float64]
Cause = Literal["hardware", "software", "code", "interaction"]

ALPHA = 0.02  # for naming a cause: all tests together are wrong at most that often, which keeps what is named 95 % true
# With fewer degrees of freedom the error is known so badly that real causes are rarely found, and what is found is
# often chance.
LEAST_DF = 5

CAUSES: dict[str, Cause] = {"node": "hardware", "image": "software", "code": "code"}


@dataclass(frozen=True)
class Line:
    """A test before correction: sum of squares of the effect, mean square of its error, and the difference of means.

    `size` is the largest difference of level means, `half` half its interval, `least` the difference found 9 times in
    10.
    """

    name: str
    cause: Cause
    sum_of_squares: float
    df: int
    error: float
    error_df: int
    size: float = math.nan
    half: float = math.nan
    least: float = math.nan
    why_not: str = ""

    @property
    def f(self) -> float:
        """The F ratio; NaN where it cannot be formed."""
        return ratio(self.sum_of_squares / self.df, self.error) if self.df else math.nan

    @property
    def p_value(self) -> float:
        """The p-value of the F ratio; NaN with too few degrees of freedom for the error."""
        if not self.df or self.error_df < LEAST_DF:
            return math.nan
        return float(special.fdtrc(self.df, self.error_df, self.f))


def between(table: pd.DataFrame, roles: list[str], level: float) -> list[Line]:
    """The tests between boots: factors one beside the other, their interaction, and the error between equal boots."""
    units = table.groupby("unit").agg({**dict.fromkeys(roles, "first"), "y": "mean"})
    y = units["y"].to_numpy() - units["y"].mean()
    codes = {role: np.asarray(units[role]) for role in roles if units[role].nunique() > 1}
    if not codes:
        return []
    cell = units.groupby(list(codes)).ngroup().to_numpy().astype(np.intp)
    rss_cell, rank_cell = _group_rss(y, cell)
    additive, rank = _rss(y, [_dummies(code) for code in codes.values()])
    pure_df, inter_df = len(y) - rank_cell, rank_cell - rank
    inter_ss = max(additive - rss_cell, 0.0)
    lines = []
    if pure_df >= 1 and inter_df >= 1:
        error, error_df = rss_cell / pure_df, pure_df
        lines.append(Line(":".join(codes), "interaction", inter_ss, inter_df, error, error_df))
        # When the interaction is there, a factor must be larger than it, not only larger than the error of boots.
        if float(special.fdtrc(inter_df, error_df, ratio(inter_ss / inter_df, error))) < ALPHA:
            error, error_df = inter_ss / inter_df, inter_df
    elif pure_df >= 1:
        error, error_df = rss_cell / pure_df, pure_df
    elif inter_df >= 1:
        error, error_df = inter_ss / inter_df, inter_df
    else:
        error, error_df = math.nan, 0
    for role, code in codes.items():
        others = [_dummies(other) for name, other in codes.items() if name != role]
        without, rank_without = _rss(y, others)
        df = rank - rank_without
        if df < 1:
            why = f"the {role} never changes while the others stay the same"
            lines.append(Line(role, CAUSES[role], 0.0, 0, math.nan, 0, why_not=why))
            continue
        ss = max(without - additive, 0.0)
        why = "" if error_df >= LEAST_DF else _too_few(error_df, "equal boots")
        size, half, least = _range(y, code, others, error, error_df, level)
        lines.append(Line(role, CAUSES[role], ss, df, error, error_df, size, half, least, why))
    return lines


def within(table: pd.DataFrame, level: float) -> list[Line]:
    """The tests of the code within boots, and of what it does together with node and image."""
    cells = table.groupby(["unit", "code"]).agg(
        {**{role: "first" for role in ("node", "image") if role in table.columns}, "y": "mean"}
    )
    cells = cells.reset_index()
    unit, code = cells["unit"].to_numpy(), cells["code"].to_numpy()
    y = _centre(cells["y"].to_numpy()[:, None], unit)[:, 0]
    main = _centre(_dummies(code)[:, 1:], unit)
    crossed = []
    for role in ("node", "image"):
        if role in cells.columns and cells[role].nunique() > 1:
            columns = _dummies(cells[role].to_numpy())[:, 1:]
            products = (_dummies(code)[:, 1:, None] * columns[:, None, :]).reshape(len(y), -1)
            crossed.append((f"{role}:code", _centre(products, unit)))
    full, rank_full = _rss(y, [main, *(block for _, block in crossed)], mean=False)
    units = len(np.unique(unit))
    error_df = len(y) - units - rank_full
    additive, rank_main = _rss(y, [main], mean=False)
    if error_df < LEAST_DF:
        # With few boots of each kind the interactions are counted as error.
        error_df, error, crossed = len(y) - units - rank_main, additive, []
    else:
        error = full
    error = error / error_df if error_df >= 1 else math.nan
    total = float(y @ y)
    why = "" if error_df >= LEAST_DF else _too_few(error_df, "codes within boots")
    size, half, least = _range(y, code, [], error, error_df, level)
    ss = max(total - additive, 0.0)
    lines = [Line("code", "code", ss, rank_main, error, error_df, size, half, least, why)]
    for name, _block in crossed:
        rest = [main, *(other for key, other in crossed if key != name)]
        without, rank_without = _rss(y, rest, mean=False)
        df = rank_full - rank_without
        if df >= 1:
            ss = max(without - full, 0.0)
            lines.append(Line(name, "interaction", ss, df, error, error_df))
    return lines


def _too_few(df: int, what: str) -> str:
    return f"the error rests on {df} comparisons of {what}; {LEAST_DF} at least are needed"


def _range(
    y: Floats, code: NDArray[np.intp], others: list[Floats], error: float, error_df: int, level: float
) -> tuple[float, float, float]:
    """The largest difference of adjusted means, half its interval, and the difference found 9 times in 10."""
    design = np.column_stack([np.ones(len(y)), *(block[:, 1:] for block in others), _dummies(code)[:, 1:]])
    solution, _ = least_squares(design, y)
    levels = int(code.max()) + 1
    means = np.concatenate([[0.0], solution[len(solution) - levels + 1 :]])
    high, low = int(np.argmax(means)), int(np.argmin(means))
    if error_df < 1 or not error >= 0:
        return float(means[high] - means[low]), math.nan, math.nan
    contrast = np.zeros(design.shape[1])
    for index, sign in ((high, 1.0), (low, -1.0)):
        if index:
            contrast[design.shape[1] - levels + index] += sign
    variance = float(contrast @ inverse_of(design.T @ design)[0] @ contrast) * error
    half = float(stats.t.ppf((1 + level) / 2, error_df)) * math.sqrt(variance)
    least = float(stats.t.isf(ALPHA / 2, error_df) + stats.t.isf(0.1, error_df)) * math.sqrt(variance)
    return float(means[high] - means[low]), half, least


def _dummies(code: NDArray[np.intp]) -> Floats:
    """The 0/1 matrix of a factor, levels renumbered to those that occur."""
    _, at = np.unique(code, return_inverse=True)
    matrix = np.zeros((len(at), int(at.max()) + 1))
    matrix[np.arange(len(at)), at] = 1
    return matrix


def _rss(y: Floats, blocks: list[Floats], *, mean: bool = True) -> tuple[float, int]:
    """The residual sum of squares on the columns of `blocks`, and their rank."""
    columns = [np.ones((len(y), 1))] if mean else []
    design = np.column_stack([*columns, *blocks]) if columns or blocks else np.zeros((len(y), 0))
    if not design.shape[1]:
        return float(y @ y), 0
    solution, rank = least_squares(design, y)
    left = y - design @ solution
    return float(left @ left), rank


def least_squares(design: Floats, y: Floats) -> tuple[Floats, int]:
    """Coefficients of least squares and the rank, by normal equations: fast, and exact enough for 0/1 columns."""
    inverse, rank = inverse_of(design.T @ design)
    solution = inverse @ (design.T @ y)
    # One step of refinement takes back what the normal equations lose.
    return np.asarray(solution + inverse @ (design.T @ (y - design @ solution))), rank


def _group_rss(y: Floats, code: NDArray[np.intp]) -> tuple[float, int]:
    """The sum of squares within groups, and their number."""
    left = _centre(y[:, None], code)[:, 0]
    return float(left @ left), int(code.max()) + 1


def _centre(columns: Floats, code: NDArray[np.intp]) -> Floats:
    """The columns without their group means."""
    _, at = np.unique(code, return_inverse=True)
    sizes = np.bincount(at).astype(float)
    means = np.stack([np.bincount(at, weights=column) / sizes for column in columns.T], axis=1)
    return np.asarray(columns - means[at])


def ratio(upper: float, lower: float) -> float:
    """Divide two mean squares; NaN where one is missing, infinite or 0 over a lower one of 0."""
    if math.isnan(upper) or math.isnan(lower):
        return math.nan
    return upper / lower if lower > 0 else (math.inf if upper > 0 else 0.0)
