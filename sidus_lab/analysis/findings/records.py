"""A frame of records checked before anything is said of it: which rows can be used, and why the others cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from sidus_lab.analysis.columns import check_columns, ended_well, labels_of
from sidus_lab.analysis.columns import simulated as is_simulated
from sidus_lab.analysis.finding import Claim
from sidus_lab.analysis.findings.claims import RowsFinding
from sidus_lab.analysis.findings.copies import once
from sidus_lab.errors import DataError
from sidus_lab.words import count

NEEDED = ("node", "operation", "status", "duration", "result_hash")
BASELINE = "default"
LABELS = ("phase", "aa", "boot", "session", "hardware", "root_hash", "code_hash")  # names, where they are there
NUMBERS = ("order", "when", "repetition", "attempt", "block")
INNOCENT = ("ok", "lost", "cancelled", "canceled")  # ends that say nothing about the program

Setting = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Records:
    """The rows that can be used and the tally of the others.

    `rows` holds the usable rows with the columns of a record filled in where they were absent; `total` counts all rows
    given, `statuses` them by status, `duplicates` those dropped as exact copies, `untimed` usable rows
    without a positive duration; `lost_nodes` names nodes that gave no usable row; `crashed` holds the rows whose
    program ended badly (status ``failed``), `gone` all runs that did not end well, whatever took them. `odd` says which
    rows were read in another way than they were written.
    """

    rows: pd.DataFrame
    factors: tuple[str, ...]
    total: int
    statuses: dict[str, int]
    duplicates: int
    untimed: int
    lost_nodes: tuple[str, ...] = ()
    simulated: bool = False
    crashed: pd.DataFrame = field(default_factory=pd.DataFrame)
    gone: pd.DataFrame = field(default_factory=pd.DataFrame)
    odd: tuple[RowsFinding, ...] = ()

    @property
    def nodes(self) -> list[str]:
        """The nodes that gave at least one usable row, sorted."""
        return sorted(self.rows["node"].unique())

    @property
    def main(self) -> pd.DataFrame:
        """The usable rows of the experiment itself, without the A/A phase."""
        return self.rows[self.rows["phase"] == "main"]

    def labels(self, column: str) -> dict[str, str]:
        """The one value of `column` on each node (hardware, root hash, code hash); "" where it is absent or changes."""
        if column not in self.rows.columns:
            return dict.fromkeys(self.nodes, "")
        values = self.rows.groupby("node")[column].agg(lambda part: list(part.dropna().unique()))
        return {str(node): str(found[0]) if len(found) == 1 else "" for node, found in values.items()}

    def settings(self, rows: pd.DataFrame) -> list[tuple[Setting, pd.DataFrame]]:
        """The rows at each combination of factor levels: the baseline first, then in order of level."""
        if not self.factors:
            return [((), rows)] if len(rows) else []
        parts = [
            (tuple(zip(self.factors, (str(level) for level in key), strict=True)), part)
            for key, part in rows.groupby(list(self.factors), sort=True)
        ]
        return sorted(parts, key=lambda item: (sum(level != BASELINE for _, level in item[0]), item[0]))


def forced(setting: Setting) -> Setting:
    """The part of a setting that was set on purpose; empty for the baseline."""
    return tuple((factor, level) for factor, level in setting if level != BASELINE)


def setting_name(setting: Setting) -> str:
    """A setting in words: ``OPENBLAS_CORETYPE=Nehalem``, or "no setting forced"."""
    return ", ".join(f"{factor}={level}" for factor, level in forced(setting)) or "no setting forced"


def checked(records: pd.DataFrame, factors: Sequence[str]) -> Records:
    """Check a frame of records (one row per measured execution) and sort its rows into usable and not.

    Columns as in the contract "A record"; `node`, `operation`, `status`, `duration` (s) and `result_hash` must be
    there. Raises DataError when a column is missing, durations are text, or no row is usable.
    """
    check_columns(records, list(dict.fromkeys([*NEEDED, *factors])))
    if not len(records):
        raise DataError("There are no records.", hint="Run the experiment, or load a run folder that has rows.")
    rows, total, odd = records.copy(), len(records), list[RowsFinding]()
    given = dict.fromkeys(["node", "operation", *factors, *(name for name in LABELS if name in rows.columns)])
    for name in given:
        rows[name], blanks = labels_of(rows[name])
        if blanks:
            odd.append(_odd("trimmed", blanks, total, [name]))
    # The numbers of a design tell runs apart only together: the third repetition of the second block.
    rows, equal, telling = once(rows, list(given), [name for name in NUMBERS if name in rows.columns])
    duplicates = equal if telling else 0
    if equal and not telling:
        odd.append(_odd("alike", equal, total))
    well = ended_well(rows["status"])
    status = rows["status"].astype(object).where(rows["status"].notna(), "unknown").astype(str).str.strip()
    rows["status"] = status.where(~well, "ok")
    statuses = {str(key): int(value) for key, value in rows["status"].value_counts().items()}
    everywhere = set(rows["node"].dropna().astype(str))
    named = rows["node"].notna() & rows["operation"].notna()
    gone = rows[named & ~well].copy()
    rows = rows[named & well].copy()
    if not len(rows):
        tally = ", ".join(f"{number} {status}" for status, number in statuses.items())
        raise DataError(
            f"None of {count(len(records), 'record')} is usable: {tally}.",
            hint="The column `message` says what went wrong on each node.",
        )
    for name, filler in (("phase", "main"), ("work", np.nan), ("block", 0), ("aa", "")):
        if name not in rows.columns:
            rows[name] = filler
    rows["phase"] = rows["phase"].fillna("main").astype(str)
    for some in (rows, gone):
        for name in ("node", "operation"):
            some[name] = some[name].astype(str)
        for name in factors:
            some[name] = some[name].astype(object).where(some[name].notna(), BASELINE).astype(str)
    crashed = gone[~gone["status"].str.casefold().isin(INNOCENT)]
    hashes = rows["result_hash"].astype(object)
    rows["result_hash"] = hashes.where(hashes.notna() & (hashes != ""), None)
    durations = pd.to_numeric(rows["duration"], errors="coerce")
    if durations.isna().all() and rows["duration"].notna().any():
        raise DataError("The durations are text, not numbers.", hint="Give seconds in the column `duration`.")
    # A duration of 0 or less is no measurement; its row still carries its bits.
    rows["duration"] = durations.where(np.isfinite(durations) & (durations > 0))
    untimed = int(rows["duration"].isna().sum())
    lost = tuple(sorted(everywhere - set(rows["node"])))
    simulated = is_simulated(records)
    return Records(
        rows, tuple(factors), total, statuses, duplicates, untimed, lost, simulated, crashed, gone, tuple(odd)
    )


def _odd(reason: Literal["trimmed", "alike"], rows: int, total: int, columns: Sequence[str] = ()) -> RowsFinding:
    claim = Claim.ROWS_ALIKE if reason == "alike" else Claim.ROWS_ODD
    return RowsFinding(
        about="data", claim=claim, held=False, rows=rows, reason=reason, columns=tuple(columns), total=total
    )
