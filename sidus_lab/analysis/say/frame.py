"""The sentences about one response of any table: nodes, repeats, kinds of hardware, settings, lost rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

from sidus_lab.analysis.finding import Software
from sidus_lab.analysis.numbers.clock import Drift, Stamps
from sidus_lab.analysis.numbers.components import Components
from sidus_lab.analysis.numbers.contrast import Contrast
from sidus_lab.analysis.numbers.noise import Floor
from sidus_lab.analysis.numbers.variance import OneWay
from sidus_lab.analysis.sentence import Cause, Sentence
from sidus_lab.words import count, level_name, names, number, percent, percents

ALPHA = 0.05


@dataclass(frozen=True)
class Subject:
    """What the sentences speak of: the response, its unit, and the column that names the node."""

    response: str
    unit: str
    node: str
    rows: int

    def with_unit(self, value: float) -> str:
        """A number with the response's unit."""
        return f"{number(value)} {self.unit}".rstrip()


def shares(subject: Subject, parts: OneWay, p_value: float, floor: Floor, gap: float, software: Software) -> Sentence:
    """How the variance divides between and within nodes, and whether the nodes differ.

    `p_value` is corrected for all tests of the verdict, `gap` the relative difference of the highest and lowest node
    mean.
    """
    check = "F test of the node effect (Holm over all tests), and an interval of the share that does not reach 0"
    if parts.icc.interval is None:
        text = f"Every value is {subject.with_unit(parts.mean)}: there is no variance to divide."
        return _sentence(subject, "nodes", text, "none", True, check, parts)
    ends = parts.icc.interval
    text = (
        f"{percent(parts.icc.value)} of the variance lies between the {parts.groups} nodes ({percents(ends)}, "
        f"{level_name(ends.level)} interval), {percent(parts.repeat.share)} within them. "
    )
    if p_value >= ALPHA or ends.low <= 0:
        why = f"p = {number(p_value, 2)}" + ("" if p_value >= ALPHA else ", but the interval reaches 0")
        text += f"A difference between the nodes is not shown ({why})."
        return _sentence(subject, "nodes", text, "unknown", False, check, parts)
    relative = f", {percent(parts.node.sd / abs(parts.mean))} of the mean" if parts.mean else ""
    text += (
        f"The nodes differ: the standard deviation between them is {subject.with_unit(parts.node.sd)}{relative}, "
        f"that of the repeats {subject.with_unit(parts.repeat.sd)}"
    )
    if floor.known and gap <= floor.among(parts.groups):
        text += (
            f". But the highest node lies {percent(gap)} above the lowest, which is within the A/A floor of "
            f"{percent(floor.among(parts.groups))}."
        )
        return _sentence(
            subject, "nodes", text, "chance", False, f"{check}, and a difference above the A/A floor", parts
        )
    cause: Cause = "hardware" if software == "same" else "unknown"
    why = {
        "same": "The software is the same, so the cause is the machine.",
        "different": "The software differs between the nodes too, so the machine is not the only possible cause.",
        "unknown": "Whether it is the machine or its software, these data do not say.",
    }[software]
    return _sentence(subject, "nodes", f"{text}. {why}", cause, True, check, parts)


def _sentence(
    subject: Subject, about: str, text: str, cause: Cause, passed: bool, check: str, parts: OneWay
) -> Sentence:
    estimate = None if math.isnan(parts.icc.value) else parts.icc.value
    return Sentence(
        about,
        text,
        cause=cause,
        estimate=estimate,
        interval=parts.icc.interval,
        check=check,
        passed=passed,
        rows=parts.values,
        unit="share of variance",
        subject=subject.response,
    )


