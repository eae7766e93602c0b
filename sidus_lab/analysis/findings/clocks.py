"""Which clock the durations were read from: an unusual one costs every claim about time its tick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sidus_lab.analysis.finding import Doubt, Doubted, Finding


def doubted(findings: Sequence[Finding], hardware: Mapping[str, Mapping[str, object]] | None) -> list[Finding]:
    """Give the findings, those about time with a doubt where a node's clock is none to measure by.

    `hardware` has, by node, ``usual_clock`` (False where the kernel reads such a clock) and ``clock_source``, its name;
    a node of which neither is known is not doubted. A kernel falls back to a slow clock when it finds the fast one
    unstable (Linux, Documentation/timers/timekeeping.rst), so it may change from boot to boot.
    """
    clocks = {
        node: str(facts.get("clock_source") or "unknown")
        for node, facts in sorted((hardware or {}).items())
        if facts.get("usual_clock") is False
    }
    if not clocks:
        return list(findings)
    doubt = Doubted(Doubt.UNUSUAL_CLOCK, "failed", nodes=tuple(clocks), about=", ".join(sorted(set(clocks.values()))))
    return [replace(each, doubts=(*each.doubts, doubt)) if each.about == "time" else each for each in findings]
