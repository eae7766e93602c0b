"""The state of a node in words, as the server decides it from the BMC and the node's own reports."""

from __future__ import annotations

from dataclasses import dataclass

from sidus_lab.sidus import say
from sidus_lab.sidus.witness import Alarm

# Why a node counts as slow or lost, in words (the keys are `sidusctl.node.stages.LOSSES`).
LOSSES = {
    "silent": "silent since the stage {stage!r}",
    "power-unknown": "the BMC does not answer and the node reported nothing",
    "not-from-here": "it is on, was not switched on from here, and reported nothing",
    "no-report": "it was switched on and reported nothing: does it boot from the network?",
}


@dataclass(frozen=True)
class NodeStatus:
    """Where a node is between off and up.

    Attributes
    ----------
    word : str
        ``off``, ``booting``, ``slow`` (silent for longer than it was before; it is waited for), ``up``, ``refused`` or
        ``lost``.
    stage : str
        The last boot stage that it reported.
    seconds : float or None
        How long it is in that stage.
    fraction : float or None
        How far the boot is, 0 to 1.
    reason : str
        Why it refused, or counts as slow or lost.
    stages : tuple of (str, float)
        Each stage of this boot with the time at which it was reported (seconds since 1970, the server's clock).
    alarms : tuple of Alarm
        What a boot in order does not leave in the web server's log, such as forged reports.
    """

    name: str
    word: str
    stage: str
    seconds: float | None
    fraction: float | None
    reason: str
    power: str
    stages: tuple[tuple[str, float], ...]
    alarms: tuple[Alarm, ...] = ()

    @property
    def detail(self) -> str:
        """What there is to say beside the word."""
        if self.word == "booting":
            since = f" since {self.seconds:.0f} s" if self.seconds is not None else ""
            return f"{self.stage}{since}"
        return self.reason

    @property
    def words(self) -> str:
        """The state with its detail, without the name."""
        alarms = "".join(f"; {say.text('alarm')}: {say.alarm(alarm)}" for alarm in self.alarms)
        return f"{self.word}{f' ({self.detail})' if self.detail else ''}{alarms}"

    def __str__(self) -> str:
        return f"{self.name} {self.words}"
