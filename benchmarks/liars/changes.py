"""Series over months in which something moved: in one place, in all, in one program, or nowhere."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.liars.model import START, Floats
from benchmarks.liars.world import Case, Truth, truth, world

Random = np.random.Generator
PLACES, PROGRAMS, DAYS = 4, 3, 60
Effect = Callable[[Floats, int, int], Floats | float]


def _enter(name: str, found: Truth, effect: Effect, *, sd: float = 0.03) -> None:
    @world("changes: " + name, "changes")
    def make(random: Random) -> Case:
        parts = []
        for place in range(PLACES):
            for program in range(PROGRAMS):
                day = np.arange(DAYS) + random.uniform(0, 0.5, DAYS)
                log = effect(day, place, program) + random.normal(0, sd, DAYS)
                parts.append(
                    pd.DataFrame(
                        {
                            "time": pd.to_datetime(START + 86400 * day, unit="s", utc=True),
                            "place": f"fs{place}",
                            "program": f"p{program}",
                            "seconds": np.exp(log),
                        }
                    )
                )
        ask = {"value": "seconds", "time": "time", "group": "place", "application": "program"}
        return Case(pd.concat(parts, ignore_index=True), ask, found)


_enter("nothing moved", truth(), lambda *_: 0.0)
# What moved in one place may be its hardware, its kernel, its firmware or its load; only the place may be named.
_enter(
    "one place, by an update of its kernel",
    truth("change-place change-all change-program", causes="place"),
    lambda day, place, _: 0.3 * (place == 1) * (day > 30),
)
# What moved everywhere may be software, a service, the room's temperature or the power supply.
_enter("all places, by the room's temperature", truth("change-all", causes="shared"), lambda day, *_: 0.3 * (day > 25))
_enter(
    "one program everywhere, by larger input",
    truth("change-program", causes="code"),
    lambda day, _, program: 0.3 * (program == 2) * (day > 35),
)
