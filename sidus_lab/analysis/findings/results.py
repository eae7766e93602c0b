"""The results of one operation as sets: what each node gave at each setting, by boot, code and image."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sidus_lab.analysis.findings.records import Records, Setting, forced

Variant = tuple[str, str]
"""The code and the image that a run had; "" where it is not recorded."""

LEAST = 3
"""Fewer repeats than this on a node at a setting are no evidence that its result is stable."""


@dataclass(frozen=True)
class Execution:
    """One run that gave a result: where it stood in the order of time (None: not known), and what it ran in."""

    result: str
    boot: str
    code: str
    image: str
    repetition: str
    session: str
    place: float | None

    @property
    def variant(self) -> Variant:
        """The code and the image that it ran."""
        return self.code, self.image


@dataclass(frozen=True)
class Cell:
    """What one node gave at one setting: its runs with a result, and how many gave none or did not end well."""

    node: str
    setting: Setting
    runs: tuple[Execution, ...]
    unhashed: int = 0
    crashed: int = 0

    @cached_property
    def results(self) -> frozenset[str]:
        """The results that occurred."""
        return frozenset(run.result for run in self.runs)

    @cached_property
    def by_variant(self) -> Mapping[Variant, frozenset[str]]:
        """The results that occurred under each code and image."""
        seen: dict[Variant, set[str]] = {}
        for run in self.runs:
            seen.setdefault(run.variant, set()).add(run.result)
        return {variant: frozenset(found) for variant, found in seen.items()}

    @property
    def repeats(self) -> int:
        """How many runs gave a result."""
        return len(self.runs)

    @property
    def steady(self) -> bool:
        """Whether all runs gave one result."""
        return len(self.results) == 1

    @cached_property
    def restless(self) -> bool:
        """Whether runs of one boot, code and image gave different results: nothing recorded tells them apart."""
        seen: dict[tuple[str, ...], set[str]] = {}
        for run in self.runs:
            seen.setdefault((run.boot, *run.variant), set()).add(run.result)
        return any(len(found) > 1 for found in seen.values())


Cells = Mapping[str, Cell]
"""The cells of one operation at one setting, by node; a node that ended badly or gave no result has an empty one."""


def cells(records: Records, operation: str) -> dict[Setting, Cells]:
    """The cells of an operation at each setting that was tried (its forced part): nothing forced first.

    The rows of the A/A phase count too: a repeat is a repeat.
    """
    good, bad = (_of(rows, operation) for rows in (records.rows, records.crashed))
    parts, failures = (dict(records.settings(rows)) if len(rows) else {} for rows in (good, bad))
    found: dict[Setting, Cells] = {}
    for setting in sorted({*parts, *failures}, key=lambda item: (len(forced(item)), item)):
        runs = _runs(parts[setting]) if setting in parts else {}
        crashed = failures[setting]["node"].value_counts().to_dict() if setting in failures else {}
        here = forced(setting)
        found[here] = {
            node: Cell(
                node,
                here,
                tuple(run for run in runs.get(node, ()) if run.result),
                unhashed=sum(not run.result for run in runs.get(node, ())),
                crashed=int(crashed.get(node, 0)),
            )
            for node in sorted({*runs, *map(str, crashed)})
        }
    return found


def _of(rows: pd.DataFrame, operation: str) -> pd.DataFrame:
    return rows[rows["operation"] == operation] if len(rows) else rows


def _runs(rows: pd.DataFrame) -> dict[str, list[Execution]]:
    """The runs of each node, in order of time where that is known; one without a result hash has an empty one."""
    texts = [_texts(rows, name) for name in ("result_hash", "boot", "code_hash", "root_hash", "repetition", "run")]
    found: dict[str, list[Execution]] = {}
    stamped, places = _places(rows)
    for node, result, *ran_in, session, place in zip(_texts(rows, "node"), *texts, places, strict=True):
        boot, code, image, repetition = ran_in
        run = Execution(result, boot, code, image, repetition, "" if stamped else session, place)
        found.setdefault(node, []).append(run)
    return {node: sorted(runs, key=lambda run: (run.session, run.place or 0.0)) for node, runs in found.items()}


def _texts(rows: pd.DataFrame, name: str) -> list[str]:
    if name not in rows.columns:
        return [""] * len(rows)
    column = rows[name].astype(object)
    return [str(value) for value in column.where(column.notna(), "")]


def _places(rows: pd.DataFrame) -> tuple[bool, list[float | None]]:
    """Where each run stood in the order of time, by its time stamp (true) or by block and number in its session."""
    if "when" in rows.columns:
        stamps = pd.to_datetime(rows["when"], errors="coerce", utc=True, format="ISO8601")
        if stamps.notna().all() and stamps.nunique() > 1:
            return True, [stamp.timestamp() for stamp in stamps]
    if "order" in rows.columns:
        numbers = pd.to_numeric(rows["order"], errors="coerce")
        if numbers.notna().all() and numbers.nunique() > 1:
            blocks = rows["block"].rank(method="dense") if "block" in rows.columns else 0.0 * numbers
            return False, [float(place) for place in blocks.fillna(0) * (numbers.abs().max() + 1) + numbers]
    return False, [None] * len(rows)


def profiles(found: Sequence[Cell]) -> dict[str, Hashable]:
    """What is compared between nodes: the result, or the set of results, by code and image where these vary on a node.

    Nodes that all ran several codes or images are compared under those that all of them ran.
    """
    if any(len(cell.by_variant) > 1 for cell in found):
        common = set.intersection(*(set(cell.by_variant) for cell in found))
        if common:
            return {cell.node: tuple((v, cell.by_variant[v]) for v in sorted(common)) for cell in found}
    return {cell.node: cell.results for cell in found}


def groups(found: Sequence[Cell]) -> tuple[tuple[str, ...], ...]:
    """The nodes that agree among themselves, the largest group first."""
    same: dict[Hashable, list[str]] = {}
    for node, profile in sorted(profiles(found).items()):
        same.setdefault(profile, []).append(node)
    return tuple(sorted((tuple(nodes) for nodes in same.values()), key=lambda nodes: (-len(nodes), nodes)))
