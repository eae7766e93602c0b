"""What each setting did to the bits, whom it says nothing of, and what speaks against it as the cause."""

from __future__ import annotations

from sidus_lab.analysis.finding import Claim, Doubt
from sidus_lab.analysis.findings.bits_finding import BitsFinding
from sidus_lab.analysis.findings.judged import Judged, Partition
from sidus_lab.analysis.say.en.settings import decides, setting_name
from sidus_lab.words import count, either, names, percent


def not_shown(finding: BitsFinding) -> str:
    """Why a setting is not called the cause."""
    said = []
    for doubt in finding.doubts:
        if doubt.doubt is Doubt.UNBALANCED_ORDER:
            said.append(
                f"on {names(doubt.nodes)} all runs with no setting forced came before, or all after, those with it"
            )
        elif doubt.doubt is Doubt.ONE_BOOT:
            said.append(f"on {names(doubt.nodes)} no boot, code and image had runs both with it and without")
        elif doubt.doubt is Doubt.SOFTWARE:
            same = {"different": "the software differs between the nodes", "code": "the code differs between the nodes"}
            said.append(same.get(doubt.about, "the software is not proven the same"))
        elif doubt.doubt is Doubt.FEW_REPEATS:
            said.append("there are too few repeats")
    return "; ".join(said) or "something else may have changed"


def but(finding: BitsFinding, items: tuple[Judged, ...]) -> str:
    """What the other settings did; those that only contain one of these are not named."""
    others = [i for i in finding.judged if not any(set(other.setting) <= set(i.setting) for other in items)]
    differing = [item for item in others if item.effect in ("changes", "regroups", "splits")]
    text = f", but not with {either([setting_name(item.setting) for item in differing])}" if differing else ""
    return text + "".join(clause(item) for item in others if item not in differing)


def clause(item: Judged) -> str:
    """What one setting did, after the nodes' groups."""
    name = setting_name(item.setting)
    apart = len(item.before) > 1
    if item.effect == "nothing":
        if item.obeyed is False:
            text = f"; {name} was not obeyed: the program reports another choice, and no bit changed"
        elif item.in_vain:
            text = f", and still do with {name}, which was obeyed: {decides(item.setting)} is not the cause"
        elif item.obeyed and apart:
            text = f", and still do with {name}, which changed no bit"
        elif apart or item.obeyed is None:
            text = f"; {name} changed no bit on any node, so it may not have been obeyed"
        else:
            text = f"; {name} changed no bit"
    elif item.effect == "changes" and apart:
        text = f", and still do with {name}"
        if item.in_vain:
            text += f", which changed the bits on each: {decides(item.setting)} is not the cause"
        else:
            text += f", which changed the bits on {names(item.moved)} only" if item.moved != item.nodes else ""
    elif item.effect == "changes":
        text = f"; with {name} the bits change alike on {names(item.nodes)}"
    elif item.effect in ("splits", "regroups"):
        text = f"; with {name} the groups are {partition(item.after)}"
    elif item.effect == "removes":
        text = f"; with {name} {names(item.nodes)} agree"
    elif item.effect == "merges":
        text = f"; with {name} the groups are {partition(item.after)}"
    elif item.effect == "unsettles":
        text = f"; with {name} {names(item.left_out.wavering)} gave several results"
    else:
        text = f"; with {name} no two nodes can be compared"
    settled = f"; {names(item.settled)} gave one result with it" if item.settled else ""
    return text + left_out(item) + settled


def left_out(item: Judged) -> str:
    """The nodes that a setting says nothing of, and why."""
    left = item.left_out
    parts = [
        (left.crashed, "crashed with it"),
        (left.unhashed, "gave no result with it"),
        (left.absent, "was not measured with it" if len(left.absent) == 1 else "were not measured with it"),
        (left.only, "was measured only with it" if len(left.only) == 1 else "were measured only with it"),
    ]
    said = [f"{names(nodes)} {what}" for nodes, what in parts if nodes]
    return f" ({'; '.join(said)})" if said else ""


def missing(finding: BitsFinding) -> str:
    """The nodes that gave nothing at the setting compared."""
    left = finding.left_out
    parts = [
        (left.crashed, "crashed"),
        (left.unhashed, "gave no result hash"),
        (left.absent, f"gave no run with {setting_name(finding.at)}"),
    ]
    return "".join(f"; {names(nodes)} {what}" for nodes, what in parts if nodes)


def doubts(finding: BitsFinding) -> str:
    """What costs the tick, and what is assumed."""
    text = ""
    for doubt in finding.doubts:
        if doubt.doubt is Doubt.FEW_REPEATS and doubt.about == "chance" and finding.claim is not Claim.BITS_FOLLOW:
            text += (
                f" Results shuffled over all runs would look as orderly in {percent(doubt.value)} of cases, so chance "
                "is not excluded."
            )
        elif doubt.doubt is Doubt.FEW_REPEATS and doubt.about != "chance":
            text += (
                f" There is {count(int(doubt.value), 'repeat')} on some node"
                if doubt.value == 1
                else f" There are {count(int(doubt.value), 'repeat')} on some node"
            )
            text += f", so chance within a node is not excluded: that takes {int(doubt.limit)} at least."
        elif doubt.doubt is Doubt.ORDER_UNKNOWN:
            text += " The order of the runs is not recorded: that nothing else changed meanwhile is assumed."
        elif doubt.doubt is Doubt.SOFTWARE and doubt.state == "unknown":
            text += " The code is not recorded: that it is the same is assumed."
    return text


def partition(groups: Partition) -> str:
    """The groups of nodes that agree among themselves: "node1 against node2"."""
    return " against ".join(names(nodes, 4) for nodes in groups)


def everyone(nodes: tuple[str, ...]) -> str:
    """All nodes of a comparison: "both nodes", "all 3 nodes"."""
    return "both nodes" if len(nodes) == 2 else f"all {len(nodes)} nodes"