def apart(subject: Subject, found: list[tuple[str, float]]) -> Sentence:
    """Single nodes whose mean stands far from all others: (node, relative difference from the median node)."""
    each = [f"{name} ({percent(abs(gap))} {'above' if gap > 0 else 'below'})" for name, gap in found]
    verb = "stands" if len(each) == 1 else "stand"
    text = f"{names(each)} {verb} apart from the median node by far more than the others do: look at them first."
    check = "distance from the median node in robust standard deviations (Student's t, Bonferroni over the nodes)"
    return Sentence("nodes", text, check=check, passed=True, rows=subject.rows, subject=subject.response)


def repeats(subject: Subject, within: str, p_value: float, level: str, gap: float) -> Sentence:
    """Whether the repeats are alike, or their number matters (warm-up, drift)."""
    check = f"F test of {within} beside the nodes (Holm over all tests)"
    if p_value < ALPHA:
        where = "above" if gap > 0 else "below"
        text = (
            f"The repeats are not alike: {within} {level} lies {percent(abs(gap))} {where} the mean of all (p = "
            f"{number(p_value, 2)}), on all nodes together. Warm-up or drift; it is part of the variance within "
            "nodes."
        )
        return Sentence(
            "repeats", text, estimate=gap, check=check, passed=True, rows=subject.rows, subject=subject.response
        )
    text = f"No effect of {within} is shown (p = {number(p_value, 2)}), so the repeats may be taken as alike."
    return Sentence(
        "repeats", text, cause="none", check=check, passed=True, rows=subject.rows, subject=subject.response
    )


def kinds(subject: Subject, kind: str, parts: Components, p_value: float) -> Sentence:
    """How much of the difference between nodes goes with their kind of hardware."""
    part, share = parts[kind], parts.shares[kind]
    check = f"restricted likelihood ratio test of {kind} (mixture of chi squares; Holm over all tests)"
    ends = f" ({percents(share.interval)}, {level_name(share.interval.level)} interval)" if share.interval else ""
    start = f"{percent(share.value)} of the variance lies between the {part.levels} levels of {kind}{ends}"
    if p_value < ALPHA:
        text = f"{start}: the kind of hardware is part of what makes the nodes differ (p = {number(p_value, 2)})."
        cause: Cause = "hardware"
    else:
        text = f"{start}; that the kind of hardware matters is not shown (p = {number(p_value, 2)})."
        cause = "unknown"
    return Sentence(
        "hardware",
        text,
        cause=cause,
        estimate=share.value,
        interval=share.interval,
        check=check,
        passed=p_value < ALPHA,
        rows=subject.rows,
        unit="share of variance",
        subject=subject.response,
    )


def setting(subject: Subject, name: str, change: Contrast, p_value: float, floor: Floor) -> Sentence:
    """What one level of a setting does to the response, beside its baseline."""
    relative = change.scale == "log"
    size = percent(abs(change.relative)) if relative else subject.with_unit(abs(change.relative))
    passed, cause = False, "unknown"
    if change.interval is None:
        text = f"{name}: cannot be told; that takes at least three nodes, or two boots of a node, with both levels."
    else:
        ends = percents(change.interval) if relative else f"{change.interval} {subject.unit}".rstrip()
        scope = (
            f"over {count(change.units, change.unit)}"
            if change.unit == "node"
            else f"on {count(change.nodes, 'node')} only"
        )
        interval = f"({ends}, {level_name(change.interval.level)} interval, {scope})"
        if not p_value < ALPHA:
            text = f"{name}: a change of {subject.response} is not shown {interval}."
        elif relative and floor.known and abs(change.relative) <= floor.relative:
            text = f"{name}: {size} {interval}, within the A/A floor of {percent(floor.relative)}."
            cause = "chance"
        else:
            text = f"{name}: {subject.response} is {size} {'higher' if change.relative > 0 else 'lower'} {interval}."
            passed, cause = True, "setting"
    check = "t test within nodes (Holm over all tests), change above the A/A floor"
    return Sentence(
        "setting",
        text,
        cause=cast(Cause, cause),
        estimate=None if math.isnan(change.relative) else change.relative,
        interval=change.interval,
        check=check,
        passed=passed,
        rows=change.rows,
        unit="relative change" if relative else subject.unit,
        subject=subject.response,
    )


