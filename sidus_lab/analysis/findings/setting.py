"""Does a setting (C-states first) change a response? Yes, no, or it cannot be told and what it would take.

The test is believed only when it shows that it works: the setting took effect (manipulation check), a workload known to
respond does so (positive control), and one known not to respond does not (negative control). Order ABBA inside blocks
lets a linear drift cancel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from sidus_lab.analysis.numbers.contrast import Contrast, paired
from sidus_lab.analysis.numbers.noise import holm
from sidus_lab.errors import DataError
from sidus_lab.words import level_name, number, percent, percents

Answer = Literal["yes", "no", "cannot be told"]


@dataclass(frozen=True)
class Check:
    """One condition of the test: what was looked at, whether it held, and the sentence that says so."""

    name: str
    passed: bool
    text: str
    contrast: Contrast | None = None


@dataclass(frozen=True)
class SettingTest:
    """The answer for one workload, the contrast behind it, and the checks that allow it.

    `trend` is the p-value of a monotone trend over the doses (Page 1963; NaN with fewer than three doses), `takes`
    says what it would take where the answer is "cannot be told".
    """

    workload: str
    answer: Answer
    text: str
    contrast: Contrast
    margin: float
    checks: tuple[Check, ...]
    trend: float
    takes: str = ""


def setting_effect(
    frame: pd.DataFrame,
    *,
    setting: str,
    forced: str,
    baseline: str = "default",
    workload: str = "workload",
    target: str,
    positive: str | None,
    negative: str | None,
    response: str = "duration",
    node: str = "node",
    block: str = "block",
    order: str | None = "order",
    manipulation: str | None = None,
    doses: Sequence[str] = (),
    margin: float = 0.01,
    alpha: float = 0.05,
    level: float = 0.95,
) -> SettingTest:
    """Test whether `forced` against `baseline` (levels of `setting`) changes `response` of the workload `target`.

    `frame` has one row per run; responses are positive. `positive` and `negative` name control workloads,
    `manipulation` a column that shows that the setting took effect (a wake-up cost, a residency), `doses` the levels
    in order from baseline to strongest, `margin` the relative change that matters (at least the A/A floor).
    Differences are taken within node and block; nodes are the unit from three on, else blocks, and then the answer is
    about these nodes.

    Raises DataError for missing columns, levels or workloads.

    >>> idle = sl.datasets.Idle({"messages": 10_000, "busy": 0})
    >>> runs = sl.datasets.simulate(nodes=4, repeats=4, idle=idle, seed=1)
    >>> found = sl.analysis.setting_effect(
    ...     runs, setting="cpu_dma_latency", forced="0", target="messages", positive=None, negative="busy"
    ... )
    >>> found.answer
    'cannot be told'
    """
    needed = [setting, workload, response, node, block, *([manipulation] if manipulation else [])]
    missing = [name for name in needed if name not in frame.columns]
    if missing:
        raise DataError(
            f"There is no column {missing[0]!r}.", hint=f"Columns: {', '.join(map(str, frame.columns[:12]))}."
        )
    rows = frame.rename(columns={node: "node", block: "block"})
    for value, column in ((forced, setting), (baseline, setting), (target, workload)):
        if value not in set(rows[column].astype(str)):
            raise DataError(
                f"{column!r} has no {value!r}.", hint=f"It has {', '.join(sorted(set(rows[column].astype(str)))[:8])}."
            )

    def contrast(name: str, column: str = response, scale: Literal["log", "linear"] = "log") -> Contrast:
        part = rows[rows[workload].astype(str) == name]
        levels = part[setting].astype(str)
        return paired(part[levels == baseline], part[levels == forced], response=column, scale=scale, level=level)

    checks = [_balanced_order(rows[rows[workload].astype(str) == target], setting, (baseline, forced), order)]
    tests = {"target": contrast(target)}
    if positive is not None:
        tests["positive"] = contrast(positive)
    adjusted = dict(zip(tests, holm([test.p_value for test in tests.values()]), strict=True))
    checks.append(
        _manipulated(contrast(target, manipulation, "linear"), manipulation, alpha) if manipulation else _unchecked()
    )
    checks.append(_positive(tests.get("positive"), positive, adjusted.get("positive", math.nan), margin, alpha))
    checks.append(_negative(contrast(negative) if negative is not None else None, negative, margin))
    found = tests["target"]
    trend = _trend(rows[rows[workload].astype(str) == target], setting, doses, response)
    answer, text, takes = _answer(found, adjusted["target"], checks, target, f"{setting}={forced}", margin, alpha)
    return SettingTest(target, answer, text, found, margin, tuple(checks), trend, takes)


def _answer(
    found: Contrast, p_value: float, checks: list[Check], target: str, name: str, margin: float, alpha: float
) -> tuple[Answer, str, str]:
    failed = [check for check in checks if not check.passed]
    if found.interval is None:
        takes = "at least two blocks of runs, or three nodes"
        return (
            "cannot be told",
            f"Whether {name} changes {target} cannot be told: there is nothing to estimate an error from.",
            takes,
        )
    interval = f"{percents(found.interval)}, {level_name(found.interval.level)} interval"
    scope = "" if found.unit == "node" else f" on {'this node' if found.nodes == 1 else f'these {found.nodes} nodes'}"
    if failed:
        why = "; ".join(check.text for check in failed)
        return "cannot be told", f"Whether {name} changes {target} cannot be told here: {why}.", failed[0].name
    low, high = found.interval.low, found.interval.high
    if p_value < alpha and (low > 0 or high < 0) and abs(found.relative) > margin:
        direction = "more" if found.relative > 0 else "less"
        text = f"Yes: {name} makes {target} take {percent(abs(found.relative))} {direction} time{scope} ({interval})."
        return "yes", text, ""
    # The 90 % interval inside the margins is the pair of one-sided tests at 5 % (Schuirmann 1987).
    inner = _narrower(found)
    if -margin < inner[0] and inner[1] < margin:
        return "no", f"No: {name} changes {target} by less than {percent(margin)}{scope} ({interval}).", ""
    takes = _takes(found, margin)
    text = (
        f"Whether {name} changes {target} by more than {percent(margin)} cannot be told from {found.units} "
        f"{found.unit}s ({interval}); it would take {takes}."
    )
    return "cannot be told", text, takes


def _narrower(found: Contrast) -> tuple[float, float]:
    """The 90 % interval that belongs to a contrast's interval, on the relative scale."""
    assert found.interval is not None
    low, high = math.log1p(found.interval.low), math.log1p(found.interval.high)
    df = max(found.units - (1 if found.unit == "node" else found.nodes), 1)
    shrink = float(stats.t.ppf(0.95, df) / stats.t.ppf((1 + found.interval.level) / 2, df))
    middle, half = (low + high) / 2, (high - low) / 2 * shrink
    return math.expm1(middle - half), math.expm1(middle + half)


