"""When to look at the site again. Pure: no clock in here."""

from __future__ import annotations

from collections.abc import Sequence

from sidus_lab.panels.model import NodeCard

FAST, SLOW = 1.0, 6.0  # seconds between two looks: while something moves, and while nothing does
IDLE_LIMIT = 3600.0  # seconds without a click after which the panel stops looking by itself
GRACE = 30.0  # seconds that a front end has to say that it shows the panel


def next_look(shown: Sequence[NodeCard], *, busy: bool, views: int, ever_seen: bool, idle: float) -> float | None:
    """Decide in how many seconds to look at the site again, or None: not before somebody looks or clicks.

    Parameters
    ----------
    busy : bool
        Whether an action of this panel is under way.
    views : int
        How many views of the panel front ends show now; `ever_seen`, whether any ever did.
    idle : float
        Seconds since the panel was made, shown or clicked last.
    """
    if busy:
        return FAST
    watched = views > 0 or (not ever_seen and idle < GRACE)
    if not watched or idle > IDLE_LIMIT:
        return None
    return FAST if any(card.word in ("booting", "slow") for card in shown) else SLOW
