"""One operating system on any number of machines, proven; and where differences in time and bits come from."""

from __future__ import annotations

__version__ = "0.1.0"