def _takes(found: Contrast, margin: float) -> str:
    """How many units would make the interval as narrow as the margin."""
    assert found.interval is not None
    half = (math.log1p(found.interval.high) - math.log1p(found.interval.low)) / 2
    ratio = half / math.log1p(margin)
    more = max(math.ceil(found.units * ratio**2) - found.units, 1)
    noun = found.unit if more == 1 else f"{found.unit}s"
    return f"about {number(more)} more {noun}" + (" of runs" if found.unit == "block" else "")


def _balanced_order(rows: pd.DataFrame, setting: str, levels: tuple[str, str], order: str | None) -> Check:
    """Whether the two levels come equally early in their blocks, so that drift cannot pass for an effect."""
    name = "runs in the order ABBA, or at random, inside each block"
    if order is None or order not in rows.columns:
        return Check(name, False, "the order of the runs is not recorded, so drift is not excluded")
    part = rows[rows[setting].astype(str).isin(levels)]
    blocks = part.groupby(["node", "block"])[order]
    size = blocks.transform("size")
    relative = (blocks.rank() - 1) / (size - 1).where(size > 1, 1)
    first = part[setting].astype(str) == levels[0]
    means = relative.groupby(first).mean()
    gap = float(abs(means[True] - means[False]))
    # ABBA has no gap; random order has one of chance, whose size follows from the runs in each block.
    variance = 0.0
    for _, places in relative.groupby([part["node"], part["block"]]):
        ones = int(first[places.index].sum())
        others = len(places) - ones
        if ones and others:
            variance += float(places.var()) * (1 / ones + 1 / others)
    chance = math.sqrt(variance) / blocks.ngroups
    passed = gap < min(max(0.25, 3 * chance), 0.6)
    return Check(name, passed, "both levels come equally early" if passed else "one level always ran before the other")


def _unchecked() -> Check:
    return Check("a manipulation check", False, "nothing shows that the setting took effect")


def _manipulated(found: Contrast, column: str, alpha: float) -> Check:
    passed = found.interval is not None and found.p_value < alpha
    text = f"{column} changes by {number(found.relative)}" if passed else f"{column} does not change with the setting"
    return Check(f"{column} changes with the setting", passed, text, found)


def _positive(found: Contrast | None, name: str | None, p_value: float, margin: float, alpha: float) -> Check:
    title = "a positive control"
    if found is None or name is None:
        return Check(title, False, "there is no workload known to respond, so the test may be blind")
    passed = found.interval is not None and p_value < alpha and abs(found.relative) > margin
    text = (
        f"{name} responds ({percent(found.relative)})"
        if passed
        else f"{name}, known to respond, does not: the test is blind"
    )
    return Check(title, passed, text, found)


def _negative(found: Contrast | None, name: str | None, margin: float) -> Check:
    title = "a negative control"
    if found is None or name is None:
        return Check(title, False, "there is no workload known not to respond, so something else may have changed")
    if found.interval is None:
        return Check(title, False, f"{name} was not measured often enough", found)
    low, high = _narrower(found)
    passed = -margin < low and high < margin
    text = (
        f"{name} does not respond"
        if passed
        else f"{name}, known not to respond, is not shown to stay within {percent(margin)}"
    )
    return Check(title, passed, text, found)


def _trend(rows: pd.DataFrame, setting: str, doses: Sequence[str], response: str) -> float:
    """Page's test of a monotone trend over the doses, nodes (or blocks, with fewer than three nodes) as rows."""
    if len(doses) < 3:
        return math.nan
    unit = ["node"] if rows["node"].nunique() >= 3 else ["node", "block"]
    table = np.log(rows[response]).groupby([*(rows[name] for name in unit), rows[setting].astype(str)]).mean().unstack()
    if not set(doses) <= set(table.columns):
        raise DataError(f"{setting!r} lacks one of the doses {', '.join(doses)}.")
    data = table[list(doses)].dropna().to_numpy()
    if len(data) < 2:
        return math.nan
    up, down = (float(stats.page_trend_test(sign * data).pvalue) for sign in (1, -1))
    return min(2 * min(up, down), 1.0)
