"""Counts kept in a file, so that a long bench can be stopped, and only what changed be counted again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.liars.score import Tally, run
from benchmarks.liars.world import WORLDS


def kept_run(path: Path, tables: int, names: Sequence[str], processes: int) -> Iterator[Tally]:
    """As `score.run` for all worlds: those of `names`, and those that the file does not hold yet, are counted anew.

    Every count is written to `path` at once; one of another number of tables is not used.
    """
    known = load(path)
    known = {name: tally for name, tally in known.items() if tally.tables == tables and name in WORLDS}
    again = [name for name in WORLDS if name not in known or any(part in name for part in names)]
    for tally in run(tables, again, processes, exact=True):
        known[tally.world] = tally
        store(path, known)
    yield from (known[name] for name in WORLDS)


def load(path: Path) -> dict[str, Tally]:
    """The counts of a file, by world; none where there is no file."""
    if not path.exists():
        return {}
    rows = json.loads(path.read_text(encoding="utf-8"))
    return {row["world"]: Tally(**{**row, "lies": Counter(row["lies"])}) for row in rows}


def store(path: Path, tallies: dict[str, Tally]) -> None:
    """Write all counts."""
    # `dataclasses.asdict` would take a Counter for a list of pairs.
    rows = [{**vars(tally), "lies": dict(tally.lies)} for tally in tallies.values()]
    path.write_text(json.dumps(rows) + "\n", encoding="utf-8")
