"""Whether a job's process lives: it holds a lock, which the kernel frees when it dies, however it dies.

A process number would not tell: in another process namespace, or after a restart, it means another process.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Iterator, Optional

from .. import files

_LOCK = "alive"


def prepare(job: Path) -> None:
    """Make the lock's file, in a job's folder that is being made: a full disk must not keep a job from holding it."""
    (job / _LOCK).touch()


@contextlib.contextmanager
def held(job: Path) -> Iterator[None]:
    """Hold the lock: this process is the job's."""
    with files.locked(job / _LOCK):  # waits: whoever looks holds it for a moment
        yield


def holds(job: Path) -> Optional[bool]:
    """Whether a process holds the lock; None for a job of a program that had none."""
    try:
        return files.is_locked(job / _LOCK) if (job / _LOCK).exists() else None
    except OSError:
        return None
