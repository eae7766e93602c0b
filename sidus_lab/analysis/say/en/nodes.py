"""Whether the nodes differ, which stand apart, and whether their kind of hardware matters."""

from __future__ import annotations

import math

from sidus_lab.analysis.finding import CAUSE_ALPHA, Claim, Doubt
from sidus_lab.analysis.findings.claims import ApartFinding, KindFinding, NodeFinding, ResponseFinding
from sidus_lab.analysis.say.en.doubts import doubts
from sidus_lab.analysis.say.said import Said
from sidus_lab.words import count, level_name, names, number, percent, percents

CHECK = (
    "F test of the nodes over {unit}, for unequal spreads and neighbours that are alike (Holm over all tests); an "
    "interval of the share that does not reach 0{floor}"
)
UNITS = {"boot": "boots", "session": "sessions", "run": "runs"}


def amount(finding: ResponseFinding, value: float) -> str:
    """A number with the unit of the response."""
    return f"{number(value)} {finding.response_unit}".rstrip()


def distance(finding: ResponseFinding, value: float) -> str:
    """How far something lies off: a share of the mean where that makes sense, else in the unit of the response."""
    return percent(abs(value)) if finding.relative else amount(finding, abs(value))


def nodes(finding: NodeFinding) -> Said:
    """How the variance divides between and within nodes, and whether the nodes differ."""
    floor = "" if math.isnan(finding.floor) else "; node means apart by more than A/A"
    check = CHECK.format(unit=UNITS[finding.counted], floor=floor)
    name = f"{finding.subject}: " if finding.duration else ""
    if finding.claim is Claim.NODES_NOT_TOLD:
        return Said(f"{name}{_not_told(finding)}", "at least two nodes, with two repeats on some")
    if finding.claim is Claim.NODES_CONSTANT:
        return Said(f"{name}every value is {amount(finding, finding.mean)}: there is no variance to divide.", check)
    assert finding.estimate is not None
    assert finding.interval is not None
    what = " of the duration" if finding.duration else ""
    text = (
        f"{name}{percent(finding.estimate)} of the variance{what} lies between the {count(finding.number, 'node')} "
        f"({percents(finding.interval)}, {level_name(finding.interval.level)} interval), "
        f"{percent(1 - finding.estimate)} within them.{_worth(finding)} "
    )
    if finding.claim is Claim.NODES_NOT_SHOWN:
        why = f"p = {number(finding.p_value, 2)}" if finding.p_value >= 0.05 else "the interval reaches 0"
        return Said(f"{text}A difference between the nodes is not shown ({why}).", check)
    if finding.claim is Claim.NODES_WITHIN_FLOOR:
        return Said(
            f"{text}The highest node lies {percent(finding.gap)} above the lowest, which is within the A/A floor of "
            f"{percent(finding.floor)}: the same program on the same node differs that much from itself.",
            check,
        )
    return Said(f"{text}{_differ(finding)}{doubts(finding)}", check)


def _not_told(finding: NodeFinding) -> str:
    if finding.why == "one-node":
        return (
            f"everything was measured on one node ({finding.nodes[0]}): the repeats have a standard deviation of "
            f"{amount(finding, finding.sd_within)} around {amount(finding, finding.mean)}, and nothing can be said "
            "about "
            "other nodes."
        )
    return (
        f"each of the {finding.number} nodes was measured once: the values have a standard deviation of "
        f"{amount(finding, finding.sd_between)}, and how much of that is the node and how much is chance cannot be "
        "told. "
        "A second repeat on some nodes would tell."
    )


def _worth(finding: NodeFinding) -> str:
    ends = finding.rho_interval
    if not finding.worth < 0.9 * finding.repeats or finding.counted != "run":
        return ""
    if ends is None:
        return (
            " So few repeats do not show whether neighbours in time are alike: those of a node count as "
            f"{number(finding.worth, 2)} at the least."
        )
    alike = "are" if ends.low > 0 else "may be"
    return (
        f" Neighbours in time {alike} alike (lag-1 autocorrelation {number(ends.low, 2)} to {number(ends.high, 2)}), "
        f"so the {number(finding.repeats)} repeats of a node count as {number(finding.worth, 2)} at the least."
    )


