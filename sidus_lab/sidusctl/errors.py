"""The one error type of the server's half."""

from __future__ import annotations

from typing import Any, Dict


class CtlError(Exception):
    """A failure that the user can act on.

    `code` is a stable word (``unknown-package``), `message` one sentence on what happened, `hint` what to do next,
    `detail` the evidence (the last lines of a log). `str()` gives at most three lines.
    """

    def __init__(self, code: str, message: str, *, hint: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.detail = detail

    def __str__(self) -> str:
        return "\n".join(line for line in (self.message, self.hint) if line)

    def to_event(self) -> Dict[str, Any]:
        """The error as the protocol's last line."""
        return {
            "event": "error",
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "detail": self.detail,
        }


class Usage(CtlError):
    """The command line or the input is wrong: exit code 2."""

    def __init__(self, message: str, *, hint: str = "", code: str = "usage") -> None:
        super().__init__(code, message, hint=hint)
