"""The SSH host key of a node: made on the server, and renewed in two steps, so that a kill between them loses nothing.

Of the keys in a node's folder of secrets that one counts whose public half the inventory names. A new key lies beside
the old one until the inventory, which is replaced as a whole, names it; then it takes the old one's place.
"""

from __future__ import annotations

import base64
import contextlib
import os
import struct
import tempfile
from pathlib import Path
from typing import Optional

from .. import errors, files, tools
from ..errors import CtlError

PRIVATE = "ssh_host_ed25519_key"
NEXT = PRIVATE + ".next"
_MAGIC = b"openssh-key-v1\0"


def made(secrets: Path, known: str = "") -> str:
    """The public line of the key in a node's folder of secrets: that of `known` if it is there, else made when none is.

    Raises CtlError ``no-host-key``.
    """
    if known and private(secrets, known) is not None:
        return known
    return _public(secrets / PRIVATE) or _make(secrets / PRIVATE)


def prepare(secrets: Path) -> str:
    """Make a new key beside the one that counts, and give its public line for the inventory.

    Raises CtlError ``no-host-key``.
    """
    return _make(secrets / NEXT)


def settle(secrets: Path, public: str) -> None:
    """A new key that the inventory names takes the old one's place; one that it does not name never came to count."""
    new = secrets / NEXT
    if not new.exists():
        return
    if _public(new) == public:
        os.replace(new, secrets / PRIVATE)
    else:
        new.unlink()
    files.sync_folder(secrets)


def private(secrets: Path, public: str) -> Optional[bytes]:
    """The private key that belongs to a public line, or None where it is not in this folder of secrets."""
    for path in (secrets / NEXT, secrets / PRIVATE):
        if public and _public(path) == public:
            return path.read_bytes()
    return None


def public_file(public: str) -> bytes:
    """The content of the public key's file on the node."""
    return "{} sidus\n".format(public).encode()


def _public(path: Path) -> str:
    """The public line of a private key's file; it stands in the file itself. Empty for what is no such file."""
    with contextlib.suppress(OSError, ValueError, struct.error, IndexError):
        inner = base64.b64decode(b"".join(path.read_bytes().split(b"-----")[2].split()))
        if inner.startswith(_MAGIC):
            return "ssh-ed25519 " + base64.b64encode(_fourth(inner[len(_MAGIC) :])).decode("ascii")
    return ""


def _fourth(rest: bytes) -> bytes:
    """The public part: after cipher, key derivation and its options stands the number of keys (PROTOCOL.key)."""
    for _ in range(3):
        rest = rest[4 + struct.unpack(">I", rest[:4])[0] :]
    size = struct.unpack(">I", rest[4:8])[0]
    found = rest[8 : 8 + size]
    if len(found) != size:
        raise ValueError("the key is cut off")
    return found


def _make(target: Path) -> str:
    with tempfile.TemporaryDirectory(dir=str(target.parent), prefix=".key-") as aside:
        key = Path(aside) / "key"
        done = tools.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "sidus", "-f", str(key)])
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace")[-500:]
            if errors.says_full(said):
                raise errors.disk_full(said)
            raise CtlError(
                "no-host-key",
                "ssh-keygen made no key.",
                hint="is ssh-keygen whole? install the package openssh-client again",
                detail=said,
            )
        files.write(target, key.read_bytes(), 0o600)
    return _public(target)
