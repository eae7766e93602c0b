"""What the durations in a set of records say: nodes, drift, and settings against the baseline, as findings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from sidus_lab.analysis.finding import Claim, Doubted, Finding, Software
from sidus_lab.analysis.findings.balance import confounded, lost_on_nodes, lost_runs, order_doubts
from sidus_lab.analysis.findings.bits_finding import BitsFinding
from sidus_lab.analysis.findings.claims import DriftFinding, NodeFinding, SettingFinding
from sidus_lab.analysis.findings.effects import decide_setting
from sidus_lab.analysis.findings.family import Test, corrected, strictest
from sidus_lab.analysis.findings.layout import Layout, layout, named
from sidus_lab.analysis.findings.node_numbers import NodeNumbers, node_numbers
from sidus_lab.analysis.findings.nodes import decide_nodes, untold
from sidus_lab.analysis.findings.overlap import overlaps
from sidus_lab.analysis.findings.records import Records, Setting, forced
from sidus_lab.analysis.findings.repeats import Drifting, decide_drift, drifting
from sidus_lab.analysis.numbers.clock import read_stamps
from sidus_lab.analysis.numbers.dependence import Dependence, dependence
from sidus_lab.analysis.numbers.noise import Floor, aa_floors
from sidus_lab.analysis.numbers.slopes import Flags, Slopes, slopes
from sidus_lab.analysis.numbers.variance import OneWay, one_way
from sidus_lab.errors import DataError

NO_FLOOR = Floor(math.nan, 0, 0, {})
TWO = 2  # nodes, or values of a node: fewer cannot be compared


@dataclass(frozen=True)
class NodeTimes:
    """One operation at one setting, for the table: how its durations divide, and the nodes' (geometric) means.

    `parts` is None where the data cannot be divided. `same_work` and `same_bits` are None where they were not recorded.
    """

    operation: str
    setting: Setting
    rows: int
    median: float
    parts: OneWay | None
    means: dict[str, float]
    floor: Floor
    same_work: bool | None
    same_bits: bool | None

    @property
    def slowest_by(self) -> float:
        """How much more the slowest node takes than the fastest, as a share of the fastest."""
        return max(self.means.values()) / min(self.means.values()) - 1 if self.means else math.nan


@dataclass(frozen=True)
class Times:
    """What was found about time in the order in which it is said, the table behind it, how many `tests` were corrected.

    `tested` has each operation's components over what its nodes were tested over, boots or runs.
    """

    findings: tuple[Finding, ...]
    nodes: tuple[NodeTimes, ...]
    tests: int
    tested: tuple[tuple[str, OneWay], ...] = ()


@dataclass(frozen=True)
class _Operation:
    """One operation before the p-values of all are corrected together."""

    name: str
    floor: Floor
    table: tuple[NodeTimes, ...]
    base: NodeFinding
    layout: Layout
    numbers: NodeNumbers | None
    drift: Drifting | None
    every: Layout
    crowded: tuple[Doubted, ...]
    unfair: tuple[Doubted, ...]
    settings: tuple[tuple[SettingFinding, Layout, Flags, Slopes, tuple[Doubted, ...]], ...]

    @property
    def p_values(self) -> dict[Test, float]:
        """Of the nodes, of drift, and of each setting: that it acts, and that it does not act alike everywhere."""
        nodes = self.numbers.p_value if self.numbers else math.nan
        drift = self.drift.change.p_value if self.drift else math.nan
        tests: dict[Test, float] = {("nodes", self.name): nodes, ("drift", self.name): drift}
        for asked, _, _, found, _ in self.settings:
            about = f"{self.name}, {asked.factor}={asked.level}"
            tests |= {("setting", about): found.p_value, ("varies", about): found.p_varies}
        return tests


def times(records: Records, found: Sequence[BitsFinding], software: Software, *, level: float = 0.95) -> Times:
    """Find what the durations say; p-values are corrected together, over all operations (Holm)."""
    floors = aa_floors(records.rows, level=level)
    bits = {finding.subject: finding for finding in found}
    operations = [
        _operation(str(name), rows, records, bits[str(name)], floors.get(str(name), NO_FLOOR), software, level)
        for name, rows in records.rows[records.rows["duration"].notna()].groupby("operation", sort=True)
        if (rows["phase"] == "main").any()
    ]
    raw = {test: value for item in operations for test, value in item.p_values.items()}
    adjusted = corrected(raw)
    tests = sum(not math.isnan(value) for value in raw.values())
    findings = [one for item in operations for one in _decide(item, adjusted, level)]
    tested = tuple((item.name, item.numbers.test.parts) for item in operations if item.numbers)
    return Times(tuple(findings), tuple(row for item in operations for row in item.table), tests, tested)


def same_work(rows: pd.DataFrame) -> bool | None:
    """Whether every row did the same amount of work (within rounding); None where work was not recorded."""
    work = pd.to_numeric(rows["work"], errors="coerce")
    if work.isna().any() or not len(work):
        return None
    units = rows["work_unit"].nunique(dropna=False) if "work_unit" in rows.columns else 1
    return bool(units == 1 and np.allclose(work, work.iloc[0], rtol=1e-9, atol=0))


def _operation(
    name: str,
    timed: pd.DataFrame,
    records: Records,
    bits: BitsFinding,
    floor: Floor,
    software: Software,
    level: float,
) -> _Operation:
    rows = timed[timed["phase"] == "main"]
    parts = records.settings(rows)
    table = tuple(_row(name, setting, part, floor, bits.agree_at(setting), level) for setting, part in parts)
    setting, first = parts[0]
    lay = _layout(first)
    about: dict[str, Any] = {"about": "time", "subject": name, "response_unit": "s", "duration": True}
    base = NodeFinding(
        **about,
        claim=Claim.NODES_NOT_TOLD,
        software=software,
        same_work=same_work(first),
        same_bits=bits.agree_at(setting),
    )
    # With one boot a node nothing but the order of runs tells whether they are independent: then A/A runs tell too.
    every, depends = _layout(timed), _depends(timed if lay.unit == "run" else rows, records)
    several = TWO <= len(lay.names) < len(lay.y)
    numbers = node_numbers(lay, level=level, depends=depends) if several else None
    drift = drifting(every.y, _groups(timed, records), every.node, every.clock) if every.clock is not None else None
    settings = []
    if not forced(setting):
        for other, part in parts[1:]:
            both = pd.concat([first, part])
            upper = np.r_[np.zeros(len(first), dtype=bool), np.ones(len(part), dtype=bool)]
            pair = _layout(both)
            block = _blocks(both, pair)
            effect = slopes(np.log(pair.y), pair.node, block, upper, pair.place, level=level)
            change = forced(other)
            asked = SettingFinding(
                **about,
                claim=Claim.EFFECT_NOT_TOLD,
                factor=", ".join(f"{factor}={value}" for factor, value in change[:-1])
                + (", " if change[1:] else "")
                + change[-1][0],
                level=change[-1][1],
                baseline="default",
                same_work=same_work(both),
                same_bits=bits.same_as_baseline(other),
            )
            doubts = order_doubts(upper, pair.node, block, pair.place, pair.ordered)
            doubts += _together(both, upper) + _lost(records, name, setting, other, first, part)
            settings.append((asked, pair, upper, effect, tuple(doubts)))
    # Rows of one operation only: the operations of one run share its time stamp.
    crowded = tuple(overlaps(timed, node="node", when="when", seconds="duration")) if named(timed, None, "when") else ()
    who = [part["node"].astype(str) for part in (first, _gone(records, name, setting)) if len(part)]
    unfair = tuple(lost_on_nodes(pd.concat(who), np.repeat([False, True][: len(who)], list(map(len, who)))))
    return _Operation(name, floor, table, base, lay, numbers, drift, every, crowded, unfair, tuple(settings))


def _decide(item: _Operation, adjusted: Mapping[Test, float], level: float) -> list[Finding]:
    p_values, strict = [adjusted[test] for test in item.p_values], strictest("setting", adjusted)
    found: list[Finding] = []
    if item.numbers is None:
        found.append(untold(item.base, item.layout))
    else:
        nodes = decide_nodes(
            item.base, item.layout, item.numbers, p_values[0], item.floor, item.unfair, needs_floor=True
        )
        found.append(_crowded(replace(nodes, rows=nodes.rows + item.floor.rows), item.crowded))
    if item.drift is not None:
        about = DriftFinding(
            about="repeats",
            claim=Claim.DRIFT,
            subject=item.name,
            response_unit="s",
            duration=True,
            rows=len(item.every.y),
            hours=item.drift.span,
        )
        drift = decide_drift(about, item.drift, p_values[1], float(item.every.y.mean()), level)
        found += [drift] if drift.held else []
    for (asked, lay, upper, effect, doubts), p_value, varies in zip(
        item.settings, p_values[2::2], p_values[3::2], strict=True
    ):
        effects = decide_setting(
            asked, lay, upper, effect, p_value, item.floor, doubts, varies=varies, strict=strict, needs_floor=True
        )
        found.append(_crowded(effects, item.crowded))
    return found


def _crowded(finding: Finding, doubts: tuple[Doubted, ...]) -> Finding:
    """The finding, which names no cause where runs overlapped in time."""
    return replace(finding, doubts=(*finding.doubts, *doubts), cause="unknown") if doubts else finding


def _layout(rows: pd.DataFrame) -> Layout:
    columns = {name: named(rows, None, name) for name in ("boot", "session", "order")}
    hours = read_stamps(rows, "when", "node").hours if named(rows, None, "when") else None
    if hours is not None and (hours.isna().any() or hours.nunique() < 2):
        hours = None
    return layout(rows, "duration", "node", boot=columns["boot"], session=columns["session"], hours=hours,
                  order=columns["order"])  # fmt: skip


def _groups(rows: pd.DataFrame, records: Records) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Node and setting together, as codes."""
    return rows.groupby(["node", *records.factors], sort=True).ngroup().to_numpy().astype(np.intp)


