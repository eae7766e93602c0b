"""What the records do not allow to say, and what it would take."""

from __future__ import annotations

from sidus_lab.analysis.findings.limits import LimitFinding, OutlookFinding, TallyFinding
from sidus_lab.analysis.findings.outlook import FACTOR, WIDTH
from sidus_lab.analysis.numbers.planning import Promise
from sidus_lab.analysis.say.said import Said
from sidus_lab.words import count, names, number, percent, roughly


def tally(finding: TallyFinding) -> Said:
    """Rows that were not used."""
    if finding.reason == "copies":
        text = f"{count(finding.rows, 'row')} were exact copies of others and counted once."
        return Said(text, "no two rows are equal in every column")
    if finding.reason == "untimed":
        text = f"{count(finding.rows, 'row')} had no positive duration: used for bits, not for time."
        return Said(text, "every duration is a positive number")
    statuses = ", ".join(f"{number_of} {status}" for status, number_of in finding.statuses.items())
    lost = f" No usable row is left of {names(finding.nodes)}." if finding.nodes else ""
    text = f"{finding.rows} of {count(finding.total, 'row')} could not be used: {statuses}.{lost}"
    return Said(text, "status of every row")


def limit(finding: LimitFinding) -> Said:
    """What this design cannot tell."""
    who = names(finding.nodes)
    if finding.limit == "one-node":
        text = f"Everything was measured on one node ({who}): nothing can be said about other nodes. One more at least."
        return Said(text, "at least two nodes")
    if finding.limit == "single-kind":
        each = "are each the only node" if len(finding.nodes) > 1 else "is the only node"
        text = (
            f"{who} {each} of its kind of hardware: a difference between kinds cannot be told from a difference "
            f"between "
            "single machines. One more node of each such kind would tell."
        )
        return Said(text, "at least two nodes of each kind of hardware")
    if finding.limit == "no-floor":
        text = "There are no A/A rows (the same thing measured twice on a node), so the noise floor is not known."
        return Said(text, "A/A rows on at least one node")
    check = "idle states of the processor are visible on the nodes"
    if finding.limit == "virtual":
        text = (
            f"The effect of C-states (power saving of an idle processor) cannot be tested on {who}: a virtual machine "
            "does not control them. It takes a physical node."
        )
        return Said(text, check)
    text = (
        f"The effect of C-states cannot be tested on {who}: the kernel shows no idle states there. It takes a node "
        f"whose "
        "kernel does."
    )
    return Said(text, check)


def outlook(finding: OutlookFinding) -> Said:
    """How many more nodes would say what these cannot, and with which chance."""
    found = finding.outlook
    cost = f" ({roughly(finding.seconds)} of measuring on each)" if finding.seconds else ""
    check = (
        f"interval of every share between nodes no wider than {percent(WIDTH)}, and the standard deviation between "
        f"nodes "
        f"known to within a factor of {number(FACTOR, 1)}"
    )
    these, name = count(found.nodes, "node"), found.widest
    if found.state == "badly-known":
        does = f"narrow it to {percent(WIDTH)}" if found.asked == "width" else "show a difference like this"
        text = (
            f"With {these} the share between nodes is known badly ({name}: the interval spans {percent(found.width)}). "
            f"{_promised(found.plan, does)}{cost}."
        )
        return Said(text, check)
    if found.state == "these-only":
        unit = f" {finding.response_unit}" if finding.response_unit else ""
        does = f"narrow that to a factor of {number(FACTOR, 1)}"
        text = (
            f"What is said holds for these {these}. How much nodes differ in general is hardly known from "
            f"{found.nodes}: the standard deviation of {name} between nodes lies anywhere from "
            f"{number(found.spread.low)} to {number(found.spread.high)}{unit}. {_promised(found.plan, does)}{cost}."
        )
        return Said(text, check)
    text = (
        f"{these} are enough for the shares between nodes: the widest interval ({name}) spans {percent(found.width)}."
    )
    return Said(text, check)


def _promised(plan: Promise | None, does: str) -> str:
    """What a plan promises, its chance, and what it assumes of the share."""
    if plan is None:
        return f"No number of nodes up to 1,000 promises to {does}"
    if not plan.more:
        return f"As many nodes, measured once more, would {does} with a chance of {percent(plan.chance)}"
    given = "" if plan.share is None else f", if the share between nodes is {percent(plan.share)}"
    return f"{count(plan.more, 'more node')} would {does} with a chance of {percent(plan.chance)}{given}"
