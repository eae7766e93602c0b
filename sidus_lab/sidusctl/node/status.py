"""Where a node is between off and up: a decision from what is known, without looking at anything itself."""

from __future__ import annotations

import re
from typing import Dict, List, NamedTuple, Optional, Sequence

from .. import shapes
from .reports import Report
from .stages import REFUSED, SHARES
from .trace import Alarm

# Not str.isdigit: it takes signs that int() refuses, and numbers of any length.
_COUNT = re.compile(r"[0-9]{1,15}\Z")

SILENCE = 240.0
"""Seconds without a report after which a booting node counts as slow; most need 60 at most for a whole boot."""
LONG_SILENCE = 1200.0
"""Seconds without a report after which it counts as lost: as a rule nothing comes up after so long."""
_SLOWER, _MUCH_SLOWER = 3, 10
"""A node that needed its time before is given as many times its longest silence so far, if that is more."""


class Status(NamedTuple):
    """The state in one word (off, booting, slow, up, refused, lost), and what it was decided from."""

    state: shapes.NodeState
    stage: str
    seconds: Optional[float]
    fraction: float
    reason: str
    reports: List[Report]

    def row(self, power: shapes.PowerRow, alarms: Sequence[Alarm] = ()) -> shapes.Status:
        """The status as it is answered, beside the power; `stages` is the waterfall of this boot."""
        return {
            **power,
            "state": self.state,
            "stage": self.stage,
            "seconds": None if self.seconds is None else round(self.seconds, 1),
            "fraction": round(self.fraction, 3),
            "reason": self.reason,
            "stages": _waterfall(self.reports),
            "last": _row(self.reports[-1]) if self.reports else None,
            "alarms": [alarm.row() for alarm in alarms],
        }


def _row(report: Report) -> shapes.ReportRow:
    return {"stage": report.stage, "time": report.time, "details": report.details}


def this_boot(reports: Sequence[Report], power_on: Optional[float]) -> List[Report]:
    """The reports of the newest start: those since the power came on, and of these since the last network boot."""
    # The time is noted while the machine is off, so what an earlier start reported last can be just before it.
    recent = [report for report in reports if power_on is None or report.time >= power_on]
    begins = [number for number, report in enumerate(recent) if report.stage == "ipxe"]
    return recent[begins[-1] :] if begins else recent


def decide(
    power: shapes.PowerState,
    power_on: Optional[float],
    reports: Sequence[Report],
    now: float,
    *,
    image_bytes: int = 0,
) -> Status:
    """The status of a node.

    `power` is on, off or unknown; `power_on` when the server switched it on (None: never); `reports` oldest first;
    `image_bytes` what the node fetches altogether, for the fraction while it fetches. Times in seconds since 1970.
    A node that is silent is slow first, then lost, by its own pace so far; its next report makes it well again.
    """
    if power == "off":
        return Status("off", "", None, 0.0, "", [])
    mine = this_boot(reports, power_on)
    if not mine:
        return _without_reports(power, power_on, now)
    last = mine[-1]
    stage = next(report for report in mine if report.stage == last.stage)  # fetching is reported again and again
    seconds = max(0.0, now - stage.time)
    if last.stage == REFUSED:
        return Status("refused", REFUSED, seconds, 1.0, last.details.get("reason", ""), mine)
    if any(report.stage == "ready" for report in mine):
        return Status("up", "ready", max(0.0, now - last.time), 1.0, "", mine)
    fraction = _fraction(last, mine, image_bytes)
    silent = _silent(now - last.time, _longest(mine, power_on))
    return Status(silent, last.stage, seconds, fraction, "" if silent == "booting" else "silent", mine)


def _silent(seconds: float, longest: float) -> shapes.NodeState:
    """What a silence of so many seconds means, of a node whose longest one so far was known."""
    if seconds > max(LONG_SILENCE, _MUCH_SLOWER * longest):
        return "lost"
    return "slow" if seconds > max(SILENCE, _SLOWER * longest) else "booting"


def _longest(mine: Sequence[Report], power_on: Optional[float]) -> float:
    times = [*([] if power_on is None else [power_on]), *(report.time for report in mine)]
    return max((later - earlier for earlier, later in zip(times, times[1:])), default=0.0)


def _without_reports(power: shapes.PowerState, power_on: Optional[float], now: float) -> Status:
    since = None if power_on is None else max(0.0, now - power_on)
    if power == "unknown":
        return Status("lost", "", since, 0.0, "power-unknown", [])
    if since is None:
        return Status("lost", "", None, 0.0, "not-from-here", [])
    silent = _silent(since, 0.0)
    if silent != "booting":
        return Status(silent, "firmware", since, 0.0, "no-report", [])
    return Status("booting", "firmware", since, SHARES["firmware"], "", [])


def _fraction(last: Report, mine: Sequence[Report], image_bytes: int) -> float:
    done = SHARES.get(last.stage, 0.0)
    if last.stage != "fetching" or image_bytes <= 0:
        return done
    # Each file is reported by itself: the largest count of each adds up to what is here.
    sizes: Dict[str, int] = {}
    for report in mine:
        count = report.details.get("bytes", "")
        if report.stage == "fetching" and _COUNT.match(count):
            name = report.details.get("file", "")
            sizes[name] = max(sizes.get(name, 0), int(count))
    return done + (SHARES["fetched"] - done) * min(1.0, sum(sizes.values()) / image_bytes)


def _waterfall(reports: Sequence[Report]) -> List[shapes.StageRow]:
    first: Dict[str, float] = {}
    for report in reports:
        first.setdefault(report.stage, report.time)
    names = list(first)
    ends = [first[name] for name in names[1:]]
    return [
        {"stage": name, "time": first[name], "seconds": round(end - first[name], 3) if end is not None else None}
        for name, end in zip(names, [*ends, None])
    ]
