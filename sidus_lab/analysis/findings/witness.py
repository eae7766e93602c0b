"""What the programs themselves reported while a setting was forced: whether they followed it."""

from __future__ import annotations

import json
from typing import Any

from sidus_lab.analysis.findings.records import Records, Setting

WITNESSES = {
    "OPENBLAS_CORETYPE": "blas_core",
    "OPENBLAS_NUM_THREADS": "blas_threads",
    "OMP_NUM_THREADS": "blas_threads",
}
"""The metric in which a program says what it made of a setting."""


def obeyed(records: Records, setting: Setting) -> bool | None:
    """Whether every program that reports on a forced setting used the level forced; None where none reports."""
    witnesses = [(WITNESSES[factor], factor, level) for factor, level in setting if factor in WITNESSES]
    if not witnesses or "metrics" not in records.rows.columns:
        return None
    rows = records.rows
    for factor, level in setting:
        rows = rows[rows[factor] == level]
    said = [_read(text) for text in rows["metrics"].dropna().unique()]
    answers = [
        str(found[metric]).casefold() == level.casefold()
        for found in said
        for metric, _, level in witnesses
        if found.get(metric) not in (None, "", 0)
    ]
    return all(answers) if answers else None


def _read(text: object) -> dict[str, Any]:
    """The metrics of one run; none where they are not an object of JSON."""
    try:
        found = json.loads(str(text))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
