"""The file ``experiment.json`` of a run folder: read whichever version wrote it, written as a whole."""

from __future__ import annotations

import json
import platform
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sidus_lab.experiments.design import Design
from sidus_lab.experiments.journal import RunError
from sidus_lab.experiments.workloads import AnyWorkload
from sidus_lab.sidusctl import files
from sidus_lab.version import __version__

FORMAT = 2
NAME = "experiment.json"


def read(folder: Path) -> dict[str, object]:
    """Return the content of ``experiment.json`` in the form of today, whichever version wrote it.

    Raises `RunError` when there is none, it cannot be read, or a newer sidus_lab wrote it.
    """
    path = folder / NAME
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RunError(f"There is no run in {folder}: {NAME} is missing.", hint="start one with run(...)") from None
    except ValueError as error:
        raise RunError(f"{path} cannot be read: {error}.") from None
    if not isinstance(about, dict):
        raise RunError(f"{path} does not describe a run.")
    return migrated(about, path)


def migrated(about: Mapping[str, object], path: Path | str = NAME) -> dict[str, object]:
    """Return the description of a run in the form of today. Raises `RunError` for a format that is not known."""
    found = dict(about)
    number = found.get("format")
    if isinstance(number, bool):
        number = None
    if isinstance(number, int) and number > FORMAT:
        raise RunError(f"{path} has the format {number}.", hint="use a newer version of sidus_lab")
    while number != FORMAT:
        step = _STEPS.get(number) if isinstance(number, int) else None
        if step is None:
            raise RunError(f"{path} has the format {number!r}, which no version of sidus_lab wrote.")
        found = step(found)
        number = found["format"]
    return found


def _from_1(about: dict[str, Any]) -> dict[str, Any]:
    """Format 1 knew one engine and one boot, and started programs in the environment that the node gave them."""
    inherited = {"engine": "direct", "environment": "that of the node's login, with the factors set over it"}
    sessions = [{**session, "launch": inherited} for session in about.get("sessions", [])]
    return {
        **about,
        "format": 2,
        "engine": "direct",
        "design": {"boots": 1, **about.get("design", {})},
        "workload": {"kind": "python", **about.get("workload", {})},
        "sessions": sessions,
    }


_STEPS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {1: _from_1}


def first(
    design: Design, workload: AnyWorkload, machines: Sequence[str], *, engine: str, played: str
) -> dict[str, object]:
    """Return the description of a run that begins now; `played` names the recording that stands for its machines."""
    began = now()
    return {
        "format": FORMAT,
        "run": f"{began[:10].replace('-', '')}-{secrets.token_hex(4)}",
        "created": began,
        "state": "created",
        "engine": engine,
        "design": design.to_dict(),
        "executions_per_node": design.executions_per_node,
        "workload": {**workload.to_dict(), "suffix": workload.suffix},
        "nodes": {name: {} for name in machines},
        **({"recorded": played} if played else {}),
        "versions": {"sidus_lab": __version__, "python": platform.python_version()},
        "sessions": [],
    }


def write(folder: Path, about: Mapping[str, object]) -> None:
    """Write ``experiment.json`` as a whole. Raises OSError."""
    files.write(folder / NAME, (json.dumps(about, indent=2) + "\n").encode())


def note(folder: Path, change: Callable[[dict[str, object]], None]) -> None:
    """Change ``experiment.json``; only who holds the folder's lock may."""
    about = read(folder)
    change(about)
    write(folder, about)


def now() -> str:
    """Return the time as the records hold it: UTC, ISO 8601, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
