"""Rows that are equal in every column: copies where a column tells runs apart, else honest repeats."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

#: Columns that may tell runs apart, beside those that were named as repetition, order or time.
IDENTIFY = ("run", "id", "run_id", "uuid", "when", "order", "repetition", "attempt", "time", "timestamp", "start")


def once(rows: pd.DataFrame, labels: list[str], identify: Sequence[str]) -> tuple[pd.DataFrame, int, list[str]]:
    """The rows without copies, how many equal others, and the columns that told (none: all rows were kept).

    `labels` are columns of names, `identify` those named as repetition, order or time.

    A column tells runs apart where no two rows that differ carry the same value of it (beside node, boot and setting).
    Without one, equal rows may be honest repeats with a coarse clock.
    """
    try:
        again = rows.duplicated()
    except TypeError:
        return rows, 0, []  # cells that cannot be compared: the response will say so
    copies = int(again.sum())
    if not copies:
        return rows, 0, []
    once = rows[~again]
    keys = [name for name in dict.fromkeys([*identify, *IDENTIFY]) if name in rows.columns and name not in labels]
    beside = [name for name in (*labels, "node", "boot", "session", "operation", "phase", "aa") if name in rows.columns]
    beside = list(dict.fromkeys(beside))
    telling = [name for name in keys if _tells(once, beside, [name])]
    if telling:
        return once, copies, telling[:1]
    return (once, copies, keys) if keys and _tells(once, beside, keys) else (rows, copies, [])


def _tells(once: pd.DataFrame, beside: list[str], keys: list[str]) -> bool:
    """Whether these columns number the runs: no two rows share them, and they change from row to row."""
    if once.duplicated([*beside, *keys]).any():
        return False
    return not once.duplicated(keys).any() or bool(once.duplicated(beside).any())
