"""What would differ between two builds of one recipe, or would be shared by nodes and must not be: removed or fixed.

Works on the root folder of this process, which is that of the new tree.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Iterable, Iterator

from . import accounts

_RESOLV = "/run/sidus/resolv.conf"
_ACLS = ("system.posix_acl_access", "system.posix_acl_default")
_DOOMED = (
    "/var/lib/dbus/machine-id",
    "/var/cache/ldconfig/aux-cache",
    "/var/lib/systemd/random-seed",
    "/var/cache/debconf/config.dat-old",
    "/var/cache/debconf/templates.dat-old",
    "/var/lib/dpkg/status-old",
    "/var/lib/dpkg/diversions-old",
    "/var/lib/dpkg/statoverride-old",
    "/root/.bash_history",
    "/root/.wget-hsts",
    # Copies from before the last change: which one was last depends on the order in which packages were set up.
    *("/etc/{}-".format(name) for name in ("passwd", "group", "shadow", "gshadow", "subuid", "subgid")),
)


def pin() -> None:
    """Do all of it."""
    write("/etc/hostname", b"sidus\n", 0o644)
    # mmdebstrap copied the server's own resolver there. A node's boot script leaves its own in /run.
    if not os.path.islink("/etc/resolv.conf"):
        if os.path.exists("/etc/resolv.conf"):
            os.unlink("/etc/resolv.conf")
        os.symlink(_RESOLV, "/etc/resolv.conf")
    write("/etc/machine-id", b"", 0o444)
    ssh = "/etc/ssh"
    keys = (
        [os.path.join(ssh, name) for name in os.listdir(ssh) if name.startswith("ssh_host_")]
        if os.path.isdir(ssh)
        else []
    )
    for path in (*_DOOMED, *keys):
        if os.path.lexists(path):
            os.unlink(path)
    for folder, _, names in os.walk("/var/log"):
        for name in names:
            os.unlink(os.path.join(folder, name))
    for top in ("/tmp", "/var/tmp"):  # noqa: S108 - inside the new tree
        # mmdebstrap still needs its own file there, and removes it itself.
        for name in (name for name in os.listdir(top) if not name.startswith("mmdebstrap.")):
            path = os.path.join(top, name)
            shutil.rmtree(path) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)
    states = Path("/var/lib/apt/extended_states")
    if states.exists():
        write(str(states), in_order(states.read_bytes()), 0o644)
    accounts.finish()
    drop_acls("/")


def forget_times(paths: Iterable[str]) -> None:
    """Give files the time that they have in a repository, 0: an initrd keeps the times of what is copied into it."""
    for path in paths:
        os.utime(path, (0, 0), follow_symlinks=False)


def part_links(paths: Iterable[str]) -> None:
    """Make each symbolic link anew: in a checkout those with one target are one, and an initrd would say so."""
    for path in paths:
        if os.path.islink(path):
            target, owner = os.readlink(path), os.lstat(path)
            os.unlink(path)
            os.symlink(target, path)
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
            os.utime(path, (0, 0), follow_symlinks=False)


def own_paths(top: str) -> Iterator[str]:
    """The files, folders and links below `top`, not those of other file systems mounted there."""
    own = os.lstat(top).st_dev
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if os.lstat(os.path.join(folder, name)).st_dev == own]
        yield from (os.path.join(folder, name) for name in (*folders, *names))


def in_order(stanzas: bytes) -> bytes:
    """Stanzas in the order of their text: apt writes them in the order in which packages came."""
    return b"".join(each + b"\n\n" for each in sorted(filter(None, (part.strip() for part in stanzas.split(b"\n\n")))))


def drop_acls(top: str) -> None:
    """Remove access control lists: a packed root cannot hold them, and a version must be what its nodes have."""
    for path in (each for each in own_paths(top) if not os.path.islink(each)):
        for name in set(_ACLS).intersection(os.listxattr(path, follow_symlinks=False)):
            os.removexattr(path, name, follow_symlinks=False)


def write(path: str, content: bytes, mode: int) -> None:
    """Write a file of the tree; a symbolic link in its place goes."""
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    if os.path.islink(path):
        os.unlink(path)
    with open(path, "wb") as stream:
        stream.write(content)
        os.fchmod(stream.fileno(), mode)
