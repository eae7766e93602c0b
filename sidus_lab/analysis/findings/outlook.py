"""How well the share between nodes is known, and what more nodes would promise: decided here, worded in `say`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sidus_lab.analysis.numbers.planning import Promise, promise
from sidus_lab.analysis.numbers.promises import Goal, Pilot
from sidus_lab.analysis.numbers.variance import OneWay
from sidus_lab.analysis.values import Interval

WIDTH, FACTOR, CHANCE = 0.3, 2.0, 0.9


@dataclass(frozen=True)
class Outlook:
    """What `nodes` nodes know, and plans for more.

    `state`: ``badly-known`` (an interval of a share is wider than `WIDTH`), ``these-only`` (how much nodes differ in
    general is known to worse than `FACTOR`), ``enough``. `widest` names the response with the widest interval, `width`
    its width (a share, 0 to 1), `spread` the interval of its standard deviation between nodes in its own unit.
    `plan` is for what is `asked` first: a claim where none is made yet, else a narrower interval; None where nothing
    can be promised, or is asked. Other plans are made by `planning.promise`.
    """

    state: Literal["badly-known", "these-only", "enough"]
    widest: str
    nodes: int
    width: float
    spread: Interval
    asked: Goal | None = None
    plan: Promise | None = None


def outlook(responses: Sequence[tuple[str, OneWay]], *, tests: int = 1, alpha: float = 0.05) -> Outlook | None:
    """What the nodes know of all `responses` (name and components), planned together; None without an interval.

    `tests` is how many tests the verdict corrects for (Holm): a claim is planned at the strictest level it may meet.
    """
    known = [(name, parts) for name, parts in responses if parts.icc.interval is not None and parts.node.interval]
    known = [(name, parts) for name, parts in known if parts.values >= 2 * parts.groups]  # repeats that are worth it
    if not known:
        return None
    widths = [parts.icc.interval.width if parts.icc.interval else 0.0 for _, parts in known]
    width = max(widths)
    name, parts = known[widths.index(width)]
    level = parts.icc.interval.level if parts.icc.interval else 0.95
    ends = parts.node.interval or Interval(0.0, math.inf)
    spread = Interval(math.sqrt(ends.low), math.sqrt(ends.high), ends.level)
    nodes, strict = parts.groups, alpha / max(tests, len(known))
    wide = [_pilot(p) for (_, p), w in zip(known, widths, strict=True) if w > WIDTH]
    if wide:
        silent = [_pilot(p) for _, p in known if not _claimed(p, strict)]
        if silent:
            asked: Goal = "claim"
            plan = promise("claim", silent, least=CHANCE, tests=tests, alpha=alpha)
        else:
            asked, plan = "width", promise("width", wide, size=WIDTH, least=CHANCE, level=level)
        return Outlook("badly-known", name, nodes, width, spread, asked, plan)
    if not spread.high <= FACTOR * spread.low:
        plan = promise("factor", _pilot(parts), size=FACTOR, least=CHANCE, level=level)
        return Outlook("these-only", name, nodes, width, spread, "factor", plan)
    return Outlook("enough", name, nodes, width, spread)


def _claimed(parts: OneWay, alpha: float) -> bool:
    """Whether the nodes are said to differ already."""
    return parts.p_value < alpha and parts.icc.interval is not None and parts.icc.interval.low > 0


def _pilot(parts: OneWay) -> Pilot:
    # Repeats that are all equal leave no doubt about the share; any large ratio says so.
    return Pilot(min(parts.f, 1e9), parts.groups, parts.values / parts.groups)
