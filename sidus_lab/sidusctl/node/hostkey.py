"""The SSH host key of a node: made once on the server, and kept when the node is replaced."""

from __future__ import annotations

import tempfile
from pathlib import Path

from .. import files, tools
from ..errors import CtlError

PRIVATE = "ssh_host_ed25519_key"
PUBLIC = PRIVATE + ".pub"


def made(secrets: Path) -> str:
    """The public line of the key in a node's folder of secrets; the pair is made when there is none yet.

    Raises CtlError ``no-host-key``.
    """
    public = secrets / PUBLIC
    if not public.exists():
        with tempfile.TemporaryDirectory(dir=str(secrets)) as aside:
            key = Path(aside) / "key"
            done = tools.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "sidus", "-f", str(key)])
            if done.returncode != 0:
                raise CtlError(
                    "no-host-key",
                    "ssh-keygen made no key.",
                    hint="is the disk full?",
                    detail=done.stderr.decode(errors="replace")[-500:],
                )
            files.write(secrets / PRIVATE, key.read_bytes(), 0o600)
            files.write(public, key.with_name("key.pub").read_bytes(), 0o644)
    return " ".join(public.read_text(encoding="ascii").split()[:2])
