"""What the records do not allow to say, and what it would take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sidus_lab.analysis.findings.outlook import FACTOR, WIDTH, Outlook, outlook
from sidus_lab.analysis.findings.records import Records
from sidus_lab.analysis.findings.timing import Times
from sidus_lab.analysis.numbers.planning import Promise
from sidus_lab.analysis.sentence import Sentence
from sidus_lab.words import count, names, number, percent, roughly


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
    measured = [(item.operation, item.parts) for item in first.values() if item.parts is not None]
    found = outlook(measured, tests=len(first) + len(times.settings))
    if found is not None:
        seconds = float(records.rows.groupby("node")["duration"].sum().mean())
        yield how_many(found, "s", len(records.main), seconds)
    yield from _kinds(records)
    if not any(item.floor.known for item in times.nodes) and times.nodes:
        text = "There are no A/A rows (the same thing measured twice on a node), so the noise floor is not known."
        yield _sentence("limits", text, "A/A rows on at least one node", False, 0)
    yield from _idle(nodes, hardware)


def how_many(found: Outlook, unit: str, number_of_rows: int, seconds: float | None = None) -> Sentence:
    """How many more nodes would say what these cannot, and with which chance, for a response in `unit`.

    `seconds` is how long one node is measured, where that is known.
    """
    cost = f" ({roughly(seconds)} of measuring on each)" if seconds else ""
    check = (
        f"interval of every share between nodes no wider than {percent(WIDTH)}, and the standard deviation between "
        f"nodes known to within a factor of {FACTOR:g}"
    )
    these, name = count(found.nodes, "node"), found.widest
    claim = f". {_promised(found.claim, 'would show a difference like this')}" if found.claim else ""
    if found.state == "badly-known":
        narrow = f"narrow it to {percent(WIDTH)}"
        text = (
            f"With {these} the share between nodes is known badly ({name}: the interval spans {percent(found.width)}). "
            f"{_promised(found.narrow, f'would {narrow}', narrow)}{claim}{cost}."
        )
        return _sentence("limits", text, check, False, number_of_rows)
    if found.state == "these-only":
        narrow = f"narrow that to a factor of {FACTOR:g}"
        text = (
            f"What is said holds for these {these}. How much nodes differ in general is hardly known from "
            f"{found.nodes}: the standard deviation between nodes lies anywhere from {number(found.spread.low)} "
            f"to {number(found.spread.high)} {unit} ({name}). {_promised(found.general, f'would {narrow}', narrow)}"
            f"{claim}{cost}."
        )
        return _sentence("limits", text, check, False, number_of_rows)
    text = (
        f"{these} are enough for the shares between nodes: the widest interval ({name}) spans {percent(found.width)}."
    )
    return _sentence("limits", text, check, True, number_of_rows)


def _promised(plan: Promise | None, does: str, goal: str = "") -> str:
    """What a plan promises, its chance, and what it assumes of the share."""
    if plan is None:
        return f"No number of nodes up to 1,000 promises to {goal}"
    if not plan.more:
        return f"As many nodes, measured once more, {does} with a chance of {percent(plan.chance)}"
    given = "" if plan.share is None else f", if the share between nodes is {percent(plan.share)}"
    return f"{count(plan.more, 'more node')} {does} with a chance of {percent(plan.chance)}{given}"


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
