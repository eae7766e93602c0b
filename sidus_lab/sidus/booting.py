"""Whether nodes have come up: what their states mean while one waits, decided here, and the waiting itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from sidus_lab.actions import Control
from sidus_lab.errors import SidusError
from sidus_lab.nodeset import fold
from sidus_lab.sidus.status import NodeStatus

BOOT_LIMIT = 3600.0  # seconds; one that says nothing is lost long before
OFF_LIMIT = 20.0  # a BMC may need a moment until it says "on"
POLL = 2.0  # seconds; each look starts a program on the server, and the nodes may share its processors


def progress(states: Sequence[NodeStatus]) -> float:
    """Give how far nodes are altogether, 0 to 1."""
    return sum(state.fraction or 0.0 for state in states) / max(len(states), 1)


def trouble(states: Sequence[NodeStatus], elapsed: float) -> SidusError | None:
    """Decide whether waiting is in vain after so many seconds, and why; None while there is hope. Pure."""
    bad = [state for state in states if state.word in ("refused", "lost")]
    if bad:
        return SidusError(
            f"{fold([state.name for state in bad])} did not come up.",
            hint="mend the cause on the server, then boot again   (the node's console says more)",
            detail="\n".join(str(state) for state in bad),
        )
    off = [state.name for state in states if state.word == "off"]
    if off and elapsed > OFF_LIMIT:
        return SidusError(
            f"{fold(off)} went off again after the BMC was told to switch it on.",
            hint="look at the machine itself, or at its BMC's log (in the embedded lab: run/bmc-NODE.log)",
        )
    waiting = [state.name for state in states if state.word != "up"]
    if waiting and elapsed > BOOT_LIMIT:
        return SidusError(f"{fold(waiting)} is not up after {BOOT_LIMIT:.0f} s.", hint="look at the node's console")
    return None


def wait_up(look: Callable[[], Sequence[NodeStatus]], control: Control) -> None:
    """Look again and again until all are up. Raises `SidusError` when that will not come, `Cancelled` when told so."""
    begin = time.monotonic()
    while True:
        control.check()
        states = look()
        control.progress(progress(states), "; ".join(str(state) for state in states))
        found = trouble(states, time.monotonic() - begin)
        if found is not None:
            raise found
        if all(state.word == "up" for state in states):
            return
        control.cancelled.wait(POLL)
