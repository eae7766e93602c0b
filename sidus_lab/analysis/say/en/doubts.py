"""What casts doubt on a claim, and what it takes for granted: a clause for each."""

from __future__ import annotations

from sidus_lab.analysis.finding import Doubt, Doubted, Finding
from sidus_lab.words import level_name, names, number, percent


def doubts(finding: Finding) -> str:
    """The end of a sentence on what failed and what is assumed; empty where nothing is."""
    parts = []
    failed = [clause for item in finding.failed if (clause := _failed(item))]
    if failed:
        parts.append(f" But {'; and '.join(failed)}: so this is no finding yet.")
    assumed = [clause for item in finding.assumed if (clause := _assumed(item))]
    if assumed and finding.held:
        parts.append(f" This assumes that {', and that '.join(dict.fromkeys(assumed))}.")
    return "".join(parts)


def _failed(item: Doubted) -> str:
    if item.doubt is Doubt.LOST_RUNS and item.nodes:
        return (
            f"up to {percent(item.value)} of the runs were lost on {names(item.nodes)} and {percent(item.limit)} "
            "elsewhere, so those that are left are no fair sample"
        )
    if item.doubt is Doubt.UNBALANCED_ORDER and item.about == "baseline":
        return (
            "the runs that are compared came early in a boot on some nodes and late on others, so a drift or a warm-up "
            "cannot be told from the node"
        )
    if item.doubt is Doubt.CONFOUNDED and item.nodes:
        return f"some nodes share a {item.about} that the others do not have, so the nodes cannot be told from it"
    return {
        Doubt.AUTOCORRELATED: f"runs that follow each other are so alike{_ends(item)} that a state which lasts "
        "cannot be "
        "told from the node",
        Doubt.APART_IN_TIME: "they were measured one after another, so what changed meanwhile cannot be told from them",
        Doubt.UNBALANCED_ORDER: "one level ran before the other, so a drift or a warm-up cannot be told from its "
        "effect",
        Doubt.CONFOUNDED: f"it was always set together with {item.about}, so the two cannot be told apart",
        Doubt.LOST_RUNS: f"{percent(item.value)} of the runs were lost at one level and {percent(item.limit)} at the "
        "other, so those that are left are no fair sample",
        Doubt.OUTLIERS: f"it rests on {item.value:.0f} outlying runs, without which it is not shown",
        Doubt.CLOCK: "the difference is smaller than the step of the clock",
        Doubt.UNUSUAL_CLOCK: f"the clock of {names(item.nodes)} is {item.about}, by which no time should be measured",
        Doubt.NO_FLOOR: "without A/A rows the noise floor is not known",
        Doubt.OVERLAP: f"runs on {names(item.nodes)} overlapped in time",
        Doubt.TWO_MODES: f"runs on {names(item.nodes)} fall on two levels, between which a node changes, and that "
        "alone can make such a difference",
        Doubt.ALIKE_ROWS: "equal rows, which are likely copies, were counted as runs of their own",
        Doubt.CONTRADICTION: "",  # said behind the sentence, whatever it is about
        Doubt.SOFTWARE: "the software is not shown to be the same",
    }.get(item.doubt, "an assumption of the test does not hold")


def _assumed(item: Doubted) -> str:
    if item.doubt is Doubt.ORDER_UNKNOWN:
        return {
            "rows": "runs that follow each other are no more alike than others, and that none of the nodes was "
            "measured "
            "after the others (neither order nor time is recorded)",
            "nodes": "the nodes were measured side by side or in mixed order (no clock that they share is recorded)",
            "levels": "the levels were run in mixed order (their order is not recorded)",
        }.get(item.about, "the order did not matter (it is not recorded)")
    return {Doubt.AUTOCORRELATED: "runs that follow each other are no more alike than others"}.get(item.doubt, "")


def _ends(item: Doubted) -> str:
    ends = item.interval
    if ends is None:
        return ""
    return (
        f" (lag-1 autocorrelation {number(ends.low, 2)} to {number(ends.high, 2)}, {level_name(ends.level)} interval)"
    )
