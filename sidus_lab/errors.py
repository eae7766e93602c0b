"""The errors a user can meet: each says what happened and what to do next, in a few lines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sidus_lab.result import Result

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """Give a text that a terminal shows and does not obey: what controls one (escapes, bells, turns) is written out.

    Line feeds and tabs stay. A node's report, a path or the name of a CPU may hold anything.
    """
    return _CONTROL.sub(lambda found: ascii(found.group())[1:-1], text)


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
    step : sequence of str
        What to do next as data, where a reader words it for himself: a word and what belongs to it, such as
        ``("image-publish", "debian")``. A panel says which button that is.

    Examples
    --------
    >>> print(sl.SidusError("The disk is full.", hint="make room, then build again"))
    The disk is full.
    Next: make room, then build again
    """

    def __init__(self, message: str, *, hint: str = "", detail: str = "", step: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.step = tuple(step)
        self.message = message
        self.hint = hint
        self.detail = detail

    def __str__(self) -> str:
        lines = [self.message]
        if self.detail:
            lines += ["  " + line for line in self.detail.strip().splitlines()[-3:]]
        if self.hint:
            lines.append("Next: " + self.hint)
        return printable("\n".join(lines))

    def _render_traceback_(self) -> list[str]:
        """Show the lines above in a notebook, and not the traceback (IPython's protocol for exceptions)."""
        return [f"{type(self).__name__}: {self}"]


class ConnectError(SidusError):
    """No connection to a server or node; `result` holds what is known of the command that was under way, or None.

    >>> sl.ConnectError("Nobody answers.").result is None
    True
    """

    def __init__(self, message: str, *, hint: str = "", detail: str = "", result: Result | None = None) -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.result = result


class HostKeyUnknown(ConnectError):
    """The server showed a host key that nobody has vouched for.

    >>> issubclass(sl.HostKeyUnknown, sl.ConnectError)
    True
    """


class HostKeyChanged(ConnectError):
    """The server showed another host key than the one on record.

    >>> issubclass(sl.HostKeyChanged, sl.ConnectError)
    True
    """


class AuthenticationFailed(ConnectError):
    """The server is the right one but does not let this user in.

    >>> issubclass(sl.AuthenticationFailed, sl.ConnectError)
    True
    """


class ServerUnreachable(ConnectError):
    """Nothing answers at this address, or the connection was lost.

    >>> issubclass(sl.ServerUnreachable, sl.ConnectError)
    True
    """


class ServerFrozen(ConnectError):
    """The connection is open but the server stopped answering.

    >>> issubclass(sl.ServerFrozen, sl.ConnectError)
    True
    """


class CommandFailed(SidusError):
    """A remote command ended with a code other than 0; `result` holds what it printed.

    >>> issubclass(sl.CommandFailed, sl.SidusError)
    True
    """

    def __init__(self, message: str, *, result: Result, hint: str = "", detail: str = "") -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.result = result


class CommandTimeout(CommandFailed):
    """A remote command did not end in the time it was given, and was killed; `result` holds what it printed.

    >>> issubclass(sl.CommandTimeout, sl.CommandFailed)
    True
    """


class RemoteFileError(SidusError):
    """A file on a server could not be read or written; `reason` is ``missing``, ``denied`` or ``failed``.

    >>> sl.RemoteFileError("There is no such file.", reason="missing").reason
    'missing'
    """

    def __init__(self, message: str, *, reason: str = "failed", hint: str = "", detail: str = "") -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.reason = reason


class Cancelled(SidusError):
    """The user ended it; `result` holds what the command had printed until then, or None.

    >>> sl.Cancelled("It was cancelled.").result is None
    True
    """

    def __init__(self, message: str, *, hint: str = "", detail: str = "", result: Result | None = None) -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.result = result


class ServerError(SidusError):
    """The server's half refused or failed; `code` is a stable word such as ``unknown-package``.

    >>> sl.ServerError("There is no image.", code="unknown-image").code
    'unknown-image'
    """

    def __init__(self, message: str, *, code: str, hint: str = "", detail: str = "", step: Sequence[str] = ()) -> None:
        super().__init__(message, hint=hint, detail=detail, step=step)
        self.code = code


class DataError(SidusError):
    """The data cannot carry the answer that was asked of it.

    >>> try:
    ...     sl.explain([1.0, 2.0])
    ... except sl.DataError as error:
    ...     print(error.message)
    A data frame is needed, not list.
    """


class NotRecorded(SidusError):
    """A recorded site was asked for something that its recording does not have.

    >>> try:
    ...     sl.replay("nothing-of-the-kind")
    ... except sl.NotRecorded as error:
    ...     print(error.message)
    There is no recording 'nothing-of-the-kind'.
    """


class NodesFailed(SidusError):
    """Something failed on some of several nodes; `failed` holds the error of each of them by name.

    >>> sl.NodesFailed("One failed.", failed={"node2": sl.SidusError("It is off.")}).failed["node2"].message
    'It is off.'
    """

    def __init__(self, message: str, *, failed: Mapping[str, SidusError], hint: str = "", detail: str = "") -> None:
        super().__init__(message, hint=hint, detail=detail)
        self.failed = dict(failed)
