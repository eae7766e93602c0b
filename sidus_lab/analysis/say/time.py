"""What the durations say: the share of variance between nodes, and whether a setting changes the time."""

from __future__ import annotations

from sidus_lab.analysis.finding import Software
from sidus_lab.analysis.findings.records import setting_name
from sidus_lab.analysis.findings.timing import NodeTimes, SettingTimes
from sidus_lab.analysis.sentence import Cause, Sentence
from sidus_lab.words import count, level_name, number, percent, percents

ALPHA = 0.05


def nodes(item: NodeTimes, software: Software, *, alpha: float = ALPHA) -> Sentence:
    """One sentence about how the duration of an operation varies between the nodes and within."""
    if item.parts is None:
        text = f"{item.operation}: the variance of the duration cannot be divided. {item.why}"
        return _node_sentence(item, text, "unknown", False)
    parts = item.parts
    if parts.icc.interval is None:
        text = f"{item.operation}: every duration is {number(parts.mean)} s; there is no variance to divide."
        return _node_sentence(item, text, "none", True)
    share = (
        f"{item.operation}: {percent(parts.icc.value)} of the variance of the duration lies between the nodes "
        f"({percents(parts.icc.interval)}, {level_name(parts.icc.interval.level)} interval), "
        f"{percent(parts.repeat.share)} within"
    )
    if item.p_value >= alpha or parts.icc.interval.low <= 0:
        why = f"p = {number(item.p_value, 2)}, corrected for all tests"
        why += "" if item.p_value >= alpha else "; but the interval reaches 0"
        text = f"{share}. A difference between the nodes is not shown ({why})."
        return _node_sentence(item, text, "unknown", False)
    floor = item.floor.among(len(item.means))
    by = f"The slowest node takes {percent(item.slowest_by)} more than the fastest"
    if item.above_floor is None:
        text = f"{share}. {by}, but without A/A rows the noise floor is not known, so nothing is concluded from that."
        return _node_sentence(item, text, "unknown", False)
    if not item.above_floor:
        text = (
            f"{share}. {by}, which is within the A/A floor of {percent(floor)}: the same program on the same node "
            "differs that much from itself."
        )
        return _node_sentence(item, text, "chance", False)
    cause: Cause = "hardware" if software == "same" else "unknown"
    why = {
        "same": "the software is the same, so the difference is the machine's",
        "different": "the software differs between the nodes too, so the machine is not the only possible cause",
        "unknown": "the software is not proven the same, so it may be the machine or the software",
    }[software]
    text = f"{share}. {by}, above the A/A floor of {percent(floor)}; {why}. {_faster(item)}"
    return _node_sentence(item, text, cause, True)


def _faster(item: NodeTimes) -> str:
    """Which node is faster, or why none may be called so."""
    if item.same_work is False:
        return "No node is called faster, since the work done differs."
    if item.same_bits is False:
        return "No node is called faster, since the results differ in bits."
    if item.same_work is None or item.same_bits is None:
        what = "the work done" if item.same_work is None else "whether the results are equal"
        return f"No node is called faster, since {what} is not recorded."
    fastest = min(item.means, key=lambda node: item.means[node])
    slowest = max(item.means, key=lambda node: item.means[node])
    return f"For the same work and the same result {fastest} is faster than {slowest}."


def _node_sentence(item: NodeTimes, text: str, cause: Cause, passed: bool) -> Sentence:
    return Sentence(
        "time",
        text,
        cause=cause,
        estimate=item.parts.icc.value if item.parts else None,
        interval=item.parts.icc.interval if item.parts else None,
        check="F test of the node effect (Holm over all tests), share above 0, node means apart by more than A/A",
        passed=passed,
        rows=item.rows + item.floor.rows,
        unit="share of variance",
        subject=item.operation,
    )


def setting(item: SettingTimes, *, alpha: float = ALPHA) -> Sentence:
    """One sentence about what a forced setting does to the time, or why that may not be said."""
    name, contrast = setting_name(item.setting), item.contrast
    start = f"{item.operation} with {name}"
    if item.same_work is False:
        return _setting_sentence(item, f"{start}: no claim about speed, since the work done differs.", False)
    if item.same_bits is False:
        text = f"{start}: no claim about speed, since the result differs from the one with nothing forced."
        return _setting_sentence(item, text, False)
    if item.same_work is None or item.same_bits is None:
        what = "the work done was" if item.same_work is None else "equal results were"
        return _setting_sentence(item, f"{start}: no claim about speed, since {what} not recorded.", False)
    if contrast.interval is None:
        text = f"{start}: no claim about speed; that takes at least two blocks of runs, or three nodes."
        return _setting_sentence(item, text, False)
    change = f"{percent(abs(contrast.relative))} {'more' if contrast.relative > 0 else 'less'} time"
    interval = f"{percents(contrast.interval)}, {level_name(contrast.interval.level)} interval"
    scope = f"over {count(contrast.nodes, 'node')}"
    if contrast.unit == "block":
        where = "this node" if contrast.nodes == 1 else f"these {contrast.nodes} nodes"
        scope = f"on {where}, over {contrast.units} blocks of runs"
    if item.p_value >= alpha:
        text = f"{start}: a change of the time is not shown ({interval}, {scope}; p = {number(item.p_value, 2)})."
        return _setting_sentence(item, text, False)
    if not item.floor.known:
        text = f"{start}: {change} ({interval}, {scope}), but without A/A rows the noise floor is not known."
        return _setting_sentence(item, text, False)
    if abs(contrast.relative) <= item.floor.relative:
        text = (
            f"{start}: {change} ({interval}, {scope}), which is within the A/A floor of {percent(item.floor.relative)}."
        )
        return _setting_sentence(item, text, False, "chance")
    text = f"{start}: {change} for the same work and the same result ({interval}, {scope})."
    return _setting_sentence(item, text, True, "setting")


def _setting_sentence(item: SettingTimes, text: str, passed: bool, cause: Cause = "unknown") -> Sentence:
    return Sentence(
        "time",
        text,
        cause=cause,
        estimate=item.contrast.relative,
        interval=item.contrast.interval,
        check="same work, same bits, t test over nodes or blocks (Holm over all tests), change above the A/A floor",
        passed=passed,
        rows=item.contrast.rows,
        unit="relative change",
        subject=item.operation,
    )


def table_row(item: NodeTimes) -> dict[str, object]:
    """The columns about time for one operation at one setting."""
    interval = item.parts.icc.interval if item.parts else None
    return {
        "median s": item.median,
        "share between nodes": item.parts.icc.value if item.parts else float("nan"),
        "low": interval.low if interval else float("nan"),
        "high": interval.high if interval else float("nan"),
        "slowest by": item.slowest_by,
        "A/A floor": item.floor.relative,
    }
