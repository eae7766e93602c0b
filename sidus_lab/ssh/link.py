"""One SSH connection: opened and verified, its channels rationed, its death noticed and given a cause."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import paramiko

from sidus_lab.errors import Cancelled, ConnectError, ServerFrozen, ServerUnreachable
from sidus_lab.ssh.handshake import Ear, handshake, shown_key
from sidus_lab.ssh.hostkeys import OnRecord, verify
from sidus_lab.ssh.login import Keyring, log_in
from sidus_lab.transport import Result

# sshd's MaxSessions is 10 by default, and a slot is freed a moment after the channel is closed. 4 commands or file
# transfers, 3 streams, and one to kill with make 8.
COMMANDS = 4
STREAMS = 3
STREAM_WAIT = 15.0  # seconds a stream waits for a place; it may be held for hours
REFUSED_WAIT = 10.0  # seconds that refused sessions are tried again
OPEN_WAIT = 30.0  # seconds for a server that answers but opens no session

STEP = 0.5  # seconds between two looks at whether the server was heard
QUIET = 8  # looks without a byte from it, after which it is asked
FROZEN = 24  # looks without a byte from it, after which it is called frozen: 12 s

KEEPALIVE = 30  # seconds, for the routers in between that forget silent connections


class Link:
    """An authenticated connection to a host whose key was verified. Made by `open_link`; for this room only."""

    def __init__(self, name: str, transport: paramiko.Transport, ear: Ear) -> None:
        self.name = name
        self._transport = transport
        self._ear = ear
        self._opening = threading.Lock()  # paramiko mixes up the refusals of sessions that are opened together
        self._places = {"command": threading.Semaphore(COMMANDS), "stream": threading.Semaphore(STREAMS)}
        self._state = threading.Condition()
        self._busy = 0
        self._closed = threading.Event()
        self._cause: tuple[type[ConnectError], str, str] | None = None
        self._beat: threading.Thread | None = None
        threading.Thread(target=self._watch, name=f"watch {name}", daemon=True).start()

    @property
    def active(self) -> bool:
        """Whether the connection is there, as far as is known."""
        return not self._closed.is_set() and self._transport.is_active()

    def close(self) -> None:
        """End the connection, and wake all that wait for it."""
        self._closed.set()
        with self._state:
            self._state.notify_all()
        self._transport.close()

    def lost(self, result: Result | None = None) -> ConnectError:
        """Give the error that says why the connection ended, for the caller to raise."""
        if self._cause is not None:
            kind, message, hint = self._cause
        elif self._closed.is_set():
            kind, message = ServerUnreachable, f"The connection to {self.name} was closed."
            hint = "connect again"
        else:
            kind, message = ServerUnreachable, f"The connection to {self.name} was lost."
            hint = "connect again; a job on the server goes on without it"
        return kind(message, hint=hint, result=result)

    def settle(self) -> bool:
        """Wait until it is clear whether the connection ended just now, and give whether it did."""
        if self._transport.is_active():
            self._transport.join(0.3)  # paramiko closes the channels first, and then itself
        return not self.active

    def hears(self, timeout: float) -> bool:
        """Whether the server answers within `timeout` seconds, or is still sending when they are over.

        On a slow line the answer stands behind what is being sent; what was sent before it froze proves nothing.
        """
        if not self.active:
            return False
        beat = self._ask()
        beat.join(timeout / 2)
        before = self._ear.count
        beat.join(timeout / 2)
        return (not beat.is_alive() or self._ear.count != before) and self.active

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """Watch over the server for the time of an operation: silence is looked into only when one is under way."""
        with self._state:
            self._busy += 1
            self._state.notify_all()
        try:
            yield
        finally:
            with self._state:
                self._busy -= 1

    @contextlib.contextmanager
    def session(self, kind: str = "command", cancel: threading.Event | None = None) -> Iterator[paramiko.Channel]:
        """Open a session channel, and close it in the end. `kind` is ``command``, ``stream`` or ``extra``."""
        place = self._places.get(kind)
        if place is not None:
            self._take(place, kind, cancel)
        try:
            with contextlib.closing(self._open_session()) as channel:
                yield channel
        finally:
            if place is not None:
                place.release()

    def tunnel(self, host: str, port: int, timeout: float) -> paramiko.Channel:
        """Open a channel to a port that the server can reach. Raises `ConnectError`."""
        self._require_active()
        try:
            with self.at_work():  # without the lock: a node that is off must not hold up the server and other nodes
                return self._transport.open_channel("direct-tcpip", (host, port), ("127.0.0.1", 0), timeout=timeout)
        except paramiko.ChannelException as error:
            if error.code == 1:
                raise ConnectError(
                    f"{self.name} does not let this user through to {host}:{port}.",
                    hint="its sshd_config needs AllowTcpForwarding local (or yes)",
                ) from None
            raise ServerUnreachable(
                f"Nothing answers at {host}:{port}, seen from {self.name}.", hint="is the node up, and its sshd ready?"
            ) from None
        except (paramiko.SSHException, EOFError, OSError) as error:
            if self.settle():
                raise self.lost() from None
            raise ServerUnreachable(
                f"{host}:{port} did not answer {self.name} within {timeout:.0f} s.",
                detail=str(error),
                hint="is the node up, and its sshd ready?",
            ) from None

    # Channels

    def _require_active(self) -> None:
        if not self.active:
            raise self.lost()

    def _take(self, place: threading.Semaphore, kind: str, cancel: threading.Event | None) -> None:
        deadline = time.monotonic() + STREAM_WAIT
        while not place.acquire(timeout=0.1):
            self._require_active()
            if cancel is not None and cancel.is_set():
                raise Cancelled("Cancelled before the command started.")
            if kind == "stream" and time.monotonic() > deadline:
                raise ConnectError(
                    f"{STREAMS} streams are open on the connection to {self.name}, as many as it takes.",
                    hint="close one of them, or connect once more",
                )

    def _open_session(self) -> paramiko.Channel:
        deadline, pause = time.monotonic() + REFUSED_WAIT, 0.02
        while True:
            self._require_active()
            try:
                with self._opening:
                    return self._transport.open_session(timeout=OPEN_WAIT)
            except (paramiko.SSHException, EOFError, OSError) as error:
                if self.settle():
                    raise self.lost() from None
                if "Timeout" in str(error):
                    raise ServerFrozen(
                        f"{self.name} answers but opened no session within {OPEN_WAIT:.0f} s.",
                        hint="look at the load of the server",
                    ) from None
                if time.monotonic() > deadline:  # a refusal
                    raise ConnectError(
                        f"{self.name} refuses one more session on this connection.",
                        detail=str(error),
                        hint="its sshd_config needs MaxSessions 10",
                    ) from None
            time.sleep(pause)
            pause = min(0.5, 2 * pause)

    # The watch

    def _ask(self) -> threading.Thread:
        """Send a question that every SSH server must answer, from a thread, because even sending may block."""
        with self._state:
            if self._beat is None or not self._beat.is_alive():
                self._beat = threading.Thread(target=self._ask_and_wait, name=f"beat {self.name}", daemon=True)
                self._beat.start()
            return self._beat

    def _ask_and_wait(self) -> None:
        with contextlib.suppress(paramiko.SSHException, EOFError, OSError):
            self._transport.global_request("keepalive@openssh.com", wait=True)

    def _watch(self) -> None:
        """Count looks, not seconds: a program that was itself asleep has not listened."""
        silent, heard = 0, self._ear.count
        while True:
            with self._state:
                while not self._busy and not self._closed.is_set():
                    self._state.wait()
                    silent = 0
            if self._closed.wait(STEP) or not self._transport.is_active():
                return
            silent = silent + 1 if self._ear.count == heard else 0
            heard = self._ear.count
            if silent >= FROZEN:
                self._cause = (
                    ServerFrozen,
                    f"{self.name} stopped answering: nothing came from it for {FROZEN * STEP:.0f} s.",
                    "look at the server or the network, then connect again; a job on the server may still run",
                )
                self._transport.close()
                return
            if silent >= QUIET:
                self._ask()


def open_link(
    sock: socket.socket | paramiko.Channel,
    name: str,
    record: OnRecord,
    user: str,
    keyring: Keyring,
    timeout: float,
    address: str,
) -> Link:
    """Make a `Link` over an open socket or channel: handshake, host key, login. Raises `ConnectError`.

    `name` is for messages, `record` what is known of the host's key, `address` what to say of an unknown key.
    """
    transport, ear = handshake(sock, name, record, timeout)
    try:
        verify(shown_key(transport), record, address)
        try:
            log_in(transport, user, keyring, name)
        except (paramiko.SSHException, EOFError, OSError) as error:
            raise ServerUnreachable(
                f"The connection to {name} was lost during the login.", detail=str(error), hint="try again"
            ) from None
    except BaseException:
        transport.close()
        raise
    transport.set_keepalive(KEEPALIVE)
    return Link(name, transport, ear)
