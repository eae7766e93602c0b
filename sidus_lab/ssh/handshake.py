"""The start of a connection: the socket, the key exchange, and the host key the other side proved to have."""

from __future__ import annotations

import logging
import socket
from typing import Any

import paramiko

from sidus_lab.errors import HostKeyChanged, ServerUnreachable
from sidus_lab.ssh.hostkeys import HostKey, OnRecord

_PARAMIKO_LOG = "sidus_lab.ssh.paramiko"
logging.getLogger(_PARAMIKO_LOG).addHandler(logging.NullHandler())  # its tracebacks are no news for the user


class Ear:
    """A socket that remembers when something was heard through it. paramiko has no such thing."""

    def __init__(self, sock: socket.socket | paramiko.Channel) -> None:
        self._sock = sock
        self.count = 0

    def recv(self, size: int) -> bytes:
        """Receive at most `size` bytes, and count that something came."""
        data: bytes = self._sock.recv(size)
        self.count += bool(data)
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


def dial(host: str, port: int, name: str, timeout: float) -> socket.socket:
    """Open a TCP connection. Raises `ServerUnreachable`."""
    try:
        sock = socket.create_connection((host, port), timeout)
    except socket.gaierror:
        raise ServerUnreachable(
            f"There is no host named {host}.", hint="check the name, or the HostName line in ~/.ssh/config"
        ) from None
    except ConnectionRefusedError:
        raise ServerUnreachable(
            f"Nothing listens at {host} port {port} (connection refused).", hint="is sshd running there, on this port?"
        ) from None
    except OSError as error:
        why = f"no answer within {timeout:.0f} s" if isinstance(error, TimeoutError) else error.strerror or str(error)
        raise ServerUnreachable(
            f"Cannot reach {name}: {why}.", hint=f"is the machine on, and port {port} open in its firewall?"
        ) from None
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def handshake(
    sock: socket.socket | paramiko.Channel, name: str, record: OnRecord, timeout: float, kinds: tuple[str, ...] = ()
) -> tuple[paramiko.Transport, Ear]:
    """Do the key exchange, asking first for the types of host key on record, or for `kinds` only."""
    ear = Ear(sock)
    transport = paramiko.Transport(ear)  # type: ignore[arg-type]  # anything that has a socket's methods
    transport.set_log_channel(_PARAMIKO_LOG)
    transport.banner_timeout = transport.handshake_timeout = transport.auth_timeout = timeout
    options = transport.get_security_options()
    known = {kind for key in record.keys for kind in algorithms(key.kind)}
    # A server has keys of several types: ask for the one that can be checked, as OpenSSH does.
    options.key_types = kinds or tuple(sorted(options.key_types, key=lambda kind: kind not in known))
    try:
        transport.start_client(timeout=timeout)
        transport.get_remote_server_key()  # raises when the time was not enough
    except paramiko.ssh_exception.IncompatiblePeer as error:
        transport.close()
        kind = HostKeyChanged if "host key" in str(error) else ServerUnreachable
        raise kind(f"No way to talk to {name} securely.", detail=str(error), hint="is its sshd very old?") from None
    except (paramiko.SSHException, EOFError, OSError) as error:
        transport.close()
        raise ServerUnreachable(
            f"Something answers at {name}, but not as an SSH server does, or not within {timeout:.0f} s.",
            detail=str(error),
            hint="check the port; is it sshd's, and is the machine healthy?",
        ) from None
    return transport, ear


def shown_key(transport: paramiko.Transport) -> HostKey:
    """Give the key that the other side proved to have."""
    key = transport.get_remote_server_key()
    return HostKey(key.get_name(), key.asbytes())


def algorithms(kind: str) -> tuple[str, ...]:
    """Give the signature algorithms that go with a type of key."""
    return ("rsa-sha2-512", "rsa-sha2-256") if kind == "ssh-rsa" else (kind,)
