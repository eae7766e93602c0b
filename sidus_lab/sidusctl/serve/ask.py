"""Ask a network's services as a machine asks them: an address and a boot file, a file by TFTP, a name."""

from __future__ import annotations

import secrets
import socket
import struct
import time
from typing import Callable, List, Sequence

from ..errors import CtlError
from . import dhcp
from .dhcp import Offer

_EVERYBODY = ("255.255.255.255", 67)
_BLOCK = 512


def offers(
    interface: str,
    kinds: Sequence[str],
    mac: bytes,
    patience: float,
    enough: Callable[[List[Offer]], bool] = lambda _found: False,
) -> List[Offer]:
    """All offers within `patience` seconds on an interface, to one machine that asks as each of `kinds`.

    Nothing is taken: a question alone leaves no lease. It ends early when `enough` says so. `Offer.number` modulo
    eight is the place of the kind that was asked for. Raises CtlError ``need-root`` or ``port-taken``.
    """
    base = secrets.randbits(28) << 3
    found: List[Offer] = []
    with _broadcaster(interface) as line:
        end = time.monotonic() + patience
        again = 0.0
        while time.monotonic() < end and not enough(found):
            if time.monotonic() >= again:  # a switch may lose the first while it learns the port
                for place, kind in enumerate(kinds):
                    line.sendto(dhcp.discover(base + place, mac, kind), _EVERYBODY)
                again = time.monotonic() + 2.0
            try:
                got = dhcp.offer(line.recv(4096))
            except socket.timeout:
                continue
            if got is not None and got.number >> 3 == base >> 3 and got not in found:
                found.append(got)
    return found


def boot_server(offered: Offer, mac: bytes, kind: str, timeout: float = 5.0) -> str:
    """The file that port 4011 of the server of an offer has for a machine that asks as `kind`.

    Raises OSError when it does not answer within `timeout` seconds.
    """
    number = secrets.randbits(31)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(timeout)
        line.connect((offered.server, 4011))
        line.send(dhcp.request(number, mac, kind, offered.menu, line.getsockname()[0]))
        got = dhcp.offer(line.recv(4096))
    return got.file if got is not None and got.number == number else ""


def _broadcaster(interface: str) -> socket.socket:
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, interface.encode() + b"\0")
        line.bind(("", 68))
        line.settimeout(0.2)
    except PermissionError:
        line.close()
        raise CtlError(
            "need-root", "Only root may ask for an address on {}.".format(interface), hint="run it as root"
        ) from None
    except OSError as error:
        line.close()
        raise CtlError(
            "port-taken",
            "The network cannot be asked on {}: {}.".format(interface, error.strerror),
            hint="a DHCP client of the server has UDP port 68; give that interface a fixed address",
        ) from None
    return line


def tftp(server: str, file: str, timeout: float = 5.0, most: int = 1 << 24) -> bytes:
    """A file by TFTP (RFC 1350).

    Raises OSError with what the server said, or when it says nothing within `timeout` seconds.
    """
    content = b""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(timeout)
        sent, to = b"\0\1" + file.encode() + b"\0octet\0", (server, 69)
        line.sendto(sent, to)
        wanted = 1
        while True:
            packet, source = line.recvfrom(_BLOCK + 4)
            code, number = struct.unpack("!HH", packet[:4])
            if code == 5:
                raise OSError(packet[4:].rstrip(b"\0").decode(errors="replace"))
            if code == 3 and number == wanted & 0xFFFF:
                content += packet[4:]
                wanted += 1
            line.sendto(struct.pack("!HH", 4, number), source)
            if len(packet) < _BLOCK + 4 or len(content) > most:
                return content


def name(server: str, wanted: str, timeout: float = 5.0) -> List[str]:
    """The IPv4 addresses that a name server has for a name (RFC 1035).

    Raises OSError when it does not answer within `timeout` seconds.
    """
    number = secrets.randbits(16)
    labels = b"".join(bytes([len(part)]) + part.encode() for part in wanted.split("."))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(timeout)
        line.connect((server, 53))
        line.send(struct.pack("!6H", number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", 1, 1))
        packet = line.recv(4096)
    count = struct.unpack("!6H", packet[:12])[3]
    at = 12 + len(labels) + 1 + 4
    found = []
    for _ in range(count):
        while packet[at] and packet[at] & 0xC0 != 0xC0:  # the name of the answer: labels, or a pointer to them
            at += packet[at] + 1
        at += 2 if packet[at] else 1
        kind, _class, _ttl, length = struct.unpack("!HHIH", packet[at : at + 10])
        if (kind, length) == (1, 4):
            found.append(socket.inet_ntoa(packet[at + 10 : at + 14]))
        at += 10 + length
    return found
