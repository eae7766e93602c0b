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

Answer = Literal["yes", "no", "cannot be told"]
Reason = Literal["no-error", "not-allowed", "effect", "negligible", "noise"]
Kind = Literal["order", "manipulation", "positive", "negative"]
Outcome = Literal["held", "not-recorded", "missing", "unmeasured", "broken"]


@dataclass(frozen=True)
class Condition:
    """One condition of the test: what was looked at (`name`: a column or a workload), and what came of it."""

    kind: Kind
    outcome: Outcome
    name: str = ""
    contrast: Contrast | None = None

    @property
    def passed(self) -> bool:
        """Whether it held."""
        return self.outcome == "held"


@dataclass(frozen=True)
class SettingDecision:
    """The answer for one workload with its reason, the contrast behind it, and the conditions that allow it.

    `changed` names the setting and its level, `more` is how many more units would tell (0 where that is not what is
    missing), `trend` the p-value of a monotone trend over the doses.
    """

    workload: str
    changed: str
    answer: Answer
    reason: Reason
    contrast: Contrast
    margin: float
    conditions: tuple[Condition, ...]
    trend: float
    more: int = 0

    @property
    def failed(self) -> tuple[Condition, ...]:
        """The conditions that did not hold."""
        return tuple(condition for condition in self.conditions if not condition.passed)


def decide_setting(
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
) -> SettingDecision:
    """Decide whether `forced` against `baseline` changes `response` of `target`; as `analysis.setting_effect`.

    Raises DataError for missing columns, levels or workloads.
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
        _manipulated(contrast(target, manipulation, "linear"), manipulation, alpha)
        if manipulation
        else Condition("manipulation", "missing")
    )
    checks.append(_positive(tests.get("positive"), positive, adjusted.get("positive", math.nan), margin, alpha))
    checks.append(_negative(contrast(negative) if negative is not None else None, negative, margin))
    found = tests["target"]
    trend = _trend(rows[rows[workload].astype(str) == target], setting, doses, response)
    answer, reason = _answer(found, adjusted["target"], checks, margin, alpha)
    more = _more(found, margin) if reason == "noise" else 0
    changed = f"{setting}={forced}"
    return SettingDecision(target, changed, answer, reason, found, margin, tuple(checks), trend, more)


def _answer(
    found: Contrast, p_value: float, checks: list[Condition], margin: float, alpha: float
) -> tuple[Answer, Reason]:
    if found.interval is None:
        return "cannot be told", "no-error"
    if not all(check.passed for check in checks):
        return "cannot be told", "not-allowed"
    low, high = found.interval.low, found.interval.high
    if p_value < alpha and (low > 0 or high < 0) and abs(found.relative) > margin:
        return "yes", "effect"
    # The 90 % interval inside the margins is the pair of one-sided tests at 5 % (Schuirmann 1987).
    inner = _narrower(found)
    if -margin < inner[0] and inner[1] < margin:
        return "no", "negligible"
    return "cannot be told", "noise"


def _narrower(found: Contrast) -> tuple[float, float]:
    """The 90 % interval that belongs to a contrast's interval, on the relative scale."""
    assert found.interval is not None
    low, high = math.log1p(found.interval.low), math.log1p(found.interval.high)
    df = max(found.units - (1 if found.unit == "node" else found.nodes), 1)
    shrink = float(stats.t.ppf(0.95, df) / stats.t.ppf((1 + found.interval.level) / 2, df))
    middle, half = (low + high) / 2, (high - low) / 2 * shrink
    return math.expm1(middle - half), math.expm1(middle + half)


def _more(found: Contrast, margin: float) -> int:
    """How many units would make the interval as narrow as the margin."""
    assert found.interval is not None
    half = (math.log1p(found.interval.high) - math.log1p(found.interval.low)) / 2
    ratio = half / math.log1p(margin)
    return max(math.ceil(found.units * ratio**2) - found.units, 1)


def _balanced_order(rows: pd.DataFrame, setting: str, levels: tuple[str, str], order: str | None) -> Condition:
    """Whether the two levels come equally early in their blocks, so that drift cannot pass for an effect."""
    if order is None or order not in rows.columns:
        return Condition("order", "not-recorded")
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
    return Condition("order", _outcome(passed))


def _outcome(passed: bool) -> Outcome:
    return "held" if passed else "broken"


def _manipulated(found: Contrast, column: str, alpha: float) -> Condition:
    passed = found.interval is not None and found.p_value < alpha
    return Condition("manipulation", _outcome(passed), column, found)


def _positive(found: Contrast | None, name: str | None, p_value: float, margin: float, alpha: float) -> Condition:
    if found is None or name is None:
        return Condition("positive", "missing")
    passed = found.interval is not None and p_value < alpha and abs(found.relative) > margin
    return Condition("positive", _outcome(passed), name, found)


def _negative(found: Contrast | None, name: str | None, margin: float) -> Condition:
    if found is None or name is None:
        return Condition("negative", "missing")
    if found.interval is None:
        return Condition("negative", "unmeasured", name, found)
    low, high = _narrower(found)
    return Condition("negative", _outcome(-margin < low and high < margin), name, found)


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
