"""A whole Debian server for a test: systemd, sshd and nothing else, booted from this machine's own packages.

Its tree is an overlay over the machine's, so nothing that it writes is seen outside; its network is a namespace of a
`Network`; its site lies in a folder of the test. It ends with the process that keeps it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from pathlib import Path

from sidus_lab.embedded.service import find_program
from sidus_lab.sidus.entrance import connect
from sidus_lab.sidus.lab import Lab
from tests.network import Network, entered

ADDRESS = "10.77.0.1"
_LIMIT = 240.0
_SSHD = """\
[Unit]
Description=The way in for a test
[Service]
RuntimeDirectory=sshd
ExecStart={sshd} -D -e -f /etc/sidus-test-sshd
[Install]
WantedBy=multi-user.target
"""
_SSHD_CONFIG = """\
ListenAddress {address}
HostKey /etc/sidus-test-host-key
AuthorizedKeysFile /etc/sidus-test-authorized
StrictModes no
PasswordAuthentication no
PermitRootLogin yes
UsePAM no
Subsystem sftp internal-sftp
"""
# The overlay and what nspawn mounts are in a namespace of their own: nothing stays mounted when it ends.
_START = """\
set -e
mount -t tmpfs sidus-test "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o lowerdir=/,upperdir="$1/upper",workdir="$1/work" sidus-test "$1/root"
cd "$1/root"
rm -rf etc/systemd/system run/*
mkdir -p etc/systemd/system/multi-user.target.wants srv/sidus
cp -a "$2/etc/." etc/
ln -s ../sidus-test-sshd.service etc/systemd/system/multi-user.target.wants/
cd /
exec systemd-nspawn -q -D "$1/root" --boot --register=no --keep-unit --machine="$4" \\
    --bind="$3:/srv/sidus" --network-namespace-path="/run/netns/$5" --capability=CAP_NET_ADMIN \\
    --tmpfs=/root systemd.unit=multi-user.target
"""


def missing() -> str:
    """Give the reason why no server can be booted here, or an empty string."""
    lacking = [name for name in ("systemd-nspawn", "unshare", "sshd") if shutil.which(name, path=_path()) is None]
    if not Path("/usr/lib/systemd/systemd").exists() and not Path("/lib/systemd/systemd").exists():
        lacking.append("systemd")
    return f"missing here: {', '.join(lacking)}" if lacking else ""


class BootedServer:
    """A server at `ADDRESS` on a switch, with an empty folder ``/srv/sidus`` that is `site` outside."""

    def __init__(self, network: Network, folder: Path) -> None:
        self.space = network.host("server", f"{ADDRESS}/24")
        self.site = folder / "site"
        self.key = folder / "key"
        self.known_hosts = folder / "known_hosts"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Boot it; gives why it does not come up, or an empty string."""
        etc, top = self._folder / "given" / "etc", self._folder / "tree"
        for each in (etc / "systemd" / "system", top, self.site):
            each.mkdir(parents=True)
        self.site.chmod(0o755)
        for key in (self.key, etc / "sidus-test-host-key"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
        shutil.copy(f"{self.key}.pub", etc / "sidus-test-authorized")
        host_key = " ".join((etc / "sidus-test-host-key.pub").read_text().split()[:2])
        self.known_hosts.write_text(f"{ADDRESS} {host_key}\n")
        (etc / "machine-id").write_text(uuid.uuid4().hex + "\n")
        (etc / "sidus-test-sshd").write_text(_SSHD_CONFIG.format(address=ADDRESS))
        (etc / "systemd" / "system" / "sidus-test-sshd.service").write_text(_SSHD.format(sshd=find_program("sshd")))
        name = f"sl-{os.getpid()}"
        words = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"]
        words += ["sh", "-c", _START, "sh", str(top), str(self._folder / "given"), str(self.site), name, self.space]
        with (self._folder / "console").open("wb") as console:
            self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        end = time.monotonic() + _LIMIT
        while time.monotonic() < end and self._process.poll() is None:
            with contextlib.suppress(OSError), entered(self.space):
                socket.create_connection((ADDRESS, 22), 1.0).close()
                return ""
            time.sleep(0.2)
        said = (self._folder / "console").read_text(errors="replace")[-800:]
        return f"systemd-nspawn boots no server here: {said}"

    def connect(self) -> Lab:
        """Connect as root, over SSH."""
        with entered(self.space):
            return connect(ADDRESS, user="root", identity=self.key, known_hosts=self.known_hosts, config="/dev/null")

    def close(self) -> None:
        """End it."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(
                signal.SIGKILL
            )  # --kill-child: the first process of its namespace goes, and so all
        if self._process is not None:
            self._process.wait(60)


def _path() -> str:
    return f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/bin:/bin"