def no_kinds(subject: Subject, kind: str, levels: int, nodes: int) -> Sentence:
    """Why the kind of hardware cannot be told from the single machines."""
    if levels < 2:
        text = f"All nodes have the same {kind}, so what it does cannot be told."
    else:
        text = (
            f"{kind} has {levels} levels on {nodes} nodes: what it does cannot be told from the single machines. "
            "That takes nodes that keep one kind each, two or more of each kind, and repeats."
        )
    check = f"two or more nodes of each {kind}"
    return Sentence("hardware", text, check=check, passed=False, rows=subject.rows, subject=subject.response)


def stamps(subject: Subject, column: str, found: Stamps) -> list[Sentence]:
    """What was odd about the time stamps."""
    odd = []
    if found.unreadable:
        odd.append((found.unreadable, f"have a {column} that cannot be read as a time"))
    if found.zones > 1:
        odd.append((subject.rows, f"carry {column} in {found.zones} different time zones; all were brought to UTC"))
    if found.naive:
        odd.append((found.naive, f"carry a {column} without time zone, read as UTC"))
    if found.disordered:
        odd.append(
            (
                found.disordered,
                f"are earlier than the row before them on the same node; {column} decides, not the order of rows",
            )
        )
    return [
        Sentence(
            "data",
            f"{count(number_of, 'row')} {text}.",
            check=text,
            passed=False,
            rows=number_of,
            subject=subject.response,
        )
        for number_of, text in odd
    ]


def drifts(subject: Subject, found: Drift, p_value: float) -> Sentence:
    """Whether the response drifts with time on all nodes."""
    check = "Student's t over the nodes' slopes in time (Holm over all tests)"
    if p_value < ALPHA and found.interval is not None:
        way = "rises" if found.relative > 0 else "falls"
        text = (
            f"{subject.response} {way} by {percent(abs(found.relative))} an hour while measuring "
            f"({percents(found.interval)}, {level_name(found.interval.level)} interval, over {found.nodes} nodes): a "
            "drift, which is part of the variance within nodes."
        )
    else:
        text = f"No drift over time is shown (p = {number(p_value, 2)}, over {found.nodes} nodes)."
    return Sentence(
        "repeats",
        text,
        cause="none" if p_value >= ALPHA else "unknown",
        estimate=found.relative,
        interval=found.interval,
        check=check,
        passed=True,
        rows=subject.rows,
        unit="relative change per hour",
        subject=subject.response,
    )


def one_node(subject: Subject, node: str, spread: float, mean: float) -> Sentence:
    """Everything on one node: only the repeats can be spoken of."""
    text = (
        f"Everything was measured on one node ({node}): the repeats have a standard deviation of "
        f"{subject.with_unit(spread)} around {subject.with_unit(mean)}, and nothing can be said about other nodes."
    )
    return Sentence(
        "nodes", text, check="at least two nodes", passed=False, rows=subject.rows, subject=subject.response
    )


def one_repeat(subject: Subject, nodes: int, spread: float) -> Sentence:
    """One value a node: what lies between and within nodes cannot be told apart."""
    text = (
        f"Each of the {nodes} nodes was measured once: the values have a standard deviation of "
        f"{subject.with_unit(spread)}, and how much of that is the node and how much is chance cannot be told. A "
        "second repeat on some nodes would tell."
    )
    check = "at least two repeats on some node"
    return Sentence("nodes", text, check=check, passed=False, rows=subject.rows, subject=subject.response)


def dropped(subject: Subject, reasons: dict[str, int], total: int) -> list[Sentence]:
    """Rows left out or counted once, each reason said."""
    return [
        Sentence(
            "data",
            f"{count(found, 'row')} of {total} {reason}.",
            check=reason,
            passed=False,
            rows=found,
            subject=subject.response,
        )
        for reason, found in reasons.items()
        if found
    ]
