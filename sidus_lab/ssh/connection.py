"""The transport over SSH: `connect`, and the separate step `trust`."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sidus_lab.errors import ConnectError, HostKeyUnknown
from sidus_lab.ssh import commands, files
from sidus_lab.ssh.handshake import algorithms, dial, handshake, shown_key
from sidus_lab.ssh.hostkeys import HostKey, OnRecord, checked_fingerprint, look_up, parse_line, put_on_record, verify
from sidus_lab.ssh.link import Link, open_link
from sidus_lab.ssh.login import Keyring
from sidus_lab.ssh.settings import Settings, jump_settings, resolve
from sidus_lab.transport import Result, Transport, checked_env, checked_words

TIMEOUT = 15.0  # seconds for each step of connecting, when the user's configuration says nothing
MAX_JUMPS = 8  # a ProxyJump of a ProxyJump that comes back to itself must end

_KINDS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa")


class SshTransport:
    """A connection to one machine over SSH: the `Transport` of real sites. Made by `connect` and `jump`."""

    def __init__(self, link: Link, keyring: Keyring, before: Transport | None = None, own: bool = False) -> None:
        self._link = link
        self._keyring = keyring
        self._before = before  # keeps the connection alive that this one goes through
        self._own_before = own
        # A forgotten connection must end with the object, or with the program.
        self._end = weakref.finalize(self, Link.close, link)

    @property
    def name(self) -> str:
        """``user@host:port``, for messages."""
        return self._link.name

    def __repr__(self) -> str:
        return f"<SshTransport {self.name}, {'open' if self._link.active else 'closed'}>"

    def __enter__(self) -> SshTransport:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(
        self,
        argv: Sequence[str],
        *,
        input: bytes = b"",  # noqa: A002 (the name that subprocess.run has)
        env: Mapping[str, str] | None = None,
        timeout: float | None = None,
        check: bool = True,
        cancel: threading.Event | None = None,
    ) -> Result:
        """Run one command to its end; see `Transport.run`."""
        words, variables = checked_words(argv), checked_env(env)
        return commands.run(self._link, words, data=input, env=variables, timeout=timeout, check=check, cancel=cancel)

    def stream(
        self, argv: Sequence[str], *, env: Mapping[str, str] | None = None, cancel: threading.Event | None = None
    ) -> Iterator[bytes]:
        """Run one command and yield its output line by line; see `Transport.stream`."""
        return self._stream(checked_words(argv), checked_env(env), cancel)

    def put(self, source: bytes | Path, remote: str, *, mode: int = 0o644) -> None:
        """Write a file as a whole or not at all; see `Transport.put`."""
        files.put(self._link, source, remote, mode)

    def get(self, remote: str) -> bytes:
        """Read a whole file; see `Transport.get`."""
        return files.get(self._link, remote)

    def jump(
        self,
        host: str,
        port: int = 22,
        *,
        user: str,
        host_key: str,
        identity: Path | None = None,
        timeout: float = TIMEOUT,
    ) -> SshTransport:
        """Connect through this machine to one that must show `host_key`; see `Transport.jump`.

        Without `identity`, the keys that opened this connection are tried. Closing this connection ends that one too.
        """
        keyring = self._keyring if identity is None else Keyring((identity.expanduser(),), only_files=True)
        name = f"{user}@{host}:{port}"
        record = OnRecord((parse_line(host_key),))
        link = open_link(self._link.tunnel(host, port, timeout), name, record, user, keyring, timeout, name)
        return SshTransport(link, keyring, before=self)

    def alive(self, timeout: float = 3.0) -> bool:
        """Whether the machine answers within `timeout` seconds."""
        return self._link.hears(timeout)

    def close(self) -> None:
        """End the connection; a second time does nothing."""
        self._end()
        if self._own_before and self._before is not None:
            self._before.close()

    def _stream(
        self, words: tuple[str, ...], variables: dict[str, str], cancel: threading.Event | None
    ) -> Iterator[bytes]:
        """Hold on to this object while the lines are read: without it, the connection would end."""
        yield from commands.stream(self._link, words, env=variables, cancel=cancel)


def connect(
    host: str,
    *,
    port: int | None = None,
    user: str | None = None,
    identity: Path | None = None,
    known_hosts: Path | None = None,
    config: Path | None = None,
) -> SshTransport:
    """Connect to a machine whose host key is known, as the user's own ssh would.

    Parameters
    ----------
    host : str
        A name, an address, an alias of the ssh configuration, or ``user@name``.
    port, user : int, str
        As the ssh configuration says, when not given.
    identity : Path
        The only private key to use. Without it: the agent, then the files that the ssh configuration names.
    known_hosts : Path
        The only file to look up the host key in. Without it: the files that the ssh configuration names.
    config : Path
        An ssh configuration file in place of the user's.

    Raises
    ------
    HostKeyUnknown, HostKeyChanged
        Nothing was sent to the server; see `trust`.
    AuthenticationFailed, ServerUnreachable, ConnectError
        With a next step in the message.
    """
    settings = resolve(host, port=port, user=user, identity=identity, known_hosts=known_hosts, config=config)
    return _connect(settings, known_hosts, config, MAX_JUMPS)


def trust(
    host: str,
    *,
    fingerprint: str,
    port: int | None = None,
    user: str | None = None,
    known_hosts: Path | None = None,
    config: Path | None = None,
) -> str:
    """Put a server's host key on record, if it is the one with this fingerprint, and give its public key line.

    Take the fingerprint from the server itself and not from the network. Nothing is sent to the server but the first
    half of the handshake, and nothing is written unless it proves to have that very key.

    Raises
    ------
    HostKeyUnknown
        No key that the server shows has this fingerprint.
    HostKeyChanged
        Another key is on record for it; remove that first.
    ConnectError
        The fingerprint is not one of SHA-256, or the server cannot be reached.

    Examples
    --------
    >>> try:
    ...     sl.trust("nobody.invalid", fingerprint="SHA256:abc")
    ... except sl.SidusError as error:
    ...     print(type(error).__name__)
    ConnectError
    """
    wanted = checked_fingerprint(fingerprint)
    settings = resolve(host, port=port, user=user, known_hosts=known_hosts, config=config)
    record = look_up(settings.key_name, settings.known_hosts)
    shown: list[HostKey] = []
    before = _last_jump(settings, known_hosts, config, MAX_JUMPS)
    try:
        for kind in _KINDS:  # one key a handshake, and a server has one of each type
            key = _shown_key(settings, before, kind)
            if key is not None:
                shown.append(key)
                if key.fingerprint == wanted:
                    break
    finally:
        if before is not None:
            before.close()
    match = next((key for key in shown if key.fingerprint == wanted), None)
    if match is None:
        seen = ", ".join(f"{key.kind} {key.fingerprint}" for key in shown) or "none that sidus_lab knows"
        raise HostKeyUnknown(
            f"{settings.host}:{settings.port} has no host key with the fingerprint {wanted}. Nothing was recorded.\n"
            f"  It shows {seen}.",
            hint="compare with the server itself: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub",
        )
    if record.keys or record.revoked:
        verify(match, record, settings.key_name)
        return match.line
    if not settings.known_hosts:
        raise ConnectError("The ssh configuration names no known_hosts file.", hint="give known_hosts=Path(...)")
    put_on_record(settings.key_name, match, settings.known_hosts[0])
    return match.line


def _connect(settings: Settings, known_hosts: Path | None, config: Path | None, left: int) -> SshTransport:
    record = look_up(settings.key_name, settings.known_hosts)
    keyring = Keyring.of(settings)
    timeout = settings.timeout or TIMEOUT
    before = _last_jump(settings, known_hosts, config, left)
    try:
        sock = _socket(settings, before)
        link = open_link(sock, settings.name, record, settings.user, keyring, timeout, settings.key_name)
    except BaseException as error:
        if before is not None:
            before.close()
        if isinstance(error, HostKeyUnknown):
            error.hint = (
                "get the fingerprint from the server itself (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then\n"
                f'  sidus_lab.ssh.trust({settings.alias!r}, port={settings.port}, fingerprint="SHA256:...")'
            )
        raise
    return SshTransport(link, keyring, before=before, own=True)


def _last_jump(settings: Settings, known_hosts: Path | None, config: Path | None, left: int) -> SshTransport | None:
    """Connect to the hosts in between, each of which may have some of its own, and give the last one."""
    before: SshTransport | None = None
    for hop in settings.jumps:
        if left <= 0:
            raise ConnectError(f"The ProxyJump of {settings.alias} does not end.", hint="look at ~/.ssh/config")
        step = jump_settings(hop, config)
        if (step.host, step.port) == (settings.host, settings.port):
            continue  # `Host *` with a ProxyJump matches the jump host as well
        if known_hosts is not None:
            step = _with_known_hosts(step, known_hosts)
        if before is None:
            before = _connect(step, known_hosts, config, left - 1)
        else:
            before = _through(before, step)
    return before


def _through(before: SshTransport, step: Settings) -> SshTransport:
    record, keyring, timeout = look_up(step.key_name, step.known_hosts), Keyring.of(step), step.timeout or TIMEOUT
    try:
        sock = _socket(step, before)
        link = open_link(sock, step.name, record, step.user, keyring, timeout, step.key_name)
    except BaseException:
        before.close()
        raise
    return SshTransport(link, keyring, before=before, own=True)


def _with_known_hosts(settings: Settings, known_hosts: Path) -> Settings:
    return replace(settings, known_hosts=(known_hosts.expanduser(),))


def _socket(settings: Settings, before: SshTransport | None) -> Any:
    timeout = settings.timeout or TIMEOUT
    if before is None:
        return dial(settings.host, settings.port, settings.name, timeout)
    return before._link.tunnel(settings.host, settings.port, timeout)


def _shown_key(settings: Settings, before: SshTransport | None, kind: str) -> HostKey | None:
    """Give the server's key of one type, or None when it has none of that type."""
    timeout = settings.timeout or TIMEOUT
    sock = _socket(settings, before)
    try:
        transport, _ = handshake(sock, settings.name, OnRecord(()), timeout, algorithms(kind))
    except ConnectError as error:
        if "host key" in error.detail:
            return None
        raise
    try:
        return shown_key(transport)
    finally:
        transport.close()
