"""What a setting, an image, a code or a node does to a response."""

from __future__ import annotations

import math

from sidus_lab.analysis.finding import Claim
from sidus_lab.analysis.findings.claims import SettingFinding, SwapFinding, UntoldFinding
from sidus_lab.analysis.say.en.doubts import doubts
from sidus_lab.analysis.say.en.nodes import amount, distance
from sidus_lab.analysis.say.said import Said
from sidus_lab.words import Ends, count, level_name, names, number, percent, percents, span

SETTING = (
    "t test over nodes or blocks (Holm over all tests), the same effect on all nodes, levels run in mixed order, no "
    "runs "
    "lost at one level only, change above the A/A floor"
)
SWAP = "F test between boots (codes: within boots), significant at 2 % over all tests (Holm), levels in mixed order"


def setting(finding: SettingFinding) -> Said:
    """What one level of a setting does, beside its baseline, or why that may not be said."""
    name = f"{finding.factor}={finding.level}"
    against = "" if finding.baseline == "default" and finding.duration else f" against {finding.baseline}"
    start = f"{finding.subject} with {name}{against}" if finding.duration else f"{name}{against}"
    if finding.claim is Claim.EFFECT_NOT_TOLD:
        return Said(f"{start}: {_not_told(finding)}", SETTING)
    if finding.claim is Claim.EFFECT_VARIES:
        return Said(f"{start}: {_varies(finding)}{_missing(finding)}{doubts(finding)}", SETTING)
    assert finding.interval is not None
    assert finding.estimate is not None
    ends = _ends(finding, finding.interval)
    scope = f"over {count(finding.units, 'node')}"
    if finding.counted == "block":
        where = "this node" if len(finding.nodes) == 1 else f"these {len(finding.nodes)} nodes"
        scope = f"on {where} only, over {finding.units} blocks of runs"
    interval = f"({ends}, {level_name(finding.interval.level)} interval, {scope})"
    if finding.claim is Claim.EFFECT_NOT_SHOWN:
        what = "the time" if finding.duration else finding.subject
        return Said(
            f"{start}: a change of {what} is not shown {interval[:-1]}; p = {number(finding.p_value, 2)})."
            f"{_detectable(finding)}",
            SETTING,
        )
    if finding.claim is Claim.EFFECT_WITHIN_FLOOR:
        size = percent(abs(finding.estimate))
        return Said(f"{start}: {size} {interval}, within the A/A floor of {percent(finding.floor)}.", SETTING)
    text = f"{start}: {_change(finding, finding.estimate)} {interval}"
    return Said(f"{text}.{_missing(finding)}{doubts(finding)}", SETTING)


def _detectable(finding: SettingFinding) -> str:
    """The size that would have been found: what the same measuring promises."""
    if math.isnan(finding.detectable):
        return ""
    return f" As much measuring shows one of {distance(finding, finding.detectable)} with a chance of 90 %."


def _change(finding: SettingFinding, value: float) -> str:
    size = distance(finding, value)
    if finding.duration:
        return f"{size} {'more' if value > 0 else 'less'} time for the same work and the same result"
    return f"{finding.subject} is {size} {'higher' if value > 0 else 'lower'}"


def _not_told(finding: SettingFinding) -> str:
    if finding.why == "too-few":
        return "cannot be told; that takes three nodes with both levels, or at least two blocks of runs on these."
    return "no claim about speed, since " + {
        "other-work": "the work done differs.",
        "other-bits": "the result differs from the one with nothing forced.",
        "no-work": "the work done was not recorded.",
        "no-bits": "equal results were not recorded.",
    }.get(finding.why, "it cannot be told.")


def _varies(finding: SettingFinding) -> str:
    by_node = dict(finding.effects)
    up = [node for node in finding.acting if by_node[node] > 0]
    down = [node for node in finding.acting if by_node[node] <= 0]
    parts = [_group(finding, [by_node[n] for n in group], group) for group in (up, down) if group]
    rest = [node for node in finding.nodes if node not in finding.acting]
    elsewhere = f"; none is shown elsewhere ({names(rest)})" if rest else ""
    return f"the effect is not the same on all nodes: {' and '.join(parts)}{elsewhere}."


def _group(finding: SettingFinding, values: list[float], nodes: list[str]) -> str:
    low, high = min(values), max(values)
    word = ("more time" if low > 0 else "less time") if finding.duration else ("higher" if low > 0 else "lower")
    ends = sorted((abs(low), abs(high)))
    same = distance(finding, ends[0]) == distance(finding, ends[1])
    size = distance(finding, low) if same else f"{distance(finding, ends[0])} to {distance(finding, ends[1])}"
    return f"{size} {word} on {names(nodes)}"


def _missing(finding: SettingFinding) -> str:
    return f" {names(finding.missing)} had not both levels." if finding.missing else ""


def _ends(finding: SettingFinding | SwapFinding, ends: Ends) -> str:
    return percents(ends) if finding.relative else span(ends, finding.response_unit)


def swap(finding: SwapFinding) -> Said:
    """Whether one factor of a swap design is a cause."""
    role = {"node": "hardware", "image": "software", "code": "code"}.get(finding.role, finding.role)
    size = math.nan if finding.estimate is None else finding.estimate
    if finding.claim is Claim.INTERACTION:
        text = f"{finding.name}: what one does depends on the other, so neither is the cause alone."
    elif finding.claim is Claim.EFFECT_NOT_TOLD:
        why = _untested(finding.role, finding.why, finding.comparisons)
        text = f"{finding.name}: whether the {role} is a cause cannot be told: {why}."
    elif finding.claim is Claim.EFFECT_WITHIN_FLOOR:
        text = f"{finding.name}: its levels differ by up to {distance(finding, size)}, which is within the A/A floor."
    elif finding.claim is Claim.EFFECT:
        ends = finding.interval
        inside = f" ({_ends(finding, ends)}, {level_name(ends.level)} interval)" if ends is not None else ""
        if finding.cause == "unknown":
            text = f"{finding.name}: its levels differ by up to {distance(finding, size)}{inside}.{doubts(finding)}"
        else:
            text = (
                f"{finding.name}: the {role} is a cause; its levels differ by up to {distance(finding, size)}{inside}."
            )
    else:
        least = percent(finding.detectable) if finding.relative else amount(finding, finding.detectable)
        text = f"{finding.name}: no effect of the {role} is shown; one of {least} would have been found 9 times in 10."
    return Said(text, SWAP)


def _untested(role: str, why: str, comparisons: int) -> str:
    if why == "never-alone":
        return f"the {role} never changes while the others stay the same"
    if why == "within-floor":
        return "its size is within the A/A floor"
    return f"the error rests on {count(comparisons, 'comparison')} of equal boots, which is too few"


def untold(finding: UntoldFinding) -> Said:
    """That a swap design names no cause."""
    untested = "; ".join(f"{name}: {_untested(name, why, rests)}" for name, why, rests in finding.untested)
    why = untested or "no effect stands out from the differences between equal boots"
    return Said(f"What makes the difference cannot be told: {why}.", SWAP)
