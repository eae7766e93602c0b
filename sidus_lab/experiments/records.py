"""The schema of a record, and the way from rows to a data frame, to Parquet and CSV, and back with equal types."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sidus_lab.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

#: Columns in their order, with their kind. `text` is never missing ("" when empty), `known` is a text or missing,
#: `number` a float (NaN when missing), `count` a whole number, `flag` true or false. The factors
#: stand where `FACTORS` does.
FACTORS: Final = "<factors>"
SCHEMA: Final = {
    "run": "text",
    "when": "text",
    "node": "text",
    "boot": "known",
    "boot_index": "count",
    "phase": "text",
    "aa": "text",
    "block": "count",
    "order": "count",
    "repetition": "count",
    "attempt": "count",
    "workload": "text",
    "operation": "text",
    FACTORS: "text",
    "root_hash": "known",
    "hardware": "known",
    "settings": "known",
    "code_hash": "text",
    "duration": "number",
    "work": "number",
    "work_unit": "known",
    "result_hash": "known",
    "status": "text",
    "message": "text",
    "metrics": "text",
    "simulated": "flag",
}
#: What rows and tables that were written before a column existed have in it.
BEFORE: Final = {"boot_index": 0, "settings": None, "simulated": False}
STATUSES: Final = ("ok", "failed", "lost", "cancelled")


def frame(rows: Iterable[Mapping[str, object]], factors: Sequence[str]) -> pd.DataFrame:
    """Return rows (of a journal) as a data frame with the columns of a record, typed; `metrics` becomes JSON text.

    Works for no rows as well. Raises `DataError` for a row that lacks a column.
    """
    import pandas as pd

    columns = _columns(factors)
    table: dict[str, list[Any]] = {name: [] for name in columns}
    for row in rows:
        row = {**BEFORE, **row}
        missing = [name for name in columns if name not in row]
        if missing:
            raise DataError(f"A record lacks the column {missing[0]}.", hint="was the journal edited by hand?")
        for name in columns:
            value = row[name]
            table[name].append(json.dumps(value, sort_keys=True) if name == "metrics" else value)
    return typed(pd.DataFrame(table, columns=list(columns)))


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the types of the schema, whichever file it was read from; other columns are factors."""
    import pandas as pd

    made: dict[Any, Any] = {}
    for name in table.columns:
        kind, column = SCHEMA.get(str(name), "text"), table[name]
        if kind == "count":
            made[name] = pd.to_numeric(column).astype("int64")
        elif kind == "number":
            made[name] = pd.to_numeric(column).astype("float64")
        elif kind == "flag":
            made[name] = column.astype(str).str.lower().isin(("true", "1")).astype(bool)
        else:
            values = column.astype(object)
            empty = values.isna() | (values == "")
            text = pd.Series([""], dtype=None).dtype  # `str` in pandas 3, `object` in pandas 2
            made[name] = values.mask(empty, None if kind == "known" else "").astype(text)
    return pd.DataFrame(made, columns=table.columns, index=table.index)


def to_parquet(table: pd.DataFrame) -> bytes:
    """Return a frame of records as the content of a Parquet file."""
    buffer = io.BytesIO()
    table.to_parquet(buffer, engine="pyarrow", index=False)
    return buffer.getvalue()


def to_csv(table: pd.DataFrame) -> bytes:
    """Return a frame of records as CSV (UTF-8); numbers keep all their digits, missing values are empty."""
    return table.to_csv(index=False, lineterminator="\n").encode()


def read_parquet(path: Path) -> pd.DataFrame:
    """Read a frame of records that `to_parquet` wrote. Raises `DataError` when it holds something else."""
    import pandas as pd

    return typed(_checked(pd.read_parquet(path, engine="pyarrow"), path))


def read_csv(path: Path) -> pd.DataFrame:
    """Read a frame of records that `to_csv` wrote. Raises `DataError` when it holds something else."""
    import pandas as pd

    # All as text first: the level 01 of a factor stays as it is, and Python reads every digit of a number.
    table = _checked(pd.read_csv(path, dtype="object", keep_default_na=False), path)
    for name, kind in SCHEMA.items():
        if kind == "number":
            table[name] = [float(value) if value else float("nan") for value in table[name]]
    return typed(table)


def with_metrics(table: pd.DataFrame, names: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the records with one more column for each of the `names` in their metrics, or for each name there is.

    Rows without that metric have a missing value. Raises `DataError` when a metric is called like a column.
    """
    import pandas as pd

    parsed = [json.loads(text) if text else {} for text in table["metrics"]]
    found = list(dict.fromkeys(name for metrics in parsed for name in metrics)) if names is None else list(names)
    clash = [name for name in found if name in table.columns]
    if clash:
        raise DataError(f"The metric {clash[0]} is called like a column of the records.", hint="choose names=[...]")
    columns = {
        name: pd.Series([metrics.get(name) for metrics in parsed], index=table.index, dtype=object) for name in found
    }
    return table.assign(**{name: column.infer_objects() for name, column in columns.items()})


def _columns(factors: Sequence[str]) -> list[str]:
    names: list[str] = []
    for name in SCHEMA:
        names += list(factors) if name == FACTORS else [name]
    return names


def _checked(table: pd.DataFrame, path: Path) -> pd.DataFrame:
    for at, name in enumerate(SCHEMA):
        if name in BEFORE and name not in table.columns:
            table.insert(min(at, len(table.columns)), name, BEFORE[name])
    missing = [name for name in SCHEMA if name not in (*table.columns, FACTORS)]
    if missing:
        raise DataError(f"{path} does not hold records: it has no column {missing[0]}.")
    return table
