"""What changes over time allow to say: the cause that their pattern points to, and speed where the work is known."""

from __future__ import annotations

from sidus_lab.analysis.findings.changed import ChangeFinding, SpeedFinding, UnchangedFinding
from sidus_lab.analysis.findings.common_cause import SAME_WORK
from sidus_lab.analysis.say.said import Said
from sidus_lab.words import moment, names, number, percent
from sidus_lab.words import sentence as begin

POINTS_TO = {
    "shared": "all moved at once, so the cause is something that they share (software, a service, a network, the "
    "room), and not a single machine",
    "code": "this moved everywhere at once and others there did not, so the cause is what it alone has: its code, its "
    "input, or what only it uses; not the machines",
    "place": "all that runs there moved and nothing elsewhere did, so the cause is in that place; whether it is its "
    "hardware, its software or its load, the pattern does not tell",
    "unknown": "this pattern alone does not tell the cause",
}


def changed(finding: ChangeFinding) -> Said:
    """What moved when and where, what stood still, and what that points to."""
    change = finding.change
    what = f"{finding.value} of {names(change.applications)}" if change.applications != [""] else finding.value
    factor = number(max(change.ratio, 1 / change.ratio))
    moved = f"{'rose' if change.ratio > 1 else 'fell'} {factor}-fold"
    many = len(change.groups)
    where = f"on all {many}" if many == finding.places > 1 else f"on {many} of {finding.places}"
    return Said(
        f"{begin(what)} {moved} between {moment(change.after)} and {moment(change.before)} UTC {where} "
        f"({finding.place}: {names(change.groups)}), while {len(change.still)} other series did not move: "
        f"{POINTS_TO[finding.cause]}.",
        f"change points, permutation test on each series (largest p-value {number(finding.p_value)}); "
        f"{len(change.also)} series moved in the same window but perhaps at another moment, "
        f"{len(change.unwatched)} had too few runs to tell",
    )


def speed(finding: SpeedFinding) -> Said:
    """Whether a change may be called one of speed."""
    factor = number(max(finding.ratio, 1 / finding.ratio))
    text = f"The work done stayed the same, so this is a change of speed: {factor}-fold."
    if not finding.held:
        work = f"median {number(finding.before)} to {number(finding.after)}"
        text = f"The work done changed too ({work}): no claim about speed."
    return Said(text, f"median work before and after, equal within {percent(SAME_WORK - 1)}")


def unchanged(finding: UnchangedFinding) -> Said:
    """That nothing moved."""
    text = f"No change of the level of {finding.subject} by a factor of {number(finding.least)} or more is shown."
    return Said(text, "change points, permutation test")
