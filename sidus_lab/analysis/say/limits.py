"""What the records do not allow to say, and what it would take."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from sidus_lab.analysis.findings.records import Records
from sidus_lab.analysis.findings.timing import NodeTimes, Times
from sidus_lab.analysis.numbers.planning import node_power, nodes_for_power, nodes_for_sd, nodes_for_width
from sidus_lab.analysis.numbers.variance import OneWay
from sidus_lab.analysis.sentence import Sentence
from sidus_lab.words import count, names, number, percent, roughly

POWER, WIDTH, FACTOR = 0.9, 0.3, 2.0


def rows(records: Records) -> Iterator[Sentence]:
    """Sentences about rows that could not be used: every one is counted, none is dropped in silence."""
    bad = {status: number for status, number in records.statuses.items() if status != "ok"}
    if bad:
        tally = ", ".join(f"{number} {status}" for status, number in sorted(bad.items()))
        lost = f" No usable row is left of {names(list(records.lost_nodes))}." if records.lost_nodes else ""
        text = f"{sum(bad.values())} of {count(records.total, 'row')} could not be used: {tally}.{lost}"
        yield _sentence("data", text, "status of every row", False, sum(bad.values()))
    if records.duplicates:
        text = f"{count(records.duplicates, 'row')} were exact copies of others and counted once."
        yield _sentence("data", text, "no two rows are equal in every column", False, records.duplicates)
    if records.untimed:
        text = f"{count(records.untimed, 'row')} had no positive duration: used for bits, not for time."
        yield _sentence("data", text, "every duration is a positive number", False, records.untimed)


def design(records: Records, times: Times, hardware: Mapping[str, Mapping[str, Any]] | None) -> Iterator[Sentence]:
    """Sentences about what this design cannot tell: number of nodes, kinds of hardware, A/A, C-states."""
    nodes = records.nodes
    if len(nodes) == 1:
        text = (
            f"Everything was measured on one node ({nodes[0]}): nothing can be said about other nodes. One more at "
            "least."
        )
        yield _sentence("limits", text, "at least two nodes", False, len(records.rows))
    first = {item.operation: item for item in reversed(times.nodes)}  # the first setting of each wins
    measured = [item for item in first.values() if item.parts is not None and item.parts.icc.interval is not None]
    if measured:
        widest = max(measured, key=_width)
        if widest.parts is not None:
            seconds = float(records.rows.groupby("node")["duration"].sum().mean())
            yield how_many(widest.parts, widest.operation, "s", seconds)
    yield from _kinds(records)
    if not any(item.floor.known for item in times.nodes) and times.nodes:
        text = "There are no A/A rows (the same thing measured twice on a node), so the noise floor is not known."
        yield _sentence("limits", text, "A/A rows on at least one node", False, 0)
    yield from _idle(nodes, hardware)


def _width(item: NodeTimes) -> float:
    interval = item.parts.icc.interval if item.parts else None
    return interval.width if interval else 0.0


def how_many(parts: OneWay, name: str, unit: str, seconds: float | None = None) -> Sentence:
    """How many more nodes would say what these cannot, for a response called `name` with its `unit`.

    `seconds` is how long one node is measured, where that is known.
    """
    cost = f" ({roughly(seconds)} of measuring on each)" if seconds else ""
    repeats = parts.values / parts.groups
    # Planning on a share of 0 would ask for no nodes at all; a tenth is the least share worth finding.
    icc = min(max(parts.icc.value, 0.1), 0.99)
    width = parts.icc.interval.width if parts.icc.interval else 0.0
    check = (
        f"interval of every share between nodes no wider than {percent(WIDTH)}, and the standard deviation between "
        f"nodes known to within a factor of {FACTOR:g}"
    )
    these = count(parts.groups, "node")
    if width > WIDTH:
        narrow = nodes_for_width(icc, repeats, width=WIDTH)
        if narrow is not None and narrow <= parts.groups:
            # Heavy tails made the interval wider than normal theory plans for; widths shrink with the root of the
            # nodes.
            narrow = math.ceil(parts.groups * (width / WIDTH) ** 2)
        more = f"about {count(narrow - parts.groups, 'more node')}" if narrow else "more than 10,000 nodes"
        text = (
            f"With {these} the share between nodes is known badly ({name}: the interval spans {percent(width)}); "
            f"{more} would narrow it to {percent(WIDTH)}{_for_power(icc, parts.groups, repeats)}{cost}."
        )
        return _sentence("limits", text, check, False, parts.values)
    ends, general = parts.node.interval, nodes_for_sd(factor=FACTOR)
    if general is not None and parts.groups < general and ends is not None:
        text = (
            f"What is said holds for these {these}. How much nodes differ in general is hardly known from "
            f"{parts.groups}: the standard deviation between nodes lies anywhere from {number(math.sqrt(ends.low))} "
            f"to {number(math.sqrt(ends.high))} {unit} ({name}); {count(general - parts.groups, 'more node')} would "
            f"narrow that to a factor of {FACTOR:g}{cost}."
        )
        return _sentence("limits", text, check, False, parts.values)
    text = f"{these} are enough for the shares between nodes: the widest interval ({name}) spans {percent(width)}."
    return _sentence("limits", text, check, True, parts.values)


def _for_power(icc: float, groups: int, repeats: float) -> str:
    if node_power(icc, groups, repeats) >= POWER:
        return ""
    needed = nodes_for_power(icc, repeats, power=POWER)
    if needed is None or needed <= groups:
        return ""
    return f", and {count(needed - groups, 'more node')} would find a node effect of that size with power {POWER}"


def _kinds(records: Records) -> Iterator[Sentence]:
    """Each kind of hardware on one node only: the kind and the single machine cannot be told apart."""
    kinds: dict[str, list[str]] = {}
    for node, label in records.labels("hardware").items():
        if label:
            kinds.setdefault(label, []).append(node)
    alone = [members[0] for members in kinds.values() if len(members) == 1]
    if len(kinds) > 1 and alone:
        text = (
            f"{names(alone)} {'are each the only node' if len(alone) > 1 else 'is the only node'} of its kind of "
            "hardware: a difference between kinds cannot be told from a difference between single machines. One "
            "more node of each such kind would tell."
        )
        yield _sentence("limits", text, "at least two nodes of each kind of hardware", False, len(records.rows))


def _idle(nodes: list[str], hardware: Mapping[str, Mapping[str, Any]] | None) -> Iterator[Sentence]:
    """C-states: can they be seen on these nodes at all?"""
    if hardware is None:
        return
    virtual = [node for node in nodes if hardware.get(node, {}).get("virtual")]
    without = [
        node
        for node in nodes
        if node in hardware and "idle_states" in hardware[node] and not hardware[node]["idle_states"]
    ]
    check = "idle states of the processor are visible on the nodes"
    if virtual:
        text = (
            f"The effect of C-states (power saving of an idle processor) cannot be tested on {names(virtual)}: a "
            "virtual machine does not control them. It takes a physical node."
        )
        yield _sentence("limits", text, check, False, 0)
    elif without:
        text = (
            f"The effect of C-states cannot be tested on {names(without)}: the kernel shows no idle states there. It "
            "takes a node whose kernel does."
        )
        yield _sentence("limits", text, check, False, 0)


def _sentence(about: str, text: str, check: str, passed: bool, number_of_rows: int) -> Sentence:
    return Sentence(about, text, check=check, passed=passed, rows=number_of_rows)
