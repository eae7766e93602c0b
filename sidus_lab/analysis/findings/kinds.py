"""Does the kind of hardware matter? The node is the unit: two of a kind at least, and not one kind after the other."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from sidus_lab.analysis.finding import CAUSE_ALPHA, Cause, Claim, Doubt, Doubted, Software
from sidus_lab.analysis.findings.claims import KindFinding
from sidus_lab.analysis.findings.layout import Codes, Layout
from sidus_lab.analysis.numbers.between import APART, between
from sidus_lab.analysis.numbers.components import Components, components
from sidus_lab.errors import DataError

ALPHA = 0.025


@dataclass(frozen=True)
class KindNumbers:
    """Components with the kind above the node, the larger p-value of their test and of that over node means."""

    parts: Components
    p_value: float
    apart: float


def kind_numbers(lay: Layout, kinds: pd.Series[str], *, level: float = 0.95) -> KindNumbers | None:
    """Compare kinds (one label a row) over nodes; None where nodes and kinds cannot be told apart."""
    pairs = pd.DataFrame({"node": lay.node, "kind": kinds.to_numpy()}).drop_duplicates()
    sizes = pairs["kind"].value_counts()
    if len(sizes) < 2 or sizes.max() < 2 or pairs["node"].duplicated().any() or len(pairs) == len(lay.y):
        return None
    table = pd.DataFrame({"y": lay.y, "kind": kinds.to_numpy(), "node": lay.node})
    try:
        parts = components(table, "y", random=["kind", "node"], level=level)
    except DataError:
        return None  # nothing beyond the plain shares can be said; those are said anyway
    counts = np.bincount(lay.node)
    means = np.bincount(lay.node, weights=lay.y - lay.y[0]) / counts
    clock = None if lay.clock is None else np.bincount(lay.node, weights=lay.clock) / counts
    of_node: Codes = pd.factorize(pairs.sort_values("node")["kind"])[0].astype(np.intp)
    test = between(means, of_node, level=level)
    apart = between(means, of_node, clock=clock, level=level).apart if clock is not None else math.nan
    return KindNumbers(parts, max(test.p_value, parts.p_values["kind"]), apart)


def decide_kind(
    base: KindFinding, lay: Layout, found: KindNumbers, p_value: float, software: Software, apart: float
) -> KindFinding:
    """The finding about kinds; `apart` is the share of the time that lies between nodes."""
    share, shown = found.parts.shares["kind"], p_value < ALPHA
    doubts = [item for item in lay.assumptions() if item.doubt is Doubt.ORDER_UNKNOWN]
    if apart >= APART and found.apart >= APART:
        doubts.append(Doubted(Doubt.APART_IN_TIME, "failed", found.apart, limit=APART))
    cause: Cause = "hardware" if p_value < CAUSE_ALPHA and software == "same" and not doubts else "unknown"
    return replace(
        base,
        claim=Claim.KIND_MATTERS if shown else Claim.KIND_NOT_SHOWN,
        cause=cause,
        held=shown,
        estimate=share.value,
        interval=share.interval,
        unit="share of variance",
        rows=len(lay.y),
        nodes=lay.names,
        doubts=tuple(doubts),
        levels=found.parts["kind"].levels,
        number=len(lay.names),
        p_value=p_value,
    )
