"""The first line of a verdict: the answer, for a reader who is no statistician."""

from __future__ import annotations

from sidus_lab.analysis.finding import Claim
from sidus_lab.analysis.findings.claims import NodeFinding
from sidus_lab.analysis.say.en.doubts import doubts
from sidus_lab.analysis.say.en.nodes import distance
from sidus_lab.words import names, sentence


def nodes(finding: NodeFinding) -> str:
    """Whether the nodes differ, and which of them."""
    name = f"{finding.subject}: " if finding.duration else ""
    if finding.claim is Claim.NODES_DIFFER and finding.held:
        # A name that comes first keeps its letters.
        text = f"{name}{_who(finding)}" if name or finding.apart else sentence(_who(finding))
        return text + ("." + doubts(finding) if finding.failed else _itself(finding))
    text = {
        Claim.NODES_DIFFER: "whether the nodes differ is open: how far one differs from itself was not measured.",
        Claim.NODES_WITHIN_FLOOR: "the nodes differ by no more than one of them differs from itself.",
        Claim.NODES_CONSTANT: "every value is the same.",
        Claim.NODES_NOT_TOLD: "whether nodes differ cannot be told from these data.",
    }.get(finding.claim, "no node is shown to differ from the others.")
    return f"{name}{text}" if name else sentence(text)


def _who(finding: NodeFinding) -> str:
    up, down = ("slower", "faster") if finding.duration else ("higher", "lower")
    if finding.apart:
        gap = finding.apart[0][1]
        which = names([node for node, _ in finding.apart])
        verb = "is" if len(finding.apart) == 1 else "are"
        others = "the other" if len(finding.means) - len(finding.apart) == 1 else "the others"
        size = distance(finding, gap) if len(finding.apart) == 1 else f"about {distance(finding, gap)}"
        return f"{which} {verb} {size} {up if gap > 0 else down} than {others}"
    high, low = finding.means[0][0], finding.means[-1][0]
    differ = "seem to differ" if finding.failed else "differ"
    return f"the {finding.number} nodes {differ}: {high} is {distance(finding, finding.gap)} {up} than {low}"


def _itself(finding: NodeFinding) -> str:
    text = "; that is more than any node differs from itself"
    if not finding.gap > finding.itself:
        text = "; nodes that are equal would hardly differ so much"
    if finding.counted != "boot":
        return f"{text} in this session."
    return f"{text}, and the cause is the machine." if finding.cause == "hardware" else f"{text}."
