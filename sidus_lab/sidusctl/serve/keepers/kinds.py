"""What can keep services running here, and which of them does."""

from __future__ import annotations

from pathlib import Path
from typing import Tuple

from .keeper import Keeper
from .process import Process
from .systemd import Systemd

_BOOTED = Path("/run/systemd/system")  # sd_booted(3)


def keeper(booted: Path = _BOOTED) -> Keeper:
    """Systemd where it runs, else processes."""
    return there(booted)[0]


def there(booted: Path = _BOOTED) -> Tuple[Keeper, ...]:
    """All that may keep a service here, for `site down`: what was started by the one must be ended by the one."""
    return (Systemd(), Process()) if booted.is_dir() else (Process(),)
