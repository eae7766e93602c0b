"""Wake-on-LAN: a card that listens while the machine is off is told to switch it on. It can be told nothing else."""

from __future__ import annotations

import re
import socket
from typing import Optional, cast

from .. import hosts, shapes
from ..errors import CtlError, Usage
from ..grammar import Given, word

_MAC = re.compile(r"([0-9a-f]{2}:){5}[0-9a-f]{2}\Z")
_PORT = 9  # discard: whoever else gets it throws it away


class WakePower(shapes.Power):
    """The card that is woken, and where the packet is sent: the broadcast address of its network."""

    mac: str
    broadcast: str


class Wake:
    """The kind of a machine that only Wake-on-LAN switches on."""

    name = "wake-on-lan"
    shape: type = WakePower
    secret = ""
    words = (
        word("--wake-mac", metavar="MAC", help="the card that listens; usually the one that it boots by"),
        word(
            "--wake-broadcast",
            default="255.255.255.255",
            metavar="ADDRESS",
            help="broadcast address of its network (default: %(default)s)",
        ),
    )

    def given(self, given: Given) -> shapes.Power:
        """From ``--wake-mac`` and ``--wake-broadcast``.

        Raises Usage, CtlError ``bad-mac`` or ``bad-address``.
        """
        if given.wake_mac is None:
            raise Usage(
                "The following arguments are required: --wake-mac.",
                hint="or say --power by-hand for a machine that nothing wakes",
                step=("help", "node", "add"),
            )
        mac = given.wake_mac.lower().replace("-", ":")
        if not _MAC.match(mac):
            raise CtlError(
                "bad-mac",
                "{!r} is not the address of a network card.".format(given.wake_mac[:40]),
                hint="for example 52:54:00:12:34:56",
            )
        if not hosts.is_address(given.wake_broadcast) or ":" in given.wake_broadcast:
            raise CtlError(
                "bad-address",
                "{!r} cannot be a broadcast address.".format(given.wake_broadcast[:40]),
                hint="for example 10.77.0.255",
            )
        way: WakePower = {"kind": self.name, "mac": mac, "broadcast": given.wake_broadcast}
        return way

    def place(self, way: shapes.Power) -> Optional[str]:
        """The card that is woken."""
        return "Wake-on-LAN card " + cast(WakePower, way)["mac"]

    def ready(self) -> None:
        """It needs no program."""

    def state(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        """Nobody can say: a card that listens does not answer."""
        return "unknown"

    def on(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        """Send the packet; whether the machine wakes, only its reports tell."""
        wake = cast(WakePower, way)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            for _ in range(3):  # nobody says whether it came
                line.sendto(packet(wake["mac"]), (wake["broadcast"], _PORT))
        return "unknown"

    def off(self, way: shapes.Power, secret: str) -> shapes.PowerState:
        """Raises CtlError ``no-remote-power``."""
        raise CtlError("no-remote-power", "Wake-on-LAN cannot switch a machine off: do it by hand, or over SSH.")


def packet(mac: str) -> bytes:
    """Six bytes of ones, and the card's address sixteen times (AMD's "Magic Packet Technology", 1995)."""
    return b"\xff" * 6 + bytes.fromhex(mac.replace(":", "")) * 16