def _differ(finding: NodeFinding) -> str:
    here = "" if finding.counted == "boot" else " in this session"
    sizes = (
        f"the standard deviation between them is {amount(finding, finding.sd_between)}"
        + (f", {percent(finding.sd_between / abs(finding.mean))} of the mean" if finding.relative else "")
        + f", that of the repeats {amount(finding, finding.sd_within)}"
    )
    over = f" over {count(finding.units, 'boot')}" if finding.counted == "boot" else ""
    by = ""
    if not math.isnan(finding.floor):
        by = f" The highest lies {percent(finding.gap)} above the lowest, more than the A/A floor of "
        by += f"{percent(finding.floor)}."
    if finding.why == "no-floor":
        by = " But without A/A rows the noise floor is not known, so nothing is concluded from that."
    faster = _faster(finding) if finding.duration else ""
    return f"The nodes differ{here}{over}: {sizes}.{by}{_cause(finding)}{faster}"


def _cause(finding: NodeFinding) -> str:
    if finding.cause == "hardware":
        return " The software is the same, so the cause is the machine."
    if finding.failed or finding.why:
        return ""
    if finding.software == "different":
        return " The software differs between the nodes too, so the machine is not the only possible cause."
    if finding.counted != "boot":
        once = "each node was booted once" if finding.doubted(Doubt.ONE_BOOT) else "boots are not recorded"
        return f" Since {once}, a difference between boots cannot be told from one between machines: no cause is named."
    if finding.software == "unknown":
        return " Whether it is the machine or its software, these data do not say."
    if finding.p_value >= CAUSE_ALPHA:
        return f" A cause is named from p < {number(CAUSE_ALPHA)} on; here p = {number(finding.p_value, 2)}."
    return ""


def _faster(finding: NodeFinding) -> str:
    """Which node is faster, or why none may be called so."""
    if finding.same_work is False:
        return " No node is called faster, since the work done differs."
    if finding.same_bits is False:
        return " No node is called faster, since the results differ in bits."
    if finding.same_work is None or finding.same_bits is None:
        what = "the work done" if finding.same_work is None else "whether the results are equal"
        return f" No node is called faster, since {what} is not recorded."
    return f" For the same work and the same result {finding.means[-1][0]} is faster than {finding.means[0][0]}."


def apart(finding: ApartFinding) -> Said:
    """Single nodes far from all others."""
    each = [f"{name} ({distance(finding, gap)} {'above' if gap > 0 else 'below'})" for name, gap in finding.apart]
    verb = "stands" if len(each) == 1 else "stand"
    text = f"{names(each)} {verb} apart from the median node by far more than the others do: look at them first."
    check = "distance from the median node in robust standard deviations (Student's t, Bonferroni over the nodes)"
    return Said(f"{text}{doubts(finding)}", check)


def kind(finding: KindFinding) -> Said:
    """How much of the difference between nodes goes with their kind of hardware."""
    if finding.claim is Claim.KIND_NOT_TOLD:
        text = f"All nodes have the same {finding.kind}, so what it does cannot be told."
        if finding.levels > 1:
            text = (
                f"{finding.kind} has {finding.levels} levels on {finding.number} nodes: what it does cannot be told "
                "from "
                "the single machines. That takes nodes that keep one kind each, two or more of each kind, and repeats."
            )
        return Said(text, f"two or more nodes of each {finding.kind}")
    check = f"F test over node means and restricted likelihood ratio test of {finding.kind} (Holm over all tests)"
    ends = finding.interval
    inside = f" ({percents(ends)}, {level_name(ends.level)} interval)" if ends is not None else ""
    share = finding.estimate if finding.estimate is not None else math.nan
    start = f"{percent(share)} of the variance lies between the {finding.levels} levels of {finding.kind}{inside}"
    p_value = f"p = {number(finding.p_value, 2)}"
    if finding.claim is Claim.KIND_NOT_SHOWN:
        return Said(f"{start}; that the kind of hardware matters is not shown ({p_value}).", check)
    cause = (
        "the kind of hardware is part of what makes the nodes differ"
        if finding.cause == "hardware"
        else "nodes of different kinds differ more than nodes of one kind; whether it is the hardware or what goes "
        "with it, these data do not say"
    )
    return Said(f"{start}: {cause} ({p_value}).{doubts(finding)}", check)
