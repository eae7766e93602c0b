"""The types of finding about a response: what each claim needs to be worded, and nothing else."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from sidus_lab.analysis.finding import Finding, Software, Unit
from sidus_lab.analysis.values import Interval

Untested = Literal["", "never-alone", "few-comparisons", "within-floor"]
"""Why a factor of a swap design is not tested: it never changes while the others stay, or too few boots are equal."""

Odd = Literal[
    "copies",
    "alike",
    "status",
    "text",
    "infinite",
    "nameless",
    "converted",
    "trimmed",
    "unreadable",
    "zones",
    "naive",
    "disordered",
]
"""Why rows were left out, counted once, or read in another way than they were written."""


@dataclass(frozen=True, kw_only=True)
class ResponseFinding(Finding):
    """A finding about one response (`subject`), in `response_unit`, on the nodes that the column `column` names.

    `relative` says whether shares of the mean make sense: all values lie well above 0 on a scale with a true zero.
    `lower_is_faster` is true for durations.
    """

    response_unit: str = ""
    column: str = "node"
    relative: bool = True
    duration: bool = False


@dataclass(frozen=True, kw_only=True)
class NodeFinding(ResponseFinding):
    """Whether the nodes differ: ``nodes-differ``, ``nodes-not-shown``, ``nodes-within-floor``, ``nodes-constant``,
    ``nodes-not-told`` (then `why` says why).

    `estimate` is the share of the variance between nodes. `counted` is the unit of the test, `units` how many there
    are; `repeats` is how many runs a node has (mean), `worth` how many independent ones that is, `rho` the
    autocorrelation behind it with `rho_interval`. `means` are the nodes' means (name, mean), highest first. `apart`
    names the few nodes that stand off from all others with their distance from these, `gap` is the distance of the
    highest from the lowest, `itself` how far a node may differ from itself (all relative where `relative`, else in
    the response's unit); `floor` is the A/A floor, NaN where it is not known. `p_value` is corrected for all tests.
    """

    counted: Unit = "run"
    number: int = 0
    units: int = 0
    repeats: float = math.nan
    worth: float = math.nan
    rho: float = math.nan
    rho_interval: Interval | None = None
    mean: float = math.nan
    sd_between: float = math.nan
    sd_within: float = math.nan
    means: tuple[tuple[str, float], ...] = ()
    apart: tuple[tuple[str, float], ...] = ()
    gap: float = math.nan
    itself: float = math.nan
    floor: float = math.nan
    p_value: float = math.nan
    software: Software = "unknown"
    why: Literal["", "one-node", "one-repeat", "no-floor", "too-few"] = ""
    same_work: bool | None = None
    same_bits: bool | None = None


@dataclass(frozen=True, kw_only=True)
class ApartFinding(ResponseFinding):
    """Single nodes far from all others: `apart` has (node, distance from the median node)."""

    apart: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class RepeatsFinding(ResponseFinding):
    """Whether the repetition number matters: ``repeats-differ``, ``repeats-not-shown``.

    `level` of the column `within` lies `estimate` from the others; `detectable` is what would have been found 9 times
    in 10, in standard deviations of the repeats; `alike` says that this is small enough to call them alike.
    """

    within: str = ""
    level: str = ""
    p_value: float = math.nan
    detectable: float = math.nan
    alike: bool = False


@dataclass(frozen=True, kw_only=True)
class DriftFinding(ResponseFinding):
    """Whether the response drifts: `estimate` is the change over the whole time measured, `hours` how long that was.

    Without a clock `hours` is NaN, and the change is that from the first run to the last.
    """

    hours: float = math.nan
    over_nodes: int = 0
    p_value: float = math.nan


@dataclass(frozen=True, kw_only=True)
class KindFinding(ResponseFinding):
    """Whether the kind of hardware matters: `estimate` is its share of the variance."""

    kind: str = ""
    levels: int = 0
    number: int = 0
    p_value: float = math.nan


@dataclass(frozen=True, kw_only=True)
class SettingFinding(ResponseFinding):
    """What `level` of the factor `factor` does to a response against `baseline`.

    `estimate` and `interval` are its mean effect over nodes (relative where `relative`). `effects` holds each node's
    own with its interval; `acting` names those whose effect is shown. `counted` is what was counted as independent:
    ``node`` or ``block``, `units` how many. `missing` are nodes without both levels, `detectable` is the effect that
    as much measuring once more would show 9 times in 10.
    """

    factor: str = ""
    level: str = ""
    baseline: str = ""
    effects: tuple[tuple[str, float], ...] = ()
    acting: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    counted: Literal["node", "block", "none"] = "none"
    units: int = 0
    p_value: float = math.nan
    detectable: float = math.nan
    floor: float = math.nan
    why: Literal["", "too-few", "no-work", "other-work", "no-bits", "other-bits"] = ""
    same_work: bool | None = None
    same_bits: bool | None = None


@dataclass(frozen=True, kw_only=True)
class SwapFinding(ResponseFinding):
    """One line of a swap design: whether `name` (of role node, image, code, or two of them) is a cause.

    `estimate` is how far its levels lie apart at most, `detectable` what would have been found 9 times in 10; `why`
    says why it could not be tested, `comparisons` on how many comparisons of equal boots its error rests.
    """

    name: str = ""
    role: str = ""
    detectable: float = math.nan
    why: Untested = ""
    comparisons: int = 0
    floor: float = math.nan


@dataclass(frozen=True, kw_only=True)
class UntoldFinding(ResponseFinding):
    """That a swap design names no cause: `untested` are the factors that could not be tested, and why."""

    untested: tuple[tuple[str, Untested, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class RowsFinding(ResponseFinding):
    """Rows left out, counted once, or odd: `rows` of `total`, for the `reason`, a word of a closed list."""

    reason: Odd = "text"
    columns: tuple[str, ...] = ()
    total: int = 0
    zones: int = 0
