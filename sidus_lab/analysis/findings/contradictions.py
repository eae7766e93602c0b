"""A last pass over the findings of one verdict: of two that cannot both be meant, the weaker loses its tick.

The findings are compared, not their sentences. A finding that loses its tick names no cause any more, and says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sidus_lab.analysis.finding import Claim, Doubt, Doubted, Finding
from sidus_lab.analysis.findings.bits_finding import BitsFinding
from sidus_lab.analysis.findings.claims import NodeFinding, RepeatsFinding, SettingFinding, SwapFinding


@dataclass(frozen=True)
class Rule:
    """A pair that cannot both be meant: `weaker` gives way where it is ticked and some finding clashes with it."""

    name: str
    weaker: Callable[[Finding], bool]
    clashes: Callable[[Finding, Finding], bool]


def _is(*claims: Claim) -> Callable[[Finding], bool]:
    return lambda finding: finding.claim in claims


def _same_subject(one: Finding, other: Finding) -> bool:
    return one.subject == other.subject


def _names_hardware(finding: Finding) -> bool:
    """Whether hardware is the cause by the software being the same; a swap design holds the software apart itself."""
    return finding.cause == "hardware" and not isinstance(finding, SwapFinding)


def _rests_on_order(finding: Finding) -> bool:
    """Whether a claim holds only if nothing changed meanwhile: its order failed, or is assumed."""
    kinds = (Doubt.ORDER_UNKNOWN, Doubt.UNBALANCED_ORDER, Doubt.APART_IN_TIME)
    return any(doubt.doubt in kinds for doubt in finding.doubts)


RULES = (
    Rule(
        "the nodes differ, and no effect of the hardware is shown",
        _is(Claim.NODES_DIFFER),
        lambda weak, other: (
            isinstance(other, SwapFinding)
            and other.role == "node"
            and other.claim is Claim.EFFECT_NOT_SHOWN
            and _same_subject(weak, other)
        ),
    ),
    Rule(
        "a node stands apart, and no difference between the nodes is shown",
        _is(Claim.NODES_APART),
        lambda weak, other: (
            other.claim in (Claim.NODES_NOT_SHOWN, Claim.NODES_WITHIN_FLOOR, Claim.NODES_CONSTANT)
            and _same_subject(weak, other)
        ),
    ),
    Rule(
        "the repeats are alike, and they drift",
        lambda finding: isinstance(finding, RepeatsFinding) and finding.alike,
        lambda weak, other: (
            other.claim in (Claim.DRIFT, Claim.REPEATS_DIFFER) and other.passed and _same_subject(weak, other)
        ),
    ),
    Rule(
        "a level or a node makes the difference, and a drift is shown that its order does not exclude",
        lambda finding: (
            finding.claim in (Claim.EFFECT, Claim.EFFECT_VARIES, Claim.NODES_DIFFER, Claim.KIND_MATTERS)
            and _rests_on_order(finding)
        ),
        lambda weak, other: other.claim is Claim.DRIFT and other.passed and _same_subject(weak, other),
    ),
    Rule(
        "one factor is a cause, and what it does depends on the other",
        lambda finding: isinstance(finding, SwapFinding) and finding.claim is Claim.EFFECT,
        lambda weak, other: (
            isinstance(weak, SwapFinding)
            and isinstance(other, SwapFinding)
            and other.claim is Claim.INTERACTION
            and weak.role in other.role.split(":")
            and _same_subject(weak, other)
        ),
    ),
    Rule(
        "the software is the same, and it is a cause",
        _is(Claim.SOFTWARE_SAME),
        lambda _, other: other.passed and other.cause == "software" and other.about != "software",
    ),
    Rule(
        "the hardware is the cause, and the software is not the same",
        _names_hardware,
        lambda _, other: (
            other.claim in (Claim.SOFTWARE_DIFFERS, Claim.SOFTWARE_UNPROVEN)
            or (other.claim is Claim.SOFTWARE_SAME and not other.passed)
        ),
    ),
    Rule(
        "all nodes have the same bits, and some gave none",
        lambda finding: (
            isinstance(finding, BitsFinding)
            and finding.claim is Claim.BITS_AGREE
            and bool(finding.left_out.nodes or any(item.left_out.nodes for item in finding.judged))
        ),
        lambda weak, other: weak is other,
    ),
    Rule(
        "the nodes have the same bits, and a time is not compared because they differ",
        lambda finding: isinstance(finding, BitsFinding) and finding.claim is Claim.BITS_AGREE and not finding.judged,
        lambda weak, other: (
            isinstance(other, NodeFinding | SettingFinding) and other.same_bits is False and _same_subject(weak, other)
        ),
    ),
    Rule(
        "a node is faster for the same result, and the bits differ",
        lambda finding: isinstance(finding, NodeFinding) and finding.same_bits is True,
        lambda weak, other: (
            isinstance(other, BitsFinding)
            and other.claim in (Claim.BITS_DIFFER, Claim.BITS_PERSIST, Claim.BITS_FORCED_AGREE, Claim.BITS_FORCED_FEWER)
            and not other.at
            and _same_subject(weak, other)
        ),
    ),
)


def clashes(findings: Sequence[Finding]) -> list[tuple[int, str]]:
    """The findings (by their place) that are ticked and cannot be meant beside another, each with the rule's name."""
    found = []
    for index, weak in enumerate(findings):
        if weak.passed:
            found += [
                (index, rule.name)
                for rule in RULES
                if rule.weaker(weak) and any(rule.clashes(weak, other) for other in findings)
            ]
    return found


def mended(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings, of which no two that are ticked contradict each other; the order stays.

    A finding that loses its tick can take the ground from another (hardware is the cause only where the software is
    the same), so this goes on until nothing gives way; each round takes a tick and none gives one, so it ends.
    """
    rest = list(findings)
    while found := clashes(rest):
        for index in dict.fromkeys(place for place, _ in found):
            doubt = Doubted(Doubt.CONTRADICTION, "failed")
            rest[index] = replace(rest[index], cause="unknown", doubts=(*rest[index].doubts, doubt))
    return tuple(rest)
