"""What the records do not allow to say, and what it would take; rows that could not be used are counted here too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sidus_lab.analysis.finding import Claim, Finding
from sidus_lab.analysis.findings.outlook import Outlook, outlook
from sidus_lab.analysis.findings.records import Records
from sidus_lab.analysis.numbers.variance import OneWay


@dataclass(frozen=True, kw_only=True)
class TallyFinding(Finding):
    """Rows of records that were not used, or not for all: ``unusable``, ``copies``, ``untimed``.

    `statuses` counts unusable rows by their status, `total` is the number of all rows, `nodes` are those that no usable
    row is left of.
    """

    reason: Literal["unusable", "copies", "untimed"]
    total: int
    statuses: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LimitFinding(Finding):
    """What this design cannot tell.

    ``one-node``; ``single-kind``: `nodes` are each the only one of a kind of hardware; ``no-floor``: no A/A rows;
    ``virtual``, ``no-idle-states``: C-states cannot be tested on `nodes`.
    """

    limit: Literal["one-node", "single-kind", "no-floor", "virtual", "no-idle-states"]


@dataclass(frozen=True, kw_only=True)
class OutlookFinding(Finding):
    """How well the shares between nodes are known, and what more nodes promise; `seconds` is the cost of one node."""

    outlook: Outlook
    response_unit: str
    seconds: float | None = None


def rows(records: Records) -> Iterator[TallyFinding]:
    """The rows that could not be used: every one is counted, none is dropped in silence."""
    bad = {status: number for status, number in sorted(records.statuses.items()) if status != "ok"}

    def tally(reason: Literal["unusable", "copies", "untimed"], number: int, **more: Any) -> TallyFinding:
        claim = Claim.ROWS_COUNTED_ONCE if reason == "copies" else Claim.ROWS_LEFT_OUT
        return TallyFinding(
            about="data", claim=claim, held=False, rows=number, reason=reason, total=records.total, **more
        )

    if bad:
        yield tally("unusable", sum(bad.values()), statuses=bad, nodes=records.lost_nodes)
    if records.duplicates:
        yield tally("copies", records.duplicates)
    if records.untimed:
        yield tally("untimed", records.untimed)


def design(
    records: Records,
    measured: Sequence[tuple[str, OneWay]],
    *,
    tests: int,
    floor_known: bool,
    hardware: Mapping[str, Mapping[str, object]] | None,
) -> Iterator[Finding]:
    """What this design cannot tell: number of nodes, kinds of hardware, A/A, C-states.

    `measured` are the operations with the components of their duration, `tests` how many tests the verdict corrects
    for, `hardware` what is known of a node (``virtual``, ``idle_states``).
    """

    def limit(kind: Any, nodes: Sequence[str] = (), number: int = 0) -> LimitFinding:
        return LimitFinding(about="limits", claim=Claim.LIMIT, held=False, rows=number, nodes=tuple(nodes), limit=kind)

    nodes, number = records.nodes, len(records.rows)
    if len(nodes) == 1:
        yield limit("one-node", nodes, number)
    found = outlook(measured, tests=tests)
    if found is not None:
        seconds = float(records.rows.groupby("node")["duration"].sum().mean())
        yield about_outlook(found, "s", len(records.main), seconds)
    if alone := _alone(records):
        yield limit("single-kind", alone, number)
    if not floor_known:
        yield limit("no-floor")
    known = hardware or {}
    virtual = [node for node in nodes if known.get(node, {}).get("virtual")]
    without = [node for node in nodes if "idle_states" in known.get(node, {}) and not known[node]["idle_states"]]
    if virtual:
        yield limit("virtual", virtual)
    elif without:
        yield limit("no-idle-states", without)


def about_outlook(found: Outlook, unit: str, number: int, seconds: float | None = None) -> OutlookFinding:
    """The finding on an outlook that rests on `number` rows of a response in `unit`."""
    enough = found.state == "enough"
    return OutlookFinding(
        about="limits",
        claim=Claim.ENOUGH if enough else Claim.LIMIT,
        held=enough,
        rows=number,
        outlook=found,
        response_unit=unit,
        seconds=seconds,
    )


def _alone(records: Records) -> list[str]:
    """Nodes that are the only one of their kind of hardware, where there are several kinds."""
    kinds: dict[str, list[str]] = {}
    for node, label in records.labels("hardware").items():
        if label:
            kinds.setdefault(label, []).append(node)
    return [members[0] for members in kinds.values() if len(members) == 1] if len(kinds) > 1 else []
