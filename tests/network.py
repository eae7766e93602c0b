"""A network of its own for a test: a switch and what is plugged in, all in network namespaces that the test made.

Nothing of it is seen by the machine's own network, and nothing is left of it: a namespace goes with all that is in it.
What a killed run left is found by its name and removed by the next one.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from sidus_lab.embedded.processes import Process, look_up

_PREFIX = "sl-"
_NAMED = Path("/run/netns")
# A test's server without systemd must not find that of the machine that it runs on.
_WITHOUT_SYSTEMD = 'test ! -d /run/systemd || mount -t tmpfs none /run/systemd; exec "$@"'


def missing() -> str:
    """Give the reason why there can be no network of a test here, or an empty string."""
    if os.geteuid() != 0:
        return "needs root: network namespaces with bridges and taps"
    if shutil.which("ip") is None:
        return "needs ip (iproute2)"
    name = f"{_PREFIX}try-{os.getpid()}"
    tried = _ip("netns", "add", name, check=False)
    if tried.returncode == 0:
        words = ["-n", name, "link", "add", "try", "type", "bridge"]
        tried = _ip(*words, check=False)
        _ip("netns", "del", name)
    return f"no network namespaces here: {tried.stderr.strip()}" if tried.returncode else ""


class Network:
    """A switch (a bridge), and plugs into it."""

    def __init__(self) -> None:
        me = look_up(os.getpid())
        assert me is not None
        self._base = f"{_PREFIX}{me.pid}-{me.started}-"
        self._spaces: list[str] = []
        self._count = 0
        self.switch = self._space("switch")
        _ip("-n", self.switch, "link", "add", "br0", "type", "bridge", "stp_state", "0", "forward_delay", "0")
        _ip("-n", self.switch, "link", "set", "br0", "up")

    def host(self, name: str, *addresses: str, card: str = "eth1") -> str:
        """Plug a host in, by the card `card` with these addresses; give its namespace."""
        space = self._space(name)
        self.plug(space, card, *addresses)
        return space

    def plug(self, space: str, card: str, *addresses: str) -> None:
        """Give a namespace one more card in the switch."""
        port = f"p{len(self._spaces)}{self._next()}"
        _ip("-n", self.switch, "link", "add", port, "type", "veth", "peer", "name", card, "netns", space)
        _ip("-n", self.switch, "link", "set", port, "master", "br0", "up")
        for address in addresses:
            _ip("-n", space, "address", "add", address, "dev", card)
        _ip("-n", space, "link", "set", card, "up")

    def tap(self) -> str:
        """A port for a virtual machine that runs in the switch's namespace; give the tap's name."""
        name = f"tap{self._next()}"
        _ip("-n", self.switch, "tuntap", "add", "dev", name, "mode", "tap")
        _ip("-n", self.switch, "link", "set", name, "master", "br0", "up")
        return name

    def close(self) -> None:
        """Remove the namespaces. What runs in them must have been ended."""
        for space in self._spaces:
            _ip("netns", "del", space, check=False)

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _space(self, name: str) -> str:
        space = f"{self._base}{name}{self._next()}"
        _ip("netns", "add", space)
        self._spaces.append(space)
        _ip("-n", space, "link", "set", "lo", "up")
        return space


def inside(space: str) -> list[str]:
    """The words before a command that let it run in a namespace, where no systemd is seen."""
    return ["ip", "netns", "exec", space, "sh", "-c", _WITHOUT_SYSTEMD, "sh"]


@contextlib.contextmanager
def entered(space: str) -> Iterator[None]:
    """Let this thread open its sockets in a namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    with Path("/proc/thread-self/ns/net").open("rb") as home, (_NAMED / space).open("rb") as there:
        assert libc.setns(there.fileno(), 0x40000000) == 0, os.strerror(ctypes.get_errno())
        try:
            yield
        finally:
            assert libc.setns(home.fileno(), 0x40000000) == 0


def sweep() -> None:
    """Remove what earlier runs left when they were killed."""
    if os.geteuid() != 0 or not _NAMED.is_dir():
        return
    for entry in _NAMED.iterdir():
        found = re.match(rf"{_PREFIX}(\d+)-(\d+)-", entry.name)
        if found and not Process(int(found.group(1)), int(found.group(2))).alive:
            for pid in _ip("netns", "pids", entry.name, check=False).stdout.split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), 9)
            _ip("netns", "del", entry.name, check=False)


def _ip(*words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return _run(["ip", *words], check)


def _run(words: Sequence[str], check: bool) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(words, capture_output=True, text=True)
    assert not check or done.returncode == 0, (words, done.stderr)
    return done
