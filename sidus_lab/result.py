"""What a command on another machine did, as a value; the errors carry it too."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Result:
    """What a command on another machine did: a value that never raises by itself.

    Attributes
    ----------
    argv : tuple of str
        The words of the command.
    code : int
        Its exit code; 128 + n when signal n ended it, -1 when no code ever came (cut off, timed out, cancelled).
    stdout, stderr : bytes
        All it printed, or as much as arrived.
    seconds : float
        From the start to the last byte, as seen from here.
    """

    argv: tuple[str, ...]
    code: int
    stdout: bytes = field(default=b"", repr=False)
    stderr: bytes = field(default=b"", repr=False)
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the exit code is 0."""
        return self.code == 0

    @property
    def text(self) -> str:
        """Standard output as text (UTF-8, bad bytes replaced)."""
        return self.stdout.decode("utf-8", errors="replace")

    @property
    def errors(self) -> str:
        """Standard error as text (UTF-8, bad bytes replaced)."""
        return self.stderr.decode("utf-8", errors="replace")
