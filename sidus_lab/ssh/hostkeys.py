"""Host keys: what is on record, whether a shown key is that one, and the deliberate step of putting one on record.

The files are OpenSSH's own known_hosts, and ``ssh-keygen -F`` looks names up in them, because hashed names, wildcards
and negations are its business.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sidus_lab.errors import ConnectError, HostKeyChanged, HostKeyUnknown

_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}\Z")


@dataclass(frozen=True)
class HostKey:
    """A public host key: its type, such as ``ssh-ed25519``, and its content."""

    kind: str
    blob: bytes

    @property
    def line(self) -> str:
        """The OpenSSH form, ``ssh-ed25519 AAAA...``."""
        return f"{self.kind} {base64.b64encode(self.blob).decode()}"

    @property
    def fingerprint(self) -> str:
        """OpenSSH's fingerprint, ``SHA256:...``."""
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip("=")


@dataclass(frozen=True)
class OnRecord:
    """The keys on record for one host, those that were revoked, and where they were looked for."""

    keys: tuple[HostKey, ...]
    revoked: tuple[HostKey, ...] = ()
    source: str = "the expected key"


def parse_line(line: str) -> HostKey:
    """Read ``ssh-ed25519 AAAA... [comment]``. Raises ValueError."""
    words = line.split()
    if len(words) < 2:
        raise ValueError(f"not an OpenSSH public key line: {line[:60]!r}")
    try:
        blob = base64.b64decode(words[1], validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"not an OpenSSH public key line: {line[:60]!r}") from None
    size = int.from_bytes(blob[:4], "big")
    if blob[4 : 4 + size] != words[0].encode():
        raise ValueError(f"a public key line whose type and content disagree: {line[:60]!r}")
    return HostKey(words[0], blob)


def fingerprint(line: str) -> str:
    """Give the fingerprint (``SHA256:...``) of an OpenSSH public key line. Raises ValueError."""
    return parse_line(line).fingerprint


def look_up(name: str, files: Sequence[Path]) -> OnRecord:
    """Give what the known_hosts `files` say about `name` (``host`` or ``[host]:port``). Raises `ConnectError`."""
    keys: list[HostKey] = []
    revoked: list[HostKey] = []
    for file in files:
        if not file.is_file():
            continue
        try:
            asked = subprocess.run(
                ["ssh-keygen", "-F", name, "-f", str(file)], stdin=subprocess.DEVNULL, capture_output=True, check=False
            )
        except FileNotFoundError:
            raise ConnectError(
                "The program ssh-keygen is missing.", hint="sudo apt-get install openssh-client"
            ) from None
        for line in asked.stdout.decode(errors="replace").splitlines():
            words = line.split()
            if not words or words[0].startswith("#") or words[0] == "@cert-authority":
                continue
            marker, fields = (words[0], words[2:]) if words[0].startswith("@") else ("", words[1:])
            try:
                (revoked if marker == "@revoked" else keys).append(parse_line(" ".join(fields)))
            except ValueError:
                continue  # OpenSSH skips lines it cannot read as well
    return OnRecord(tuple(keys), tuple(revoked), ", ".join(map(str, files)) or "no known_hosts file")


def verify(shown: HostKey, record: OnRecord, name: str) -> None:
    """Pass when the `shown` key is on `record`; raise `HostKeyUnknown` or `HostKeyChanged` when not."""
    if shown in record.revoked:
        raise HostKeyChanged(
            f"{name} shows a host key that was revoked: {shown.fingerprint}.",
            hint="do not connect; ask the administrator of this server",
        )
    if shown in record.keys:
        return
    if not record.keys:
        raise HostKeyUnknown(
            f"The host key of {name} is not known: it shows {shown.kind} {shown.fingerprint}, "
            f"and {record.source} has none for it.",
            hint=(
                "get the fingerprint from the server itself (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), "
                'then call sidus_lab.ssh.trust(host, fingerprint="SHA256:...")'
            ),
        )
    known = ", ".join(f"{key.kind} {key.fingerprint}" for key in record.keys)
    raise HostKeyChanged(
        f"The host key of {name} is not the one on record. It may be another machine.\n"
        f"  It shows {shown.kind} {shown.fingerprint}; {record.source} has {known}.",
        hint=(
            "ask why it changed; if there is a good reason, remove the old key (ssh-keygen -R) and trust the new one"
            if record.source != OnRecord.source
            else "find out which machine answers at this address"
        ),
    )


def checked_fingerprint(text: str) -> str:
    """Give the fingerprint back, without ``=`` at its end; raise `ConnectError` when it is none of SHA-256."""
    text = text.strip().rstrip("=")
    if not _FINGERPRINT.match(text):
        raise ConnectError(
            f"Not a SHA-256 fingerprint of a key: {text[:60]!r}.",
            hint="on the server: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub, second word",
        )
    return text


def put_on_record(name: str, key: HostKey, file: Path) -> None:
    """Add one line to a known_hosts file, made with its folder when missing; nothing when the line is there."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "rb+") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)  # two notebooks may trust at the same time
        if key in look_up(name, [file]).keys:
            return
        stream.seek(0)
        before = stream.read()
        start = "" if not before or before.endswith(b"\n") else "\n"
        stream.write(f"{start}{name} {key.line}\n".encode())
