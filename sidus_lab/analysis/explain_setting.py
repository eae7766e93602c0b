"""The test of a setting, with its answer in words: yes, no, or it cannot be told and what it would take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from sidus_lab import words
from sidus_lab.analysis import say
from sidus_lab.analysis.findings.setting import Answer, SettingDecision, decide_setting
from sidus_lab.analysis.numbers.contrast import Contrast


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
    says what it would take where the answer is "cannot be told". `decision` is the same without words.
    """

    workload: str
    answer: Answer
    text: str
    contrast: Contrast
    margin: float
    checks: tuple[Check, ...]
    trend: float
    takes: str = ""
    decision: SettingDecision | None = None


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
    found = decide_setting(
        frame,
        setting=setting,
        forced=forced,
        baseline=baseline,
        workload=workload,
        target=target,
        positive=positive,
        negative=negative,
        response=response,
        node=node,
        block=block,
        order=order,
        manipulation=manipulation,
        doses=doses,
        margin=margin,
        alpha=alpha,
        level=level,
    )
    return _worded(found)


def _worded(found: SettingDecision) -> SettingTest:
    """The decision in the current language."""
    said = say.of("setting_test")
    checks = tuple(
        Check(words.typeset(said.title(each)), each.passed, words.typeset(said.outcome(each, found)), each.contrast)
        for each in found.conditions
    )
    return SettingTest(
        workload=found.workload,
        answer=found.answer,
        text=words.typeset(said.text(found)),
        contrast=found.contrast,
        margin=found.margin,
        checks=checks,
        trend=found.trend,
        takes=words.typeset(said.takes(found)),
        decision=found,
    )
