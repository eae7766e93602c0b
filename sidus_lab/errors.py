"""The errors a user can meet: each says what happened and what to do next, in a few lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class SidusError(Exception):
    """The root of every error of this package.

    Parameters
    ----------
    message : str
        One sentence on what happened.
    hint : str
        What to do next; a command where there is one.
    detail : str
        The evidence: the last lines of a log, for example. Never shown unasked beyond a few lines.
    """

    def __init__(self, message: str, *, hint: str = "", detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail

    def __str__(self) -> str:
        lines = [self.message]
        if self.detail:
            lines += ["  " + line for line in self.detail.strip().splitlines()[-3:]]
        if self.hint:
            lines.append("Next: " + self.hint)
        return "\n".join(lines)

    def _render_traceback_(self) -> list[str]:
        """Show the lines above in a notebook, and not the traceback (IPython's protocol for exceptions)."""
        return [f"{type(self).__name__}: {self}"]


class ConnectError(SidusError):
    """No connection to a server or node; `result` holds what is known of the command that was under way, or None."""

    def __init__(self, message: str, *, hint: str = "", detail: str = "", result: Any = None) -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.result = result


class HostKeyUnknown(ConnectError):
    """The server showed a host key that nobody has vouched for."""


class HostKeyChanged(ConnectError):
    """The server showed another host key than the one on record."""


class AuthenticationFailed(ConnectError):
    """The server is the right one but does not let this user in."""


class ServerUnreachable(ConnectError):
    """Nothing answers at this address, or the connection was lost."""


class ServerFrozen(ConnectError):
    """The connection is open but the server stopped answering."""


class CommandFailed(SidusError):
    """A remote command ended with a code other than 0; `result` holds what it printed."""

    def __init__(self, message: str, *, result: Any, hint: str = "", detail: str = "") -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.result = result


class CommandTimeout(CommandFailed):
    """A remote command did not end in the time it was given, and was killed; `result` holds what it printed."""


class RemoteFileError(SidusError):
    """A file on a server could not be read or written; `reason` is ``missing``, ``denied`` or ``failed``."""

    def __init__(self, message: str, *, reason: str = "failed", hint: str = "", detail: str = "") -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.reason = reason


class Cancelled(SidusError):
    """The user ended it; `result` holds what the command had printed until then, or None."""

    def __init__(self, message: str, *, hint: str = "", detail: str = "", result: Any = None) -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.result = result


class ServerError(SidusError):
    """The server's half refused or failed; `code` is a stable word such as ``unknown-package``."""

    def __init__(self, message: str, *, code: str, hint: str = "", detail: str = "") -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.code = code


class DataError(SidusError):
    """The data cannot carry the answer that was asked of it."""


class NotRecorded(SidusError):
    """A recorded site was asked for something that its recording does not have."""


class NodesFailed(SidusError):
    """Something failed on some of several nodes; `failed` holds the error of each of them by name."""

    def __init__(self, message: str, *, failed: Mapping[str, SidusError], hint: str = "", detail: str = "") -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.failed = dict(failed)
