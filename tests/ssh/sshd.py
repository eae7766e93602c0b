"""A real OpenSSH server of one's own on a free loopback port, with its own host key and key login only."""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType

START_LIMIT = 20.0  # seconds; a machine that builds something beside it is slow
STOP_LIMIT = 5.0
ATTEMPTS = 5  # a free port may be taken by another program before sshd has it


def make_key(path: Path, kind: str = "ed25519", passphrase: str = "") -> Path:
    """Make an SSH key pair and give the path of its private half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    command = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "", "-f", str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return path


def public_line(private: Path) -> str:
    """Give the public half as ``ssh-ed25519 AAAA...``."""
    return " ".join(Path(f"{private}.pub").read_text().split()[:2])


def fingerprint(private: Path) -> str:
    """Give OpenSSH's own word for the fingerprint, ``SHA256:...``."""
    out = subprocess.run(["ssh-keygen", "-lf", f"{private}.pub"], check=True, capture_output=True, text=True).stdout
    return out.split()[1]


class Sshd:
    """One sshd in `folder`, made and started by `start`, gone with all of its children after `stop`.

    Parameters
    ----------
    folder : Path
        Where its host key, configuration and log live; made when missing.
    authorized : iterable of str
        Public key lines that may log in, as the user that runs this.
    options : mapping
        More lines of its configuration.
    """

    def __init__(
        self,
        folder: Path,
        authorized: Iterable[str],
        *,
        options: Mapping[str, str] | None = None,
        host_key_kinds: Iterable[str] = ("ed25519",),
    ) -> None:
        self.folder = folder
        self.authorized = tuple(authorized)
        self.options = dict(options or {})
        self.host_keys = [folder / f"host_{kind}" for kind in host_key_kinds]
        self.user = getpass.getuser()
        self.address = "127.0.0.1"
        self.port = 0
        self.log = folder / "sshd.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id of the listening sshd."""
        if self._process is None:
            raise RuntimeError("this sshd was not started")
        return self._process.pid

    @property
    def host_key(self) -> str:
        """The first public host key line."""
        return public_line(self.host_keys[0])

    @property
    def known_hosts_lines(self) -> str:
        """What a client that trusts it has in its known_hosts file."""
        return "".join(f"[{self.address}]:{self.port} {public_line(key)}\n" for key in self.host_keys)

    def __enter__(self) -> Sshd:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, port: int = 0) -> None:
        """Start it and return once it answers; on `port`, or on any free one. Raises RuntimeError with its log."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for key in self.host_keys:
            if not key.exists():
                make_key(key, key.name.removeprefix("host_"))
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # root's sshd refuses to start without it
        for attempt in range(ATTEMPTS):
            self.port = port or _free_port(self.address)
            self._write_config()
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(
                    [_sshd(), "-D", "-e", "-f", str(self.folder / "sshd_config")],  # sshd wants its own absolute path
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,  # Ctrl-C in the terminal is for the one who started it
                )
            try:
                self._wait_ready()
                return
            except RuntimeError:
                self.stop()
                taken = "Address already in use" in self._log_tail()
                if port or not taken or attempt + 1 == ATTEMPTS:
                    raise

    def stop(self) -> None:
        """End it, its connections and what runs in them; return when all are gone."""
        process, self._process = self._process, None
        if process is None:
            return
        # The children have process groups of their own, and are found by their parent while that still lives.
        family = [process.pid, *descendants(process.pid)]
        for pid in family:
            _signal(pid, signal.SIGCONT)  # a frozen one cannot end
            _signal(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_LIMIT
        while any(_runs(pid) for pid in family[1:]) or process.poll() is None:
            if time.monotonic() > deadline:
                for pid in family:
                    _signal(pid, signal.SIGKILL)
                break
            time.sleep(0.02)
        process.wait(STOP_LIMIT)

    def sessions(self) -> list[int]:
        """Give the process ids of all that serves connections now, and of what runs in them."""
        return descendants(self.pid)

    def freeze(self) -> None:
        """Stop it and its connections in their tracks: the network still accepts, nobody answers."""
        frozen: set[int] = set()
        while fresh := {self.pid, *self.sessions()} - frozen:  # one may have forked just before it was stopped
            for pid in fresh:
                _signal(pid, signal.SIGSTOP)
            frozen |= fresh

    def thaw(self) -> None:
        """Let it go on after `freeze`."""
        for pid in [self.pid, *self.sessions()]:
            _signal(pid, signal.SIGCONT)

    def drop(self) -> None:
        """Kill every connection as a crash would, and leave the listening sshd alone."""
        for pid in self.sessions():
            if _name(pid).startswith("sshd"):
                _signal(pid, signal.SIGKILL)

    def _write_config(self) -> None:
        (self.folder / "authorized_keys").write_text("".join(f"{line}\n" for line in self.authorized))
        lines = {
            "ListenAddress": f"{self.address}:{self.port}",
            "PidFile": "none",
            "AuthorizedKeysFile": f'"{self.folder / "authorized_keys"}"',
            "StrictModes": "no",  # the folder may lie in /tmp
            "UsePAM": "no",
            "AuthenticationMethods": "publickey",
            "PubkeyAuthentication": "yes",
            "PasswordAuthentication": "no",
            "KbdInteractiveAuthentication": "no",
            "PermitRootLogin": "prohibit-password",
            "AllowUsers": self.user,
            "PermitTTY": "no",  # an ordinary user's sshd cannot give one
            "X11Forwarding": "no",
            "AllowAgentForwarding": "no",
            "AllowTcpForwarding": "local",  # jumps to nodes
            "PermitTunnel": "no",
            "MaxStartups": "100",
            "UseDNS": "no",
            "PrintMotd": "no",
            "Subsystem": "sftp internal-sftp",
            "LogLevel": "VERBOSE",
        }
        if _version() >= (9, 8):
            lines["PerSourcePenalties"] = "no"  # every client here has the same address
        lines |= self.options
        text = "".join(f'HostKey "{key}"\n' for key in self.host_keys)
        text += "".join(f"{name} {value}\n" for name, value in lines.items())
        (self.folder / "sshd_config").write_text(text)

    def _wait_ready(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"sshd ended with code {self._process.returncode}:\n{self._log_tail()}")
            with contextlib.suppress(OSError), socket.create_connection((self.address, self.port), 1.0) as probe:
                probe.settimeout(1.0)
                # Another program may answer on a port that sshd did not get: that one is not ours.
                if probe.recv(8) == b"SSH-2.0-" and self._process.poll() is None and self._listens():
                    return
            time.sleep(0.02)
        raise RuntimeError(f"sshd did not answer within {START_LIMIT:.0f} s:\n{self._log_tail()}")

    def _listens(self) -> bool:
        return f"Server listening on {self.address} port {self.port}." in self._log_tail(50)

    def _log_tail(self, lines: int = 5) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def descendants(pid: int) -> list[int]:
    """Give the process ids of all children of `pid`, theirs, and so on."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError, ValueError):
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                children.setdefault(int(fields[1]), []).append(int(folder.name))

    def below(parent: int) -> Iterator[int]:
        for child in children.get(parent, []):
            yield child
            yield from below(child)

    return list(below(pid))


def _name(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def _runs(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _free_port(address: str) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def _sshd() -> str:
    found = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        raise RuntimeError("sshd is missing: apt-get install openssh-server")
    return found


def _version() -> tuple[int, int]:
    out = subprocess.run(["ssh", "-V"], check=True, capture_output=True, text=True).stderr
    found = re.search(r"OpenSSH_(\d+)\.(\d+)", out)
    return (int(found[1]), int(found[2])) if found else (0, 0)
