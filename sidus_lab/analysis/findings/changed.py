"""What common changes allow to claim: what moved and where that points to, and speed where the work done is known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sidus_lab.analysis.finding import Claim, Finding
from sidus_lab.analysis.findings.common_cause import CommonChange


@dataclass(frozen=True, kw_only=True)
class ChangeFinding(Finding):
    """A change of the level of `value` of what `subject` names: `estimate` is the ratio of the levels after and before.

    `change` holds what moved, what stood still, and when; `place` is the column of the places, `places` how many of
    them were watched, `p_value` the largest of the series.
    """

    change: CommonChange
    value: str
    place: str
    places: int
    p_value: float


@dataclass(frozen=True, kw_only=True)
class SpeedFinding(Finding):
    """Whether a change is one of speed: only where the work stayed the same. `before` and `after` are its medians."""

    ratio: float
    before: float
    after: float


@dataclass(frozen=True, kw_only=True)
class UnchangedFinding(Finding):
    """No change of `subject` by `least` (a ratio) or more is shown."""

    least: float


def found(changes: Sequence[CommonChange], *, value: str, place: str, rows: int, least: float) -> tuple[Finding, ...]:
    """The findings on common changes, in order: what moved, and speed where the work done is known."""
    if not changes:
        return (
            UnchangedFinding(about="time", claim=Claim.UNCHANGED, subject=value, cause="none", rows=rows, least=least),
        )
    return tuple(finding for change in changes for finding in _of(change, value, place))


def same_work(change: CommonChange) -> bool | None:
    """Whether the work done stayed the same in all series that moved; None where one of them did not record it."""
    known = [item.same_work for item in change.seen]
    return None if None in known else all(known)


def _of(change: CommonChange, value: str, place: str) -> tuple[Finding, ...]:
    subject = ", ".join(name for name in change.applications if name) or value
    rows = sum(sum(item.change.sizes) for item in change.seen)
    watched = {series[0] for series in (*change.still, *change.also, *(item.series for item in change.seen))}
    moved = ChangeFinding(
        about="time",
        claim=Claim.CHANGED,
        subject=subject,
        cause=change.cause,
        held=change.cause != "unknown",
        estimate=change.ratio,
        unit="ratio",
        rows=rows,
        nodes=tuple(change.groups),
        change=change,
        value=value,
        place=place,
        places=len(watched),
        p_value=max(item.change.p_value for item in change.seen),
    )
    same = same_work(change)
    if same is None:
        return (moved,)
    work = [item.work for item in change.seen if item.work]
    low, high = (float(np.median([pair[side] for pair in work])) if work else math.nan for side in (0, 1))
    speed = SpeedFinding(
        about="time",
        claim=Claim.CHANGED_SPEED,
        subject=subject,
        held=same,
        estimate=change.ratio if same else None,
        unit="ratio",
        rows=rows,
        nodes=tuple(change.groups),
        ratio=change.ratio,
        before=low,
        after=high,
    )
    return moved, speed
