"""The one error type of the server's half."""

from __future__ import annotations

import errno
import re
from typing import Sequence, Tuple

from . import shapes, steps

_FULL = (errno.ENOSPC, errno.EDQUOT)
_SAYS_FULL = re.compile(r"No space left|ENOSPC|min-free-space|have enough free space|[Dd]isk quota")


class CtlError(Exception):
    """A failure that the user can act on.

    `code` is a stable word (``unknown-package``), `message` one sentence on what happened, `hint` what to do next in
    words, `step` the same as one of `steps.COMMANDS`, `detail` the evidence (the last lines of a log). `str()` gives at
    most three lines.
    """

    def __init__(self, code: str, message: str, *, hint: str = "", step: Sequence[str] = (), detail: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.step: Tuple[str, ...] = tuple(step)
        self.detail = detail

    def __str__(self) -> str:
        return "\n".join(line for line in (self.message, self.hint, steps.command(self.step, "")) if line)

    def to_event(self, site: str = "") -> shapes.ErrorEvent:
        """The error as the protocol's last line; `site` is the folder that the next command is for."""
        return {
            "event": "error",
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "next": list(self.step),
            "command": steps.command(self.step, site),
            "detail": self.detail,
        }

    def to_row(self, what: shapes.DamagedWhat, where: str) -> shapes.DamagedRow:
        """The error as a damaged entry in a list, where it must not hide the entries that are whole."""
        return {"what": what, "where": where, "why": self.message, "hint": self.hint, "next": list(self.step)}


class Usage(CtlError):
    """The command line or the input is wrong: exit code 2."""

    def __init__(self, message: str, *, hint: str = "", step: Sequence[str] = (), code: str = "usage") -> None:
        super().__init__(code, message, hint=hint, step=step)


def disk_full(detail: str = "") -> CtlError:
    """The error for a full disk, wherever it is met."""
    return CtlError(
        "disk-full",
        "The server's disk is full.",
        hint="free some space, then do it again; nothing that was there is lost",
        detail=detail,
    )


def says_full(text: str) -> bool:
    """Whether a program's words mean that the disk, or a quota, is full."""
    return bool(_SAYS_FULL.search(text))


def from_os(error: OSError, code: str, message: str, hint: str) -> CtlError:
    """A full disk by its own name; for anything else the error that is given in words."""
    return disk_full() if error.errno in _FULL else CtlError(code, message, hint=hint)
