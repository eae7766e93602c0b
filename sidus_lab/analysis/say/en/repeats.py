"""Whether the repeats are alike in the order of time, and whether the response drifts."""

from __future__ import annotations

import math

from sidus_lab.analysis.finding import Claim
from sidus_lab.analysis.findings.claims import DriftFinding, RepeatsFinding
from sidus_lab.analysis.say.en.doubts import doubts
from sidus_lab.analysis.say.en.nodes import distance
from sidus_lab.analysis.say.said import Said
from sidus_lab.words import duration, level_name, number, percents, span


def repeats(finding: RepeatsFinding) -> Said:
    """Whether the number of the repetition matters (warm-up)."""
    check = f"first {finding.within} against the others, and slope over {finding.within}; t tests over nodes (Holm)"
    p_value = f"p = {number(finding.p_value, 2)}"
    if finding.claim is Claim.REPEATS_DIFFER:
        value = finding.estimate or 0.0
        text = (
            f"The repeats are not alike: {finding.within} {finding.level} lies {distance(finding, value)} "
            f"{'above' if value > 0 else 'below'} the others ({p_value}). Warm-up or drift; it is part of the variance "
            "within nodes."
        )
        return Said(text + doubts(finding), check)
    text = f"No effect of {finding.within} is shown ({p_value})"
    if finding.alike:
        return Said(
            f"{text}, and one of {number(finding.detectable, 2)} standard deviations of the repeats would have been "
            "found "
            "9 times in 10: the repeats may be taken as alike to within that.",
            check,
        )
    return Said(
        f"{text}, but one of less than {number(finding.detectable, 2)} standard deviations of the repeats would "
        "hardly have "
        "been found: whether the repeats are alike is open.",
        check,
    )


def drift(finding: DriftFinding) -> Said:
    """Whether the response drifts with time."""
    check = "Student's t over the nodes' slopes in time (Holm over all tests)"
    if finding.claim is Claim.DRIFT_NOT_SHOWN:
        p_value = number(finding.p_value, 2)
        return Said(f"No drift over time is shown (p = {p_value}, over {finding.over_nodes} nodes).", check)
    assert finding.interval is not None
    value = finding.estimate or 0.0
    ends = percents(finding.interval) if finding.relative else span(finding.interval, finding.response_unit)
    while_ = "from its first run to its last"
    if not math.isnan(finding.hours):
        while_ = f"over the {duration(3600 * finding.hours)} that a node was measured"
    name = finding.subject
    text = (
        f"{name} {'rises' if value > 0 else 'falls'} by {distance(finding, value)} {while_} "
        f"({ends}, {level_name(finding.interval.level)} interval, over {finding.over_nodes} nodes): a drift, which "
        "is part "
        "of the variance within nodes."
    )
    return Said(text + doubts(finding), check)
