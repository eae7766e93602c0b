"""The numbers about time in a set of records: nodes, the A/A floor, settings against the baseline."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sidus_lab.analysis.findings.bits_finding import BitsFinding
from sidus_lab.analysis.findings.records import Records, Setting, forced
from sidus_lab.analysis.numbers.contrast import Contrast, paired
from sidus_lab.analysis.numbers.noise import Floor, aa_floors, holm
from sidus_lab.analysis.numbers.variance import OneWay, one_way
from sidus_lab.errors import DataError


@dataclass(frozen=True)
class NodeTimes:
    """One operation at one setting: how its durations divide between and within the nodes.

    `parts` is None, and `why` says why, where the data cannot be divided. `slowest_by` is the relative difference of
    the slowest and the fastest node's mean; `p_value` is adjusted over all tests of the verdict (Holm). `same_work`
    and `same_bits` are None where they were not recorded.
    """

    operation: str
    setting: Setting
    rows: int
    median: float
    parts: OneWay | None
    why: str
    means: dict[str, float]
    floor: Floor
    same_work: bool | None
    same_bits: bool | None
    p_value: float = math.nan

    @property
    def slowest_by(self) -> float:
        """How much more the slowest node takes than the fastest, as a share of the fastest."""
        return max(self.means.values()) / min(self.means.values()) - 1 if self.means else math.nan

    @property
    def above_floor(self) -> bool | None:
        """Whether the nodes differ by more than A/A; None without A/A rows."""
        return self.slowest_by > self.floor.among(len(self.means)) if self.floor.known else None


@dataclass(frozen=True)
class SettingTimes:
    """One operation at one forced setting against nothing forced."""

    operation: str
    setting: Setting
    contrast: Contrast
    floor: Floor
    same_work: bool | None
    same_bits: bool | None
    p_value: float = math.nan


@dataclass(frozen=True)
class Times:
    """All numbers about time: `nodes` per operation and setting, `settings` per operation and forced setting."""

    nodes: tuple[NodeTimes, ...]
    settings: tuple[SettingTimes, ...]

    def baseline(self, operation: str) -> NodeTimes | None:
        """The numbers of an operation with nothing forced, or at its first setting where that was not measured."""
        return next((item for item in self.nodes if item.operation == operation), None)


def times(records: Records, found: tuple[BitsFinding, ...], *, level: float = 0.95) -> Times:
    """Work out all numbers about time; p-values are adjusted together, over nodes and settings of all operations."""
    floors = aa_floors(records.rows, level=level)
    none = Floor(math.nan, 0, 0, {}, level)
    by_operation = {finding.subject: finding for finding in found}
    nodes: list[NodeTimes] = []
    settings: list[SettingTimes] = []
    for name, rows in records.main.groupby("operation", sort=True):
        operation = str(name)
        floor = floors.get(operation, none)
        timed = rows[rows["duration"].notna()]
        parts = records.settings(timed)
        base = next((part for setting, part in parts if not forced(setting)), None)
        for setting, part in parts:
            bits = by_operation[operation]
            nodes.append(_node_times(operation, setting, part, floor, bits.agree_at(setting), level))
            if forced(setting) and base is not None:
                both = pd.concat([base, part])
                contrast = paired(base, part, level=level)
                same = bits.same_as_baseline(setting)
                settings.append(SettingTimes(operation, setting, contrast, floor, same_work(both), same))
    return _adjusted(nodes, settings)


def same_work(rows: pd.DataFrame) -> bool | None:
    """Whether every row did the same amount of work (within rounding); None where work was not recorded."""
    work = pd.to_numeric(rows["work"], errors="coerce")
    if work.isna().any() or not len(work):
        return None
    units = rows["work_unit"].nunique(dropna=False) if "work_unit" in rows.columns else 1
    return bool(units == 1 and np.allclose(work, work.iloc[0], rtol=1e-9, atol=0))


def _node_times(
    operation: str, setting: Setting, rows: pd.DataFrame, floor: Floor, agree: bool | None, level: float
) -> NodeTimes:
    parts, why = None, ""
    try:
        parts = one_way(rows["duration"].to_numpy(), rows["node"], level=level)
    except DataError as error:
        why = error.message
    means = np.exp(np.log(rows["duration"]).groupby(rows["node"]).mean())
    return NodeTimes(
        operation,
        setting,
        len(rows),
        float(rows["duration"].median()) if len(rows) else math.nan,
        parts,
        why,
        {str(node): float(value) for node, value in means.items()},
        floor,
        same_work(rows),
        agree,
    )


def _adjusted(nodes: list[NodeTimes], settings: list[SettingTimes]) -> Times:
    """Holm over the tests that the sentences use: nodes at the first setting of each operation, and every setting."""
    first = {item.operation: index for index, item in reversed(list(enumerate(nodes)))}
    tested = sorted(first.values())
    raw = [parts.p_value if (parts := nodes[index].parts) else math.nan for index in tested]
    adjusted = holm(raw + [item.contrast.p_value for item in settings])
    for index, p_value in zip(tested, adjusted, strict=False):
        nodes[index] = replace(nodes[index], p_value=p_value)
    done = [replace(item, p_value=p_value) for item, p_value in zip(settings, adjusted[len(tested) :], strict=True)]
    return Times(tuple(nodes), tuple(done))
