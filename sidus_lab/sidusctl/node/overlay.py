"""The node's own few files, as a second initrd: a cpio archive (newc) with everything under `sidus-own/`."""

from __future__ import annotations

import gzip
import hashlib
from typing import Dict, List, NamedTuple, Sequence

from ..own import Listed

TOP = "sidus-own"
WORD = "sidus-word"


class Entry(NamedTuple):
    """A file or, with `content` None, a folder."""

    path: str
    mode: int
    content: "bytes | None" = None  # quoted by the future import: 3.9 never evaluates it


def listed(entries: Sequence["Entry"]) -> List[Listed]:
    """Own files as `digest` takes them; all belong to root."""
    found = []
    for entry in entries:
        kind = 0o040000 if entry.content is None else 0o100000
        content = "" if entry.content is None else hashlib.sha256(entry.content).hexdigest()
        found.append(Listed(entry.path, kind | entry.mode, "0", "0", content))
    return found


def machine_id(node: str) -> str:
    """The node's /etc/machine-id: the same at every boot, another for every node, 32 hexadecimal digits."""
    return hashlib.sha256(b"sidus machine-id " + node.encode()).hexdigest()[:32]


def own_files(node: str, private_key: bytes, public_key: bytes, authorized: Sequence[str]) -> List[Entry]:
    """What makes a node itself: name, identity, host key, and who may log in."""
    keys = "".join(key + "\n" for key in authorized).encode()
    return [
        Entry("etc", 0o755),
        Entry("etc/hostname", 0o644, node.encode() + b"\n"),
        Entry("etc/machine-id", 0o444, machine_id(node).encode() + b"\n"),
        Entry("etc/ssh", 0o755),
        Entry("etc/ssh/ssh_host_ed25519_key", 0o600, private_key),
        Entry("etc/ssh/ssh_host_ed25519_key.pub", 0o644, public_key),
        Entry("root", 0o700),
        Entry("root/.ssh", 0o700),
        Entry("root/.ssh/authorized_keys", 0o600, keys),
    ]


def archive(entries: Sequence[Entry], word: str) -> bytes:
    """The archive as it is unpacked; all owned by root, times fixed: equal files give equal bytes.

    `word` is what only this boot is given (see `vouch`); it lies beside the own files and is none of them.
    """
    blocks: Dict[int, bytes] = {}
    everything = [Entry(TOP, 0o755), *(entry._replace(path=TOP + "/" + entry.path) for entry in entries)]
    everything.append(Entry(WORD, 0o600, word.encode() + b"\n"))
    for number, entry in enumerate(everything, 1):
        blocks[number] = _member(number, entry)
    blocks[0] = _header("TRAILER!!!", 0, 0, 0, 1)
    body = b"".join(blocks[number] for number in [*range(1, len(blocks)), 0])
    return body + b"\0" * (-len(body) % 512)


def packed(content: bytes) -> bytes:
    """The archive as it is handed out, compressed."""
    return gzip.compress(content, mtime=0)


def _member(inode: int, entry: Entry) -> bytes:
    folder = entry.content is None
    content = entry.content or b""
    kind = 0o040000 if folder else 0o100000
    return _header(entry.path, inode, kind | entry.mode, len(content), 2 if folder else 1) + _padded(content)


def _header(path: str, inode: int, mode: int, size: int, links: int) -> bytes:
    name = path.encode() + b"\0"
    # magic ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
    numbers = (inode, mode, 0, 0, links, 0, size, 0, 0, 0, 0, len(name), 0)
    return _padded(b"070701" + b"".join(b"%08X" % number for number in numbers) + name)


def _padded(content: bytes) -> bytes:
    return content + b"\0" * (-len(content) % 4)
