"""What a node reported while it booted, as the lines of a log. Pure."""

from __future__ import annotations

import time

from sidus_lab.sidus.status import NodeStatus


def boot_reports(status: NodeStatus) -> str:
    """Give the stages of a node's boot as lines, for sites whose consoles cannot be read from here."""
    if not status.stages:
        return f"{status.name} reported nothing since it was powered on."
    begin = status.stages[0][1]
    lines = [f"{_clock(at)}  +{at - begin:6.1f} s  {stage}" for stage, at in status.stages]
    if status.word in ("refused", "slow", "lost"):
        lines.append(str(status))
    return "\n".join(lines)


def _clock(seconds: float) -> str:
    return time.strftime("%H:%M:%S", time.gmtime(seconds))
