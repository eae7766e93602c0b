"""Files over SFTP: read whole, written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import io
import posixpath
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import paramiko

from sidus_lab.errors import ConnectError, RemoteFileError
from sidus_lab.ssh.link import Link
from sidus_lab.transport import checked_path

BLOCK = 1 << 15  # what every SFTP server takes in one request
AT_ONCE = 64  # requests for blocks that may be under way: enough for 2 MiB on a slow line


def put(link: Link, source: bytes | Path, remote: str, mode: int) -> None:
    """Write `source` aside, then rename it over `remote`; see `Transport.put`."""
    remote = checked_path(remote)
    part = f"{remote}.{secrets.token_hex(4)}.part"
    with (
        contextlib.closing(io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")) as data,
        _sftp(link, f"write {remote}") as sftp,
    ):
        try:
            _write(sftp, data, part, mode)
            sftp.posix_rename(part, remote)
        except BaseException:
            with contextlib.suppress(OSError, EOFError, paramiko.SSHException):
                if link.active:
                    sftp.remove(part)
            raise


def get(link: Link, remote: str) -> bytes:
    """Read a whole file; see `Transport.get`."""
    remote = checked_path(remote)
    with _sftp(link, f"read {remote}") as sftp, sftp.open(remote, "rb") as file:
        size = file.stat().st_size
        if size:  # files in /proc have size 0 and content all the same
            file.prefetch(size, AT_ONCE)
        parts: list[bytes] = []
        while part := file.read(BLOCK):
            parts.append(part)
    return b"".join(parts)


def _write(sftp: paramiko.SFTPClient, data: IO[bytes], part: str, mode: int) -> None:
    try:
        file = sftp.open(part, "wb")
    except FileNotFoundError:
        _make_parents(sftp, part)
        file = sftp.open(part, "wb")
    size = 0
    with file:
        file.chmod(mode)  # before the content: a secret is never readable for others, not for a moment
        file.set_pipelined(True)
        while block := data.read(BLOCK):
            file.write(block)
            size += len(block)
    # A write that failed late, on a full disk say, is not always reported by servers when the file is closed.
    if sftp.stat(part).st_size != size:
        raise OSError(errno.EIO, "not all of it arrived")


def _make_parents(sftp: paramiko.SFTPClient, path: str) -> None:
    missing = []
    parent = posixpath.dirname(path)
    while parent not in ("", "/"):
        try:
            sftp.stat(parent)
            break
        except FileNotFoundError:
            missing.append(parent)
            parent = posixpath.dirname(parent)
    for folder in reversed(missing):
        try:
            sftp.mkdir(folder, 0o755)
        except OSError:
            sftp.stat(folder)  # another one made it meanwhile: good; else this says what is wrong


@contextlib.contextmanager
def _sftp(link: Link, what: str) -> Iterator[paramiko.SFTPClient]:
    """Open an SFTP session, and turn its errors into ours."""
    with link.at_work(), link.session() as channel:
        try:
            try:
                channel.invoke_subsystem("sftp")
                client = paramiko.SFTPClient(channel)
            except (paramiko.SSHException, EOFError, OSError) as error:
                if link.settle():
                    raise
                raise ConnectError(
                    f"{link.name} has no SFTP.", detail=str(error), hint="its sshd_config needs a Subsystem sftp line"
                ) from None
            yield client
        except (paramiko.SSHException, EOFError, OSError) as error:
            known = isinstance(error, OSError) and error.errno in (errno.ENOENT, errno.EACCES)
            if not known and link.settle():
                raise link.lost() from None
            raise _file_error(error, what, link.name) from None


def _file_error(error: Exception, what: str, where: str) -> RemoteFileError:
    number = error.errno if isinstance(error, OSError) else None
    if number == errno.ENOENT:
        return RemoteFileError(f"Cannot {what} on {where}: there is no such file or folder.", reason="missing")
    if number == errno.EACCES:
        return RemoteFileError(f"Cannot {what} on {where}: permission denied.", reason="denied")
    hint = "is the disk full (df), or the name taken by a folder?" if what.startswith("write") else ""
    return RemoteFileError(f"Cannot {what} on {where}.", reason="failed", detail=str(error), hint=hint)
