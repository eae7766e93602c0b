"""How a node is switched on and off: what `Lab.add_node` is told. One class a kind, as on the server's half.

A kind says how it is named there and which words of ``sidusctl node add`` tell it; `KINDS` is the list of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar, Protocol


class Power(Protocol):
    """One way to switch a node on and off."""

    kind: ClassVar[str]

    def words(self) -> list[str]:
        """Give the words of ``sidusctl node add`` that belong to this kind alone."""

    def secret(self) -> str:
        """Give what is sent on stdin and kept by the server; empty where there is none."""


@dataclass(frozen=True)
class Ipmi:
    """A BMC that speaks IPMI 2.0.

    Attributes
    ----------
    host : str
        Where it answers, as the server reaches it.
    password : str
        Sent on stdin, kept on the server for root's eyes, and never shown.
    cipher : int or None
        The cipher suite, 1 to 17; by default the BMC is asked.

    Examples
    --------
    >>> sl.Ipmi("192.0.2.9", user="admin", password="secret")
    Ipmi(host='192.0.2.9', user='admin', port=623, cipher=None)
    """

    kind: ClassVar[str] = "ipmi"
    host: str
    user: str
    password: str = field(repr=False)
    port: int = 623
    cipher: int | None = None

    def words(self) -> list[str]:
        """Give host, port, user and cipher suite."""
        words = ["--bmc-host", self.host, "--bmc-port", str(self.port), "--bmc-user", self.user]
        return words if self.cipher is None else [*words, "--bmc-cipher", str(self.cipher)]

    def secret(self) -> str:
        """Give the password."""
        return self.password


@dataclass(frozen=True)
class Redfish:
    """A BMC that speaks Redfish, over HTTPS.

    Attributes
    ----------
    url : str
        Where it answers, as the server reaches it, such as ``https://10.0.1.11``.
    password : str
        Sent on stdin, kept on the server for root's eyes, and never shown.
    fingerprint : str
        The SHA-256 of its certificate; without one, an authority that the server trusts must have signed it.
    system : str
        The machine, where the BMC has more than one.

    Examples
    --------
    >>> sl.Redfish("https://192.0.2.9", user="admin", password="secret")
    Redfish(url='https://192.0.2.9', user='admin', fingerprint='', system='')
    """

    kind: ClassVar[str] = "redfish"
    url: str
    user: str
    password: str = field(repr=False)
    fingerprint: str = ""
    system: str = ""

    def words(self) -> list[str]:
        """Give URL, user, fingerprint and system."""
        words = ["--redfish-url", self.url, "--redfish-user", self.user]
        words += ["--redfish-fingerprint", self.fingerprint] if self.fingerprint else []
        return [*words, "--redfish-system", self.system] if self.system else words

    def secret(self) -> str:
        """Give the password."""
        return self.password


@dataclass(frozen=True)
class WakeOnLan:
    """A machine that its network card wakes; it is switched off by hand.

    >>> sl.WakeOnLan("52:54:00:12:34:56")
    WakeOnLan(mac='52:54:00:12:34:56', broadcast='255.255.255.255')
    """

    kind: ClassVar[str] = "wake-on-lan"
    mac: str
    broadcast: str = "255.255.255.255"

    def words(self) -> list[str]:
        """Give the card, and the broadcast address of its network."""
        return ["--wake-mac", self.mac, "--wake-broadcast", self.broadcast]

    def secret(self) -> str:
        """There is none."""
        return ""


@dataclass(frozen=True)
class PowerCommand:
    """A command of the site's own on the server, called as ``PROGRAM on|off|status ARGUMENT``, its secret on stdin.

    >>> sl.PowerCommand("/usr/local/bin/power-strip", "socket7")
    PowerCommand(program='/usr/local/bin/power-strip', argument='socket7')
    """

    kind: ClassVar[str] = "command"
    program: str
    argument: str
    password: str = field(default="", repr=False)

    def words(self) -> list[str]:
        """Give the program, and its word for the machine."""
        return ["--power-command", self.program, "--power-argument", self.argument]

    def secret(self) -> str:
        """Give what the command reads from stdin."""
        return self.password


@dataclass(frozen=True)
class ByHand:
    """No remote power: somebody goes there and presses the button.

    >>> sl.ByHand()
    ByHand()
    """

    kind: ClassVar[str] = "by-hand"

    def words(self) -> list[str]:
        """Nothing is to be known."""
        return []

    def secret(self) -> str:
        """There is none."""
        return ""


KINDS: tuple[type[Power], ...] = (Ipmi, Redfish, WakeOnLan, PowerCommand, ByHand)
