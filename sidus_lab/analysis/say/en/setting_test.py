"""The test of a setting: its answer, what it would take, and its conditions."""

from __future__ import annotations

from sidus_lab.analysis.findings.setting import Condition, SettingDecision
from sidus_lab.words import level_name, number, percent, percents


def text(found: SettingDecision) -> str:
    """The answer with its reason."""
    name, target, margin = found.changed, found.workload, percent(found.margin)
    contrast, interval = found.contrast, found.contrast.interval
    if interval is None:
        return f"Whether {name} changes {target} cannot be told: there is nothing to estimate an error from."
    shown = f"{percents(interval)}, {level_name(interval.level)} interval"
    scope = ""
    if contrast.unit != "node":
        scope = f" on {'this node' if contrast.nodes == 1 else f'these {contrast.nodes} nodes'}"
    if found.reason == "not-allowed":
        why = "; ".join(outcome(each, found) for each in found.failed)
        return f"Whether {name} changes {target} cannot be told here: {why}."
    if found.reason == "effect":
        direction = "more" if contrast.relative > 0 else "less"
        size = percent(abs(contrast.relative))
        return f"Yes: {name} makes {target} take {size} {direction} time{scope} ({shown})."
    if found.reason == "negligible":
        return f"No: {name} changes {target} by less than {margin}{scope} ({shown})."
    return (
        f"Whether {name} changes {target} by more than {margin} cannot be told from {contrast.units} "
        f"{contrast.unit}s ({shown}); it would take {takes(found)}."
    )


def takes(found: SettingDecision) -> str:
    """What it would take to tell; empty where it is told."""
    if found.reason == "no-error":
        return "at least two blocks of runs, or three nodes"
    if found.reason == "not-allowed":
        return title(found.failed[0])
    if found.reason != "noise":
        return ""
    noun = found.contrast.unit if found.more == 1 else f"{found.contrast.unit}s"
    return f"about {number(found.more)} more {noun}" + (" of runs" if found.contrast.unit == "block" else "")


def title(condition: Condition) -> str:
    """The name of a condition."""
    if condition.kind == "manipulation" and condition.name:
        return f"{condition.name} changes with the setting"
    return {
        "order": "runs in the order ABBA, or at random, inside each block",
        "manipulation": "a manipulation check",
        "positive": "a positive control",
        "negative": "a negative control",
    }[condition.kind]


def outcome(condition: Condition, found: SettingDecision) -> str:
    """What came of a condition."""
    name = condition.name
    relative = condition.contrast.relative if condition.contrast else 0.0
    return {
        ("order", "held"): "both levels come equally early",
        ("order", "broken"): "one level always ran before the other",
        ("order", "not-recorded"): "the order of the runs is not recorded, so drift is not excluded",
        ("manipulation", "held"): f"{name} changes by {number(relative)}",
        ("manipulation", "broken"): f"{name} does not change with the setting",
        ("manipulation", "missing"): "nothing shows that the setting took effect",
        ("positive", "held"): f"{name} responds ({percent(relative)})",
        ("positive", "broken"): f"{name}, known to respond, does not: the test is blind",
        ("positive", "missing"): "there is no workload known to respond, so the test may be blind",
        ("negative", "held"): f"{name} does not respond",
        ("negative", "broken"): f"{name}, known not to respond, is not shown to stay within {percent(found.margin)}",
        ("negative", "missing"): "there is no workload known not to respond, so something else may have changed",
        ("negative", "unmeasured"): f"{name} was not measured often enough",
    }[condition.kind, condition.outcome]
