"""The embedded lab's SSH server: OpenSSH's sshd as the user's own process, on the loopback interface, by key only."""

from __future__ import annotations

import getpass
import os
import subprocess
from pathlib import Path

from sidus_lab.embedded.home import MARK, Home
from sidus_lab.embedded.service import Service, answers, find_program

HOST = "sidus-embedded"  # the name that the client configuration gives to the server


def sshd(home: Home, port: int) -> Service:
    """Give the service; its keys must have been made by `make_keys`."""
    return Service(
        home,
        "sshd",
        ["sshd", "-D", "-e", "-f", str(home.run / "sshd_config")],
        lambda: answers(port, b"SSH-2.0-"),
        port=port,
    )


def make_keys(home: Home) -> None:
    """Make the server's host key and the user's key, where they are not there yet."""
    home.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in (host_key(home), user_key(home)):
        if not path.exists():
            command = [find_program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", "sidus-lab", "-f", str(path)]
            subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)


def write_files(home: Home, port: int) -> None:
    """Write sshd's configuration, and the client's: after this, ``ssh -F <ssh_config> sidus-embedded`` works."""
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # root's sshd refuses to start without it
    home.run.mkdir(parents=True, exist_ok=True)
    (home.run / "sshd_config").write_text(server_config(home, port))
    known_hosts(home).write_text(f"[127.0.0.1]:{port} {public_line(host_key(home))}\n")
    home.ssh_config.write_text(client_config(home, port))


def server_config(home: Home, port: int) -> str:
    """Give sshd's configuration. Pure."""
    return f"""\
ListenAddress 127.0.0.1:{port}
HostKey "{host_key(home)}"
AuthorizedKeysFile "{user_key(home)}.pub"
AllowUsers {getpass.getuser()}
PermitRootLogin prohibit-password
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
# The home may lie in a folder that others can write to, such as /tmp; the key itself is the user's own.
StrictModes no
# An ordinary user's sshd cannot give a terminal.
PermitTTY no
X11Forwarding no
AllowAgentForwarding no
PermitTunnel no
# Jumps to the nodes.
AllowTcpForwarding local
MaxStartups 100
UseDNS no
PrintMotd no
PidFile none
# What runs in a session is found by this mark when the lab is taken down.
SetEnv {MARK}="{home.root}"
Subsystem sftp internal-sftp
"""


def client_config(home: Home, port: int) -> str:
    """Give the OpenSSH client configuration for it. Pure."""
    return f"""\
Host {HOST}
    HostName 127.0.0.1
    Port {port}
    User {getpass.getuser()}
    IdentityFile "{user_key(home)}"
    IdentitiesOnly yes
    UserKnownHostsFile "{known_hosts(home)}"
    StrictHostKeyChecking yes
"""


def host_key(home: Home) -> Path:
    """Give the path of the server's private host key."""
    return home.keys / "server_ed25519"


def known_hosts(home: Home) -> Path:
    """Give the path of the file with the server's public host key."""
    return home.run / "known_hosts"


def user_key(home: Home) -> Path:
    """Give the path of the key that logs in to the server and to the nodes."""
    return home.keys / "user_ed25519"


def public_line(private: Path) -> str:
    """Give the public half as ``ssh-ed25519 AAAA...``."""
    return " ".join(Path(f"{private}.pub").read_text().split()[:2])
