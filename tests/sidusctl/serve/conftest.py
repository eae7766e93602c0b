"""A server on a switch of its own, without systemd: the services of a site on real parts."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sidus_lab.sidusctl import tools
from tests import network
from tests.network import Network, inside
from tests.sidusctl.conftest import Answer, Program, mode

ADDRESS = "10.77.0.1"


@dataclass(frozen=True)
class Served:
    """The program on that server, with one site."""

    network: Network
    server: str
    ctl: Program

    @property
    def site(self) -> Path:
        return self.ctl.site

    def __call__(self, *words: str, stdin: str = "") -> Answer:
        return self.ctl(*words, stdin=stdin, prefix=inside(self.server))

    def up(self, *words: str, patience: str = "0.5") -> Answer:
        return self("site", "up", "--interface", "eth1", "--patience", patience, *words)

    def other(self, site: Path) -> Served:
        """The same with another site."""
        return Served(self.network, self.server, Program(self.ctl.pyz, site))

    def pid(self, service: str) -> int:
        """The process of a service."""
        file = {"nginx": "nginx/pid", "dnsmasq": "dnsmasq.pid"}[service]
        return int((self.site / "serve" / "run" / file).read_text())


def end_all(space: str) -> None:
    """End every process in a namespace."""
    words = ["ip", "netns", "pids", space]
    deadline = time.monotonic() + 30
    while left := subprocess.run(words, capture_output=True, text=True, check=True).stdout.split():
        assert time.monotonic() < deadline
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        time.sleep(0.05)


@pytest.fixture(scope="module")
def lan() -> Iterator[tuple[Network, str]]:
    reason = network.missing()
    lacking = [name for name in ("dnsmasq", "nginx") if tools.find(name) is None]
    if not reason and (lacking or not Path("/usr/lib/ipxe/ipxe.efi").exists()):
        reason = f"needs {', '.join([*lacking, 'ipxe'])}"
    if reason:
        pytest.skip(reason)
    network.sweep()
    made = Network()
    try:
        yield made, made.host("server", ADDRESS + "/24")
    finally:
        made.close()


@pytest.fixture
def served(lan: tuple[Network, str], pyz: Path) -> Iterator[Served]:
    """A fresh site on that server; whatever still runs there is ended."""
    # dnsmasq and nginx hand files out as users who must be able to look into every folder above them.
    with tempfile.TemporaryDirectory(prefix="sl-served-") as folder:
        top = Path(folder)
        top.chmod(0o755)
        found = Served(*lan, Program(pyz, top / "site"))
        assert found("init", "--privilege", mode()).code == 0
        try:
            yield found
        finally:
            end_all(found.server)


@pytest.fixture
def beside(lan: tuple[Network, str], tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Plug another DHCP server in, with the lines given; gives its address."""
    started: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(*lines: str) -> str:
        number = len(started) + 2
        address = f"10.77.0.{number}"
        space = lan[0].host("other", address + "/24")
        config = tmp_path / f"other{number}.conf"
        common = ["interface=eth1", "bind-interfaces", "port=0", "log-facility=-", "user=root"]
        common += [f"dhcp-leasefile={tmp_path}/leases{number}", f"pid-file={tmp_path}/pid{number}"]
        config.write_text("\n".join([*common, *lines]) + "\n")
        words = ["dnsmasq", "--keep-in-foreground", f"--conf-file={config}"]
        process = subprocess.Popen([*inside(space), *words], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        started.append((space, process))
        return address

    yield start
    for space, process in started:
        end_all(space)
        process.wait()
