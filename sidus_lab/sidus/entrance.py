"""The ways to a `Lab`: over SSH, from a recording of a session, or on a recorded site that can be used freely."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sidus_lab.recording import Recorder, Replay
from sidus_lab.sidus import recorded
from sidus_lab.sidus.consoles import Consoles
from sidus_lab.sidus.lab import Lab
from sidus_lab.sidus.played import RecordedSite
from sidus_lab.sidus.server import Server
from sidus_lab.transport import Transport

DEFAULT_SITE = "/srv/sidus"


def connect(
    host: str,
    *,
    site: str = DEFAULT_SITE,
    port: int | None = None,
    user: str | None = None,
    identity: Path | str | None = None,
    known_hosts: Path | str | None = None,
    config: Path | str | None = None,
    consoles: Consoles | None = None,
    record: Path | str | None = None,
) -> Lab:
    """Connect to a SIDUS server over SSH.

    The server's host key must be on record (``sidus_lab.trust`` puts it there); whatever is not given is taken from the
    user's ssh configuration (ssh_config(5)). The key that opens this connection also opens those to the nodes.

    Parameters
    ----------
    host : str
        A host name, an address, or an alias of the ssh configuration.
    site : str
        The site's folder on the server.
    identity, known_hosts, config : path
        A private key, a known_hosts file, and an ssh configuration file to use instead of the user's.
    consoles : Consoles
        What can show the nodes' consoles.
    record : path
        Write all that the site and its nodes answer into this file, anew, for `replay`. What `recording.Recorder` never
        writes: uploads, inputs, private keys. What else they print is written as it is.

    Raises
    ------
    ConnectError
        With what to do next: unknown or changed host key, key not accepted, nothing there, server frozen.

    Examples
    --------
    >>> try:
    ...     sl.connect("nobody.invalid").check()
    ... except sl.ConnectError as error:
    ...     print(type(error).__name__)
    ServerUnreachable
    """
    from sidus_lab import ssh

    recorders: list[Recorder] = []

    def path(value: Path | str | None) -> Path | None:
        return None if value is None else Path(value).expanduser()

    def open_transport() -> Transport:
        opened: Transport = ssh.connect(
            host, port=port, user=user, identity=path(identity), known_hosts=path(known_hosts), config=path(config)
        )
        file = path(record)
        if file is None:
            return opened
        # After a drop the same recording goes on.
        recorders.append(recorders[-1].again(opened) if recorders else recorded.recorder(opened, file, site))
        return recorders[-1]

    nonce = recorded.NONCE if record is not None else ""
    return Lab(Server(open_transport, site, nonce=nonce), path(identity), consoles)


def replay(recording: Path | str, *, speed: float = 1.0) -> Lab:
    """Give a recorded site: it answers what it answered then, and `NotRecorded` to anything else. Needs no network.

    Parameters
    ----------
    recording : Path or str
        A file that ``connect(..., record=file)`` wrote, or the name of a recording that comes with the package.
    speed : float
        How many times as fast as it happened; ``math.inf`` for no waiting.

    Raises
    ------
    NotRecorded
        When there is no such recording.
    DataError
        When the file is no recording.

    Examples
    --------
    >>> try:
    ...     sl.replay("nothing-of-the-kind")
    ... except sl.NotRecorded as error:
    ...     print(error.message)
    There is no recording 'nothing-of-the-kind'.
    """
    file = recorded.find(recording)

    def open_transport() -> Transport:
        return Replay(file, speed=speed)

    return _played(open_transport, recorded.site_of(file), f"a recording, {file.stem}")


def recorded_site(name: Path | str, *, speed: float = 20.0) -> Lab:
    """Give a recorded site that can be used freely, in any order, without a network; known to users as ``recorded``.

    Its nodes are assigned, switched, proven and measured on as those of any site, and answer what real ones answered
    on the day of the recording, which its name says. What was not recorded raises `NotRecorded`, with the reason.

    Parameters
    ----------
    name : str or Path
        ``two-nodes``, which comes with the package; or a file that ``connect(..., record=FILE)`` wrote.
    speed : float
        How many times as fast as it happened; ``math.inf`` for no waiting.

    Raises
    ------
    NotRecorded
        When there is no such recording.
    DataError
        When the file is no recording of a site.

    Examples
    --------
    >>> with sl.recorded("two-nodes") as lab:
    ...     lab.nodes().names
    ['node1', 'node2']
    """
    file = recorded.find(name)
    site = recorded.site_of(file)
    played = RecordedSite(file, speed=speed)
    return _played(played.open, site, played.name)


def _played(open_transport: Callable[[], Transport], site: str, what: str) -> Lab:
    server = Server(
        open_transport, site, program=recorded.PROGRAM, key=recorded.KEY, nonce=recorded.NONCE, recorded=what
    )
    return Lab(server)
