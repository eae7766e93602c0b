"""Whether a job's process lives: it holds a lock, which the kernel frees when it dies, however it dies.

A process number would not tell: in another process namespace, or after a restart, it means another process.
"""

from __future__ import annotations

import contextlib
import fcntl
from pathlib import Path
from typing import Iterator, Optional

_LOCK = "alive"


def prepare(job: Path) -> None:
    """Make the lock's file, in a job's folder that is being made: a full disk must not keep a job from holding it."""
    (job / _LOCK).touch()


@contextlib.contextmanager
def held(job: Path) -> Iterator[None]:
    """Hold the lock: this process is the job's."""
    with open(job / _LOCK, "ab") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)  # whoever looks holds it for a moment
        yield


def holds(job: Path) -> Optional[bool]:
    """Whether a process holds the lock; None for a job of a program that had none."""
    try:
        with open(job / _LOCK, "rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
    except BlockingIOError:
        return True
    except OSError:
        return None
