"""What the server says of one job: a frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class JobFacts:
    """A job of the server as it was when it was looked at.

    Attributes
    ----------
    operation : str
        ``image build`` or ``image publish``.
    image : str
        What it works on: an image, or ``image@version``.
    state : str
        ``running``, ``done``, ``failed``, ``cancelled`` or ``lost`` (its process is gone and left no result).
    created : datetime
        When it was started (UTC, the server's clock).
    elapsed : float or None
        Seconds from its start to its end, or until the look; None when it ended and nobody knows when.
    line, fraction
        Its last progress: what it did, and how far it was (0 to 1, None when unknown).
    error : str
        Why it failed.
    """

    id: str
    operation: str
    image: str
    state: str
    created: datetime
    elapsed: float | None
    line: str
    fraction: float | None
    error: str

    def __str__(self) -> str:
        took = f", {self.elapsed:.0f} s" if self.elapsed is not None else ""
        last = self.error or (self.line if self.state == "running" else "")
        return f"{self.id} {self.operation} {self.image}: {self.state}{took}{f', {last}' if last else ''}"
