"""A node's own files, named by one hash: made alike by the server, by the boot script, and by whoever asks the node."""

from __future__ import annotations

import hashlib
from typing import Iterable, NamedTuple

EACH_ITS_OWN = (
    "etc/hostname",
    "etc/machine-id",
    "etc/ssh/ssh_host_ed25519_key",
    "etc/ssh/ssh_host_ed25519_key.pub",
)
"""What makes a node itself: two nodes with the same software differ in these."""


class Listed(NamedTuple):
    """A path as it is named by hash: raw mode with the type's bits, owner, and the SHA-256 of a file's content."""

    path: str
    mode: int
    user: str
    group: str
    sha256: str


def digest(listed: Iterable[Listed]) -> str:
    """The SHA-256 that names a node's own files; the boot script makes the same from what was unpacked.

    Of two lists one after the other, by path: ``stat -c "%f %u %g %n"`` of all, ``sha256sum`` of the files.
    """
    rows = sorted((("./" + each.path).encode(), each) for each in listed)
    said = [b"%x %s %s %s\n" % (each.mode, each.user.encode(), each.group.encode(), path) for path, each in rows]
    said += [b"%s  %s\n" % (each.sha256.encode(), path) for path, each in rows if each.sha256]
    return hashlib.sha256(b"".join(said)).hexdigest()
