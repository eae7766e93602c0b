"""The node's own files, which lie over the image and are in none of its hashes: named by a hash of their own. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sidus_lab.sidus.layers import OwnFile
from sidus_lab.sidusctl.own import EACH_ITS_OWN, Listed
from sidus_lab.sidusctl.own import digest as digest_of

_KINDS = {"d": 0o040000, "f": 0o100000, "l": 0o120000}


def digest(files: Sequence[OwnFile]) -> str:
    """Give the SHA-256 by which the server names a node's own files: modes, owners, names and contents."""
    return digest_of(Listed(f.path, _KINDS.get(f.kind, 0) | int(f.mode, 8), *f.owner, f.sha256) for f in files)


def count(files: Sequence[OwnFile]) -> int:
    """Count the files among them, without folders."""
    return sum(1 for each in files if each.kind != "d")


def common(files: Sequence[OwnFile]) -> str:
    """Give a text that is equal for two nodes whose own files are, but for name, identity and host key."""
    if not files:
        return ""
    rows = [f"{f.path} {f.kind}{f.mode} {':'.join(f.owner)} {f.sha256}" for f in files if f.path not in EACH_ITS_OWN]
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()[:12]
