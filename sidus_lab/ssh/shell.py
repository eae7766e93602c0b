"""What the login shell on the other side is asked to do. All quoting of the package happens here."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

# What the login shell runs. sshd makes it the leader of a process group of its own (it calls setsid), so $$ names the
# group. The mark tells the number, and where each output begins: a login shell may greet, or complain. `exec` in a
# subshell runs programs and never the shell's own echo or kill; the shell stays to tell the code of a command that a
# signal ended.
_START = (
    'printf "\\n%s %s\\n" "$1" "$$"; printf "\\n%s %s\\n" "$1" "$$" >&2; n=$2; shift 2; '
    'while [ "$n" -gt 0 ]; do export "$1"; shift; n=$((n-1)); done; '
    '(exec "$@"); exit $?'
)
# End a process group: politely, and after 2 seconds for good.
_KILL = (
    'kill -s TERM -- "-$1" 2>/dev/null || exit 0; n=0; '
    'while kill -s 0 -- "-$1" 2>/dev/null; do n=$((n+1)); '
    '[ "$n" -eq 40 ] && kill -s KILL -- "-$1" 2>/dev/null; [ "$n" -gt 80 ] && exit 1; sleep 0.05; done; exit 0'
)


def command_line(words: tuple[str, ...], env: Mapping[str, str], mark: str) -> bytes:
    """Give the one string that sshd hands to the login shell. All quoting happens here."""
    pairs = [f"{name}={value}" for name, value in env.items()]
    line = shlex.join(["/bin/sh", "-c", _START, "sidus", mark, str(len(pairs)), *pairs, *words])
    return b"exec " + line.encode("utf-8", "surrogateescape")


def kill_line(group: int) -> bytes:
    """Give the command that ends a process group: politely, and for good after 2 seconds."""
    return b"exec " + shlex.join(["/bin/sh", "-c", _KILL, "sidus", str(group)]).encode()


class AfterMark:
    """Takes an output chunk by chunk, and lets through what comes after the mark.

    `group` is the process group that the mark names, None before the mark; `before` is what the login shell printed.
    """

    def __init__(self, mark: str) -> None:
        self.group: int | None = None
        self.before = b""
        self._start = f"\n{mark} ".encode()

    def __call__(self, chunk: bytes) -> bytes:
        if self.group is not None:
            return chunk
        self.before += chunk
        before, found, rest = self.before.partition(self._start)
        number, end, rest = rest.partition(b"\n")
        if not (found and end):
            return b""
        self.before, self.group = before, int(number)
        return rest
