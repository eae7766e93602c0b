"""What the programs themselves reported while a setting was forced: whether they followed it."""

from __future__ import annotations

import json
from typing import Any

from sidus_lab.analysis.findings.records import Records, Setting

#: Metrics of older records, in which a program says what it made of a setting; today it is ``observed:<factor>``.
WITNESSES = {"OPENBLAS_CORETYPE": "blas_core"}


def obeyed(records: Records, setting: Setting) -> bool | None:
    """Whether the programs followed a forced setting, by their own report; None where they tell too little.

    ``observed:<factor>`` is what came of it (the kernel that ran): it must be the level forced. ``seen:<factor>`` is
    what the process was given: another level was not obeyed, but the level itself may still have been ignored.
    """
    if not setting or "metrics" not in records.rows.columns:
        return None
    rows = records.rows
    for factor, level in setting:
        rows = rows[rows[factor] == level]
    said = [_read(text) for text in rows["metrics"].dropna().unique()]
    answers = [_of(found, factor, level) for found in said for factor, level in setting]
    if False in answers:
        return False
    return True if answers and None not in answers else None


def _of(found: dict[str, Any], factor: str, level: str) -> bool | None:
    """What one report says of one factor."""
    observed = found.get(f"observed:{factor}", found.get(WITNESSES.get(factor, "")))
    if observed not in (None, ""):
        return str(observed).casefold() == level.casefold()
    return False if f"seen:{factor}" in found and str(found[f"seen:{factor}"]) != level else None


def _read(text: object) -> dict[str, Any]:
    """The metrics of one run; none where they are not an object of JSON."""
    try:
        found = json.loads(str(text))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
