"""The host that a run is driven from: what it is, and how busy. In an embedded lab it is the nodes' host too."""

from __future__ import annotations

import os
import platform


def about() -> dict[str, object]:
    """Give its system, machine and processors as plain data; no name and no address."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "processors": os.cpu_count() or 0,
    }


def load() -> float | None:
    """Give how many processes want to run, as the mean of the last minute; None where the system does not say."""
    try:
        return round(os.getloadavg()[0], 2)
    except OSError:
        return None
