"""The rows of a table that can be used; every other row is counted, with the reason, as a finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sidus_lab.analysis.columns import check_columns, ended_well, labels_of, numbers_of
from sidus_lab.analysis.finding import Claim
from sidus_lab.analysis.findings.claims import Odd, RowsFinding
from sidus_lab.analysis.findings.copies import once
from sidus_lab.errors import DataError
from sidus_lab.words import count


@dataclass(frozen=True)
class Usable:
    """The rows that can be used, the response as floats; `lost` are the others that did not end well.

    `unit` is one that was written beside the numbers.
    """

    rows: pd.DataFrame
    lost: pd.DataFrame
    findings: tuple[RowsFinding, ...]
    unit: str

    def fates(self, column: str) -> pd.DataFrame:
        """Level and fate (columns level, lost) of every run, those that did not end well included."""
        parts = [(self.rows, False), (self.lost, True)]
        tables = [pd.DataFrame({"level": rows[column].astype(str), "lost": fate}) for rows, fate in parts]
        return pd.concat([table for table in tables if len(table)], ignore_index=True)


def usable(frame: pd.DataFrame, response: str, labels: Sequence[str], identify: Sequence[str]) -> Usable:
    """Sort out the rows of `frame`: `labels` are columns of names, `identify` those named that may tell runs apart.

    Raises DataError for columns that are missing or not to be used so, and for a table without a usable row.
    """
    check_columns(frame, [response, *labels, *identify])
    if not len(frame):
        raise DataError("The table has no rows.")
    total, found = len(frame), list[RowsFinding]()

    def note(reason: Odd, rows: int, claim: Claim = Claim.ROWS_LEFT_OUT, columns: Sequence[str] = ()) -> None:
        if rows:
            found.append(
                RowsFinding(
                    about="data",
                    claim=claim,
                    subject=response,
                    held=False,
                    rows=rows,
                    reason=reason,
                    columns=tuple(columns),
                    total=total,
                )
            )

    rows = frame.reset_index(drop=True)  # tables that were joined number their rows twice
    for name in labels:
        rows[name], blanks = labels_of(rows[name])
        note("trimmed", blanks, Claim.ROWS_ODD, [name])
    rows, copies, keys = once(rows, list(labels), identify)
    note("copies" if keys else "alike", copies, Claim.ROWS_COUNTED_ONCE if keys else Claim.ROWS_ALIKE, keys)
    lost = rows.head(0)
    if "status" in rows.columns and "status" not in (response, *labels):
        well = ended_well(rows["status"])
        lost, rows = rows[~well], rows[well]
        note("status", len(lost))
    numbers = numbers_of(rows[response])
    if numbers.values.isna().all() and numbers.text.any():
        raise DataError(
            f"The column {response!r} holds text where numbers belong.", hint="Convert it with pandas.to_numeric."
        )
    unknown = ~np.isfinite(numbers.values) & ~numbers.text
    nameless = rows[list(labels)].isna().any(axis=1) & ~unknown & ~numbers.text
    note("converted", numbers.converted, Claim.ROWS_ODD)
    note("text", int(numbers.text.sum()))
    note("infinite", int(unknown.sum()))
    note("nameless", int(nameless.sum()), columns=labels)
    keep = ~(numbers.text | unknown | nameless)
    kept = rows[keep].assign(**{response: numbers.values[keep]})
    if not len(kept):
        said = "; ".join(f"{count(item.rows, 'row')}: {item.reason}" for item in found)
        raise DataError(f"No row can be used ({said}).", hint=f"Look at the column {response!r}.")
    return Usable(kept, lost, tuple(found), numbers.unit)
