"""Which finding answers the question of a verdict: what is said first."""

from __future__ import annotations

from collections.abc import Sequence

from sidus_lab.analysis.finding import Claim, Finding
from sidus_lab.analysis.findings.bits_finding import BitsFinding
from sidus_lab.analysis.findings.claims import NodeFinding, SettingFinding, SwapFinding

POSITIVE = (Claim.NODES_DIFFER, Claim.EFFECT, Claim.EFFECT_VARIES, Claim.INTERACTION)


def main_finding(findings: Sequence[Finding]) -> Finding | None:
    """The finding to say first: a cause that was found, else a ticked difference, else what is said of the nodes."""
    asked = [f for f in findings if isinstance(f, NodeFinding | SettingFinding | SwapFinding | BitsFinding)]
    if not asked:
        return None
    causes = [f for f in asked if f.passed and f.cause not in ("unknown", "none", "chance")]
    there = [f for f in asked if f.passed and f.claim in POSITIVE]
    empty = (Claim.NODES_CONSTANT, Claim.NODES_NOT_TOLD)
    nodes = [f for f in asked if isinstance(f, NodeFinding) and f.claim not in empty]
    return next(iter([*causes, *there, *nodes, *asked]))
