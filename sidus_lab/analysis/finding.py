"""What an analysis found, as a value without words: a claim, the numbers behind it, and what casts doubt on it.

Modules in `findings` decide and make these values; modules in `say` word them, one pure function for each type. A
finding is ticked (`passed`) when its own check allowed the claim and no assumption of the check was seen to fail.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Literal

from sidus_lab.analysis.values import Interval

#: What a difference comes from. ``place``: something at the one place that changed; ``shared``: something that all
#: places share; ``none``: nothing differs; ``unknown``: these data do not say.
Cause = Literal["hardware", "software", "code", "setting", "place", "shared", "chance", "none", "unknown"]

#: A cause is named only where the test is as clear as this; a difference is ticked at 0.05. Nodes and settings are one
#: family of corrected tests and a swap design another: together a verdict names a false cause in 1 % at the most.
CAUSE_ALPHA = 0.005

Unit = Literal["boot", "session", "run"]
"""What was counted as independent. Over boots a claim is about the nodes; else about the nodes *in this session*."""

Software = Literal["same", "different", "unknown"]
"""What is known of the software of the nodes that are compared."""


class Claim(StrEnum):
    """What a finding says. A machine may rely on these words; a reader gets them from `say`."""

    # The software of the nodes.
    SOFTWARE_SAME = "software-same"
    SOFTWARE_DIFFERS = "software-differs"
    SOFTWARE_UNPROVEN = "software-unproven"
    # Result bits of one operation.
    BITS_NONE = "bits-none"  # no result was recorded
    BITS_NOT_COMPARED = "bits-not-compared"  # nothing to compare: one node, or no setting that two nodes share
    BITS_AGREE = "bits-agree"
    BITS_DIFFER = "bits-differ"
    BITS_FOLLOW = "bits-follow"  # the results of a node follow its code, image, boot, repetition, or one moment
    BITS_UNSTABLE = "bits-unstable"  # a node disagrees with itself, and nothing recorded explains that
    BITS_FORCED_AGREE = "bits-forced-agree"  # differ unforced, agree on the same nodes once a setting is forced
    BITS_FORCED_FEWER = "bits-forced-fewer"  # a setting removes part of the difference
    BITS_FORCED_DIFFER = "bits-forced-differ"  # agree unforced, differ once a setting is forced
    BITS_PERSIST = "bits-persist"  # differ unforced and under every setting
    # A response between the nodes.
    NODES_DIFFER = "nodes-differ"
    NODES_NOT_SHOWN = "nodes-not-shown"
    NODES_WITHIN_FLOOR = "nodes-within-floor"
    NODES_NOT_TOLD = "nodes-not-told"  # one node, or one value a node
    NODES_CONSTANT = "nodes-constant"
    NODES_APART = "nodes-apart"  # single nodes far from all others
    NODES_FASTER = "nodes-faster"
    KIND_MATTERS = "kind-matters"
    KIND_NOT_SHOWN = "kind-not-shown"
    KIND_NOT_TOLD = "kind-not-told"
    # Repeats in the order of time.
    REPEATS_DIFFER = "repeats-differ"
    REPEATS_NOT_SHOWN = "repeats-not-shown"
    DRIFT = "drift"
    DRIFT_NOT_SHOWN = "drift-not-shown"
    # A setting, image, code or node as a cause of a response.
    EFFECT = "effect"  # the levels differ
    EFFECT_VARIES = "effect-varies"  # the effect is not the same on all nodes
    EFFECT_NOT_SHOWN = "effect-not-shown"
    EFFECT_WITHIN_FLOOR = "effect-within-floor"
    EFFECT_NOT_TOLD = "effect-not-told"
    INTERACTION = "interaction"
    # Changes over a long time.
    CHANGED = "changed"
    CHANGED_SPEED = "changed-speed"
    UNCHANGED = "unchanged"
    # The data and the design.
    ROWS_LEFT_OUT = "rows-left-out"
    ROWS_COUNTED_ONCE = "rows-counted-once"
    ROWS_ALIKE = "rows-alike"  # equal rows that may be copies, and were kept
    ROWS_ODD = "rows-odd"  # read in another way than they were written: numbers as text, names with blanks, time zones
    LIMIT = "limit"  # what this design cannot tell, and what would
    ENOUGH = "enough"


class Doubt(StrEnum):
    """An assumption of a check that can fail."""

    AUTOCORRELATED = "autocorrelated"  # neighbours in time are alike
    DRIFT = "drift"
    WARM_UP = "warm-up"
    UNBALANCED_ORDER = "unbalanced-order"  # one level was measured before the other
    APART_IN_TIME = "apart-in-time"  # nodes were measured one after another
    OVERLAP = "overlap-in-time"  # runs of one node that overlap
    ORDER_UNKNOWN = "order-unknown"
    BOOTS_UNKNOWN = "boots-unknown"
    ONE_BOOT = "one-boot"
    OUTLIERS = "outliers"
    TWO_MODES = "two-modes"
    CLOCK = "clock-step"  # the clock's step is as large as what is claimed
    UNUSUAL_CLOCK = "clock-source"  # a node's kernel reads a clock that is coarse, slow or drifts
    FEW_REPEATS = "few-repeats"
    FEW_NODES = "few-nodes"  # so few of each kind that their results may fall so by chance
    UNEQUAL_SPREAD = "unequal-spread"
    NO_FLOOR = "no-floor"  # no A/A rows: how far a node differs from itself was not measured apart
    LOST_RUNS = "lost-runs"  # runs failed at one level more often than at the other
    CONFOUNDED = "confounded"  # two things were always set together
    ALIKE_ROWS = "alike-rows"
    SOFTWARE = "software"  # not the same, or not proven the same
    CONTRADICTION = "contradiction"  # another finding of the same verdict says otherwise


@dataclass(frozen=True)
class Doubted:
    """One doubt on a finding: ``failed`` costs the tick, ``unknown`` is what the claim assumes.

    `value` is what was seen (with its `interval`), `limit` what was allowed, `nodes` where, `about` the column or the
    level concerned; what each means is the doubt's own matter, and NaN or empty where it has none.
    """

    doubt: Doubt
    state: Literal["failed", "unknown", "noted"]
    value: float = math.nan
    interval: Interval | None = None
    limit: float = math.nan
    nodes: tuple[str, ...] = ()
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One claim, or one thing that cannot be claimed.

    `about` is the subject matter (``software``, ``bits``, ``time``, ``nodes``, ``limits``, ...), `subject` the
    operation or response, `cause` what the difference comes from, `held` whether the claim's own test allowed it,
    `estimate` and `interval` the number behind it in `unit`, `rows` how many rows it rests on, `nodes` whom it is
    about.
    """

    about: str
    claim: Claim
    subject: str = ""
    cause: Cause = "unknown"
    held: bool = True
    estimate: float | None = None
    interval: Interval | None = None
    unit: str = ""
    rows: int = 0
    nodes: tuple[str, ...] = ()
    doubts: tuple[Doubted, ...] = ()

    @property
    def passed(self) -> bool:
        """The tick: the check held, and none of its assumptions was seen to fail."""
        return self.held and not self.failed

    @property
    def failed(self) -> tuple[Doubted, ...]:
        """The assumptions that were seen to fail."""
        return tuple(doubt for doubt in self.doubts if doubt.state == "failed")

    @property
    def assumed(self) -> tuple[Doubted, ...]:
        """The assumptions that could not be looked at."""
        return tuple(doubt for doubt in self.doubts if doubt.state == "unknown")

    def doubted(self, doubt: Doubt) -> Doubted | None:
        """That doubt, where there is one."""
        return next((item for item in self.doubts if item.doubt is doubt), None)

    def to_dict(self) -> dict[str, object]:
        """The same as plain data that JSON can hold, with the name of its type and its tick."""
        return {"type": type(self).__name__, "passed": self.passed} | {
            item.name: plain(getattr(self, item.name)) for item in fields(self)
        }


def plain(value: object) -> object:
    """Plain data that JSON can hold: no NaN, no tuple, no number of numpy, no value of this package."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, StrEnum):
        return str(value)
    if hasattr(value, "__dataclass_fields__"):
        return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
