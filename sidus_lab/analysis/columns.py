"""The columns of a table as people have them: numbers written as text, blanks around names, states by other words.

Each oddity gets the right answer, a note that says what was done, or one clear DataError; nothing is guessed.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from sidus_lab.errors import DataError
from sidus_lab.words import names

_NUMBER = re.compile(r"\s*([+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:[eE][+-]?\d+)?)\s*([^\d\s].*?)?\s*\Z")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+\Z")
_WELL = {"ok", "okay", "success", "succeeded", "successful", "passed", "pass", "done", "completed", "true"}
_BADLY = {
    "failed",
    "fail",
    "failure",
    "error",
    "lost",
    "cancelled",
    "canceled",
    "timeout",
    "aborted",
    "killed",
    "false",
}
_TEMPERATURE = re.compile(r"(°|deg(ree)?s?\s*)?\s*(c|f|celsius|fahrenheit)\Z", re.IGNORECASE)
_TEMPERATURE_NAME = re.compile(r"temp(erature)?s?(_|\b|\Z)|celsius|fahrenheit", re.IGNORECASE)


@dataclass(frozen=True)
class Numbers:
    """A column as floats: NaN where a cell holds none. `text` marks cells that hold something else than a number.

    `unit` is the unit written beside the numbers, or that the type of the column has; `converted` counts numbers that
    were written as text.
    """

    values: pd.Series[float]
    text: pd.Series[bool]
    unit: str = ""
    converted: int = 0


def check_columns(frame: pd.DataFrame, wanted: Sequence[str]) -> None:
    """Raise DataError where columns are missing, doubled, or named by several levels; or one is wanted in two roles."""
    if isinstance(frame.columns, pd.MultiIndex) or any(isinstance(name, tuple) for name in frame.columns):
        raise DataError(
            "The columns are named by tuples.",
            hint='Give each one name: frame.columns = ["_".join(map(str, c)) for c in frame.columns].',
        )
    twice = sorted({str(name) for name in wanted if list(frame.columns).count(name) > 1})
    if twice:
        raise DataError(f"There is more than one column {names(twice)}.", hint="Rename or drop all but one.")
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        raise DataError(
            f"There is no column {', '.join(map(repr, missing))}.",
            hint=f"Columns found: {', '.join(map(str, frame.columns[:12]))}.",
        )
    again = sorted({name for name in wanted if list(wanted).count(name) > 1})
    if again:
        raise DataError(f"The column {names(again)} is named in two roles.", hint="Name each column once.")


def check_level(level: float) -> None:
    """Raise DataError where `level` is no confidence level."""
    if isinstance(level, bool) or not isinstance(level, (int, float)) or not 0 < level < 1:
        hint = f"Did you mean level={level / 100:g}?" if isinstance(level, (int, float)) and 1 < level < 100 else ""
        raise DataError(f"A level is a share between 0 and 1, such as 0.95, not {level!r}.", hint=hint)


def numbers_of(column: pd.Series) -> Numbers:
    """The column as floats. Raises DataError for complex numbers, dates, yes and no, lists, and mixed units."""
    name, kind = str(column.name), column.dtype
    if pd.api.types.is_complex_dtype(kind):
        raise DataError(f"{name!r} holds complex numbers, which have no order.", hint="Take their real part or abs().")
    if pd.api.types.is_datetime64_any_dtype(kind) or isinstance(kind, pd.PeriodDtype):
        raise DataError(f"{name!r} holds moments, not amounts.", hint="Subtract the start, or name it as when=.")
    if pd.api.types.is_bool_dtype(kind):
        raise DataError(f"{name!r} holds yes and no, not numbers.", hint="Explain a number, such as a duration.")
    nothing = pd.Series(False, index=column.index)
    if pd.api.types.is_timedelta64_dtype(kind):
        return Numbers(column.dt.total_seconds().astype(float), nothing, "s")
    if pd.api.types.is_numeric_dtype(kind):
        return Numbers(pd.Series(column.to_numpy(dtype=float, na_value=np.nan), column.index), nothing)
    return _cells(column, name)


def labels_of(column: pd.Series) -> tuple[pd.Series, int]:
    """The column as labels without blanks around them (missing stays missing), and how many had some.

    Raises DataError for cells that are lists or other containers.
    """
    if pd.api.types.is_numeric_dtype(column.dtype) or isinstance(column.dtype, pd.CategoricalDtype):
        plain = column.astype(object) if isinstance(column.dtype, pd.CategoricalDtype) else column
        if not isinstance(column.dtype, pd.CategoricalDtype):
            return plain, 0
        column = plain
    try:
        codes, seen = pd.factorize(column)
    except TypeError:
        raise DataError(f"{column.name!r} has cells that hold lists.", hint="Give each cell one value.") from None
    if any(_container(label) for label in seen):
        raise DataError(f"{column.name!r} has cells that hold lists.", hint="Give each cell one value.")
    stripped = [label.strip() if isinstance(label, str) else label for label in seen]
    odd = np.array([isinstance(label, str) and label != bare for label, bare in zip(seen, stripped, strict=True)])
    if not odd.any() and "" not in stripped:
        return column, 0
    bare = np.array([None if label == "" else label for label in stripped] + [None], dtype=object)
    return pd.Series(bare[codes], column.index, name=column.name), int(odd[codes[codes >= 0]].sum())


def ended_well(column: pd.Series) -> pd.Series[bool]:
    """Which rows ended well, by the words or numbers of a status column: ok, OK, True, 200 (HTTP), 0 (exit code).

    Raises DataError where no value is known to mean that.
    """
    if pd.api.types.is_bool_dtype(column.dtype):
        return column.astype(bool)
    number = pd.to_numeric(column, errors="coerce")
    if number.notna().any() and number.notna().sum() == column.notna().sum():
        whole = number.dropna()
        if ((whole >= 100) & (whole < 600)).all():
            return (number >= 200) & (number < 300)
        if (whole == 0).any():
            return number == 0
        raise DataError(f"What the numbers in {str(column.name)!r} say is not known.", hint="Use ok for a good run.")
    words = column.astype("string").str.strip().str.casefold()
    well = words.isin(_WELL).fillna(False).astype(bool)
    if not well.any() and not words.dropna().isin(_BADLY).all():
        seen = names(sorted(set(words.dropna()))[:6])
        raise DataError(f"No {column.name!s} says that a run ended well: {seen}.", hint="Use ok for a good run.")
    return well


def simulated(frame: pd.DataFrame) -> bool:
    """Whether the data say that no machine measured them: a column ``simulated``, or the frame's attributes."""
    if "simulated" in frame.columns:
        marks = frame["simulated"].map(str).str.strip().str.casefold()
        if marks.isin(["true", "1", "1.0", "yes"]).any():
            return True
    return bool(frame.attrs.get("simulated", False))


