"""The narrow interface to a machine, which `ssh` implements for real ones and `recording` for recorded ones."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from sidus_lab.errors import CommandFailed
from sidus_lab.result import Result as Result

_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")

# Linux takes at most 128 KiB in one argument, and sshd hands the whole command line to the shell as one.
MAX_COMMAND_BYTES = 100_000


@runtime_checkable
class Transport(Protocol):
    """An open connection to one machine. Every method may be called from several threads at once.

    Every method raises `ServerUnreachable` when the connection was lost or closed (it is never opened again silently)
    and `ServerFrozen` when the machine stops answering. Both carry what is known of a running command in ``.result``.
    """

    @property
    def name(self) -> str:
        """``user@host:port``, for messages."""

    def run(
        self,
        argv: Sequence[str],
        *,
        input: bytes = b"",  # noqa: A002 (the name that subprocess.run has)
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
        check: bool = True,
        cancel: threading.Event | None = None,
    ) -> Result:
        """Run one command to its end.

        Parameters
        ----------
        argv : sequence of str
            Words, which arrive as they are: no shell ever reads into them.
        input : bytes
            Its standard input.
        env : mapping
            Variables added to its environment. Other users of the machine can see them: send secrets as `input`.
        timeout : float
            Seconds after which the command and all of its process group are killed.
        check : bool
            Raise when the exit code is not 0.
        cancel : threading.Event
            Once set, the command and all of its process group are killed.

        Raises
        ------
        CommandFailed
            The exit code is not 0 (and `check`); its subclass `CommandTimeout` when `timeout` passed.
        Cancelled
            `cancel` was set.
        """

    def stream(
        self, argv: Sequence[str], *, env: Mapping[str, str] | None = None, cancel: threading.Event | None = None
    ) -> Iterator[bytes]:
        """Run one command, and yield its standard output line by line, without the line ends, as it comes.

        The command starts with the first line asked for. Closing the iterator early kills its process group.
        Raises `CommandFailed` after the last line when the exit code is not 0, and `Cancelled` once `cancel` is set.
        """

    def put(self, source: bytes | Path, remote: str, *, mode: int = 0o644) -> None:
        """Write a file as a whole or not at all (aside, then renamed), and make its parent folders.

        `source` is the content itself or a local file. Raises `RemoteFileError`.
        """

    def get(self, remote: str) -> bytes:
        """Read a whole file. Raises `RemoteFileError` (``.reason`` is ``missing``, ``denied`` or ``failed``)."""

    def jump(
        self,
        host: str,
        port: int = 22,
        *,
        user: str,
        host_key: str,
        identity: Path | None = None,
        timeout: float = 15,
    ) -> Transport:
        """Connect through this machine to another one that must show exactly `host_key`.

        `host_key` is an OpenSSH public key line (``ssh-ed25519 AAAA...``). Raises `ConnectError`.
        """

    def alive(self, timeout: float = 3.0) -> bool:
        """Whether the machine answers within `timeout` seconds."""

    def close(self) -> None:
        """End the connection; a second time does nothing."""


def checked_words(argv: Sequence[str]) -> tuple[str, ...]:
    """Give the words of a command as a tuple, or raise TypeError or ValueError for what no command line can carry."""
    if isinstance(argv, (str, bytes)):
        raise TypeError(f"a command is a list of words, not one string: {argv!r}")
    words = tuple(argv)
    if not words:
        raise ValueError("a command needs at least one word")
    for word in words:
        if not isinstance(word, str):
            raise TypeError(f"the words of a command are strings, not {type(word).__name__}: {word!r}")
        if "\0" in word:
            raise ValueError("a word of a command cannot hold a null character")
    if sum(len(word.encode("utf-8", "surrogateescape")) + 3 for word in words) > MAX_COMMAND_BYTES:
        raise ValueError(f"the command is longer than {MAX_COMMAND_BYTES} bytes: send the data as input or as a file")
    return words


def checked_env(env: Mapping[str, str] | None) -> dict[str, str]:
    """Give the variables as a new dict, or raise ValueError for a name or value that no environment can carry."""
    variables = dict(env or {})
    for name, value in variables.items():
        if not _ENV_NAME.match(name):
            raise ValueError(f"not a name of an environment variable: {name!r}")
        if "\0" in value:
            raise ValueError(f"the variable {name} cannot hold a null character")
    return variables


def checked_path(remote: str) -> str:
    """Give the path of a file as SFTP takes it, relative to the home folder; raise ValueError when it can be none."""
    if not remote or remote.endswith("/") or "\0" in remote:
        raise ValueError(f"not the path of a file: {remote!r}")
    return remote.removeprefix("~/")


def require_ok(result: Result, where: str) -> Result:
    """Give `result` back when its code is 0; raise `CommandFailed`, which carries it, when not."""
    if result.ok:
        return result
    evidence = result.errors.strip() or result.text.strip()
    said = "" if evidence else " and printed nothing"
    raise CommandFailed(
        f"{short(result.argv)} ended with code {result.code} on {where}{said}.", result=result, detail=evidence
    )


def short(argv: Sequence[str], limit: int = 60) -> str:
    """Give a command as one short line for messages."""
    line = " ".join(" ".join(argv).split())
    return line if len(line) <= limit else line[: limit - 3] + "..."