def _blocks(rows: pd.DataFrame, lay: Layout) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Blocks of runs, each inside one boot, as codes."""
    block = pd.factorize(rows["block"].astype(str), sort=True)[0]
    codes = lay.boot * (int(block.max()) + 1) + block
    return np.asarray(np.unique(codes, return_inverse=True)[1], dtype=np.intp)


def _depends(rows: pd.DataFrame, records: Records) -> Dependence | None:
    """How alike neighbours are, from all runs of the operation in the order of their node, settings taken out."""
    lay, groups = _layout(rows), _groups(rows, records)
    if not lay.ordered:
        return None
    sizes = np.bincount(groups)
    left = lay.y - (np.bincount(groups, weights=lay.y) / sizes)[groups]
    return dependence(left, lay.node, lay.place, cautious=lay.unit == "run")


def _together(rows: pd.DataFrame, upper: Flags) -> list[Doubted]:
    """Whether the image or the code changed with the setting."""
    levels = pd.Series(upper.astype(str), index=range(len(upper)))
    names = [name for name in ("root_hash", "code_hash") if name in rows.columns]
    return confounded(levels, {name: rows[name].astype(str).reset_index(drop=True) for name in names})


def _lost(
    records: Records, operation: str, setting: Setting, other: Setting, first: pd.DataFrame, part: pd.DataFrame
) -> list[Doubted]:
    """Whether runs were lost more often with the setting than without, or the other way round, whatever took them."""
    counts = [len(_gone(records, operation, which)) for which in (setting, other)]
    lost = np.repeat([True, False, True, False], [counts[0], len(first), counts[1], len(part)])
    upper = np.repeat([False, True], [counts[0] + len(first), counts[1] + len(part)])
    return lost_runs(lost, upper)


def _gone(records: Records, operation: str, setting: Setting) -> pd.DataFrame:
    """The main runs of an operation at a setting that did not end well."""
    gone = records.gone
    if not len(gone):
        return gone
    keep = gone["operation"] == operation
    if "phase" in gone.columns:
        keep &= gone["phase"].fillna("main") == "main"
    for factor, level in setting:
        keep &= gone[factor] == level
    return gone[keep]


def _row(
    operation: str, setting: Setting, rows: pd.DataFrame, floor: Floor, agree: bool | None, level: float
) -> NodeTimes:
    parts = None
    try:
        parts = one_way(rows["duration"].to_numpy(), rows["node"], level=level)
    except DataError:
        parts = None  # one node, or one value a node: the table shows a dash
    means = np.exp(np.log(rows["duration"]).groupby(rows["node"]).mean())
    return NodeTimes(
        operation,
        setting,
        len(rows),
        float(rows["duration"].median()) if len(rows) else math.nan,
        parts,
        {str(node): float(value) for node, value in means.items()},
        floor,
        same_work(rows),
        agree,
    )
