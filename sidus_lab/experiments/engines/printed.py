"""What a program printed, read: one JSON object a line for each of its operations. Pure."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from sidus_lab.transport import Result


def measured(text: str, operations: Sequence[str], note: str) -> list[tuple[str, str, str, dict[str, object]]]:
    """Return for each operation: its name, ``ok`` or ``failed``, a message, and the line that it printed.

    `note` says how the program ended where that was not well; it is the message of what is good all the same.
    """
    lines: dict[str, list[dict[str, Any]]] = {}
    for each in text.splitlines():
        line = as_object(each)
        operation = line.get("operation")
        if isinstance(operation, str):
            lines.setdefault(operation, []).append(line)
    rows: list[tuple[str, str, str, dict[str, object]]] = []
    for operation in operations:
        found = lines.get(operation, [])
        problem = _problem(found[0]) if len(found) == 1 else f"It printed {len(found)} lines for {operation}."
        if problem:
            rows.append((operation, "failed", f"{problem} {note}".strip(), {}))
        else:
            rows.append((operation, "ok", note, found[0]))
    return rows


def _problem(line: Mapping[str, Any]) -> str:
    """Say what is wrong with a line that a workload printed, or nothing."""
    if not _is_number(line.get("duration")) or not line["duration"] > 0:
        return f"Its duration is {line.get('duration')!r}, not a number of seconds above 0."
    if line.get("work") is not None and not _is_number(line["work"]):
        return f"Its work is {line['work']!r}, not a number."
    for name in ("work_unit", "result_hash"):
        if not isinstance(line.get(name, ""), str | None):
            return f"Its {name} is {line[name]!r}, not a text."
    if not isinstance(line.get("metrics", {}), dict):
        return "Its metrics are not an object."
    return ""


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def as_object(text: str) -> dict[str, object]:
    """Return the JSON object on this line, or an empty one: a program may print other things too."""
    if not text.startswith("{"):
        return {}
    try:
        value = json.loads(text, parse_constant=lambda _: None)  # NaN and Infinity are not JSON
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def why(result: Result) -> str:
    """Say how a program ended that did not end well."""
    if result.ok:
        return ""
    said = one_line(" ".join(result.errors.strip().splitlines()[-2:]))
    return f"The program ended with code {result.code}" + (f": {said}" if said else ".")


def one_line(text: str, limit: int = 300) -> str:
    """Return a text as one bounded line."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 3] + "..."