def ratio_scale(values: Iterable[float], unit: str, name: str) -> bool:
    """Whether shares of the mean make sense: a scale with a true zero (no °C or °F), and all values above it."""
    if _TEMPERATURE.match(unit.strip()) or (not unit and _TEMPERATURE_NAME.search(name)):
        return False
    array = np.asarray(values, dtype=float)
    return bool(len(array) and (array > 0).all())


def natural(label: str) -> tuple[tuple[int, float, str], ...]:
    """A key that sorts labels as people do: numbers within them by size, so that 2 comes before 10."""
    parts = re.split(r"(\d+(?:\.\d+)?)", str(label))
    return tuple((0, float(p), "") if i % 2 else (1, 0.0, p) for i, p in enumerate(parts) if p)


def _cells(column: pd.Series[Any], name: str) -> Numbers:
    """A column of mixed cells."""
    values, units, text, converted, grouped = [], [], [], 0, 0
    for cell in column:
        value, unit, was_text = _number(cell, name)
        values.append(value)
        text.append(was_text and math.isnan(value))
        if was_text and not math.isnan(value):
            converted += 1
            units.append(unit)
            grouped += bool(_THOUSANDS.match(str(cell).strip()))
    if converted and grouped == converted and any("," in str(cell) for cell in column):
        raise DataError(
            f"Whether the comma in {name!r} marks thousands or a decimal cannot be told.",
            hint="Convert the column to numbers first.",
        )
    mixed = sorted(set(units))
    if len(mixed) > 1:
        raise DataError(f"{name!r} mixes units: {names([u or 'none' for u in mixed])}.", hint="Bring them to one.")
    index = column.index
    unit = mixed[0] if mixed else ""
    return Numbers(pd.Series(values, index, dtype=float), pd.Series(text, index, dtype=bool), unit, converted)


def _number(cell: Any, name: str) -> tuple[float, str, bool]:
    """A cell as (number or NaN, unit, whether it was text)."""
    if cell is None or cell is pd.NA or cell is pd.NaT or cell is np.ma.masked:
        return math.nan, "", False
    if isinstance(cell, np.ndarray) and cell.ndim == 0:
        cell = cell.item()
    if isinstance(cell, str):
        if cell.strip().casefold() in {"", "nan", "na", "n/a", "none", "null"}:
            return math.nan, "", False
        found = _NUMBER.match(cell)
        if found is None:
            try:
                return float(cell), "", True  # "inf", "1_000"
            except ValueError:
                return math.nan, "", True
        return float(found[1].replace(",", ".")), found[2] or "", True
    if isinstance(cell, (complex, np.complexfloating)):
        raise DataError(f"{name!r} holds complex numbers, which have no order.", hint="Take their real part or abs().")
    if isinstance(cell, datetime.timedelta):
        return cell.total_seconds(), "", False
    if isinstance(cell, (datetime.date, np.datetime64)):
        raise DataError(f"{name!r} holds moments, not amounts.", hint="Subtract the start, or name it as when=.")
    if _container(cell):
        raise DataError(f"{name!r} has cells that hold lists.", hint="One number a row: see DataFrame.explode.")
    try:
        return float(cell), "", False
    except (TypeError, ValueError):
        return math.nan, "", True


def _container(cell: Any) -> bool:
    return isinstance(cell, (list, tuple, set, dict)) or (isinstance(cell, np.ndarray) and cell.ndim > 0)
