"""State on disk: written aside, synced, renamed; and locks that the kernel frees when their holder dies."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Iterator, Optional

_HERE, _EXCHANGE = -100, 2  # AT_FDCWD, RENAME_EXCHANGE


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable (a rename is only on disk once its folder is synced)."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Make a file's content durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Replace a file as a whole: a reader sees the old content or the new, and nothing between.

    Raises OSError when the disk is full or the folder cannot be written; the old file is then untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(prefix="." + path.name + ".", dir=str(path.parent))
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        os.replace(aside, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(aside)
        raise
    sync_folder(path.parent)


def json_bytes(value: object) -> bytes:
    """A value as the content of a JSON file; keys sorted, so that equal values give equal files."""
    return (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def write_json(path: Path, value: object, mode: int = 0o644) -> None:
    """Replace a JSON file as a whole."""
    write(path, json_bytes(value), mode)


def read_json(path: Path, missing: object = None, most: int = 1 << 26) -> object:
    """The value of a JSON file, or `missing` where there is none.

    Raises ValueError for what is no JSON, is nested too deep to be read, or has more than `most` bytes.
    """
    try:
        with open(path, "rb") as stream:
            content = stream.read(most + 1)
    except FileNotFoundError:
        return missing
    if len(content) > most:
        raise ValueError("it has more than {} bytes".format(most))
    try:
        return json.loads(content.decode("utf-8"), parse_constant=_no_number)
    except RecursionError:
        raise ValueError("it is nested too deep") from None


def _no_number(word: str) -> None:
    raise ValueError("{} is no number of JSON".format(word))


def exchange(one: Path, other: Path) -> None:
    """Let two folders or files of one file system take each other's name in one step.

    Where the file system cannot, in two: the name of `other` is then missing for a moment.
    """
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is not None and call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return
    aside = one.with_name(one.name + ".exchanged")
    os.rename(other, aside)
    os.rename(one, other)
    os.rename(aside, one)


def sha256(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal digits."""
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock, waiting for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a", encoding="utf-8") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def is_locked(path: Path) -> bool:
    """Say whether somebody holds a lock, in this process or in another one, without taking it or making its file."""
    try:
        with open(path, encoding="utf-8") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


@contextlib.contextmanager
def try_locked(path: Path, note: str = "") -> Iterator[Optional[str]]:
    """Hold an exclusive lock without waiting; gives None when it was free, else the note of who holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stream.seek(0)
            yield stream.read().strip() or "another process"
            return
        stream.seek(0)
        stream.truncate()
        stream.write(note)
        stream.flush()
        yield None
