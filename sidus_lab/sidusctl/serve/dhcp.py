"""DHCP as a machine's firmware speaks it: the question of one that boots, and what an offer says. Pure.

RFC 2131 and 2132, with the options by which network boot tells machines apart (RFC 4578).
"""

from __future__ import annotations

import ipaddress
import struct
from typing import Dict, NamedTuple, Optional, Sequence, Tuple

_COOKIE = b"\x63\x82\x53\x63"
_DISCOVER, _OFFER, _REQUEST, _ACK = 1, 2, 3, 5
_ARCHITECTURES = {"bios": 0, "efi64": 7}
KINDS = ("bios", "efi64", "ipxe")


class Offer(NamedTuple):
    """What a server offers: who it is, the address (0.0.0.0 beside a server of addresses), and what to boot.

    Where `file` is empty, the server wants to be asked for it at port 4011, by the number in `menu`.
    """

    server: str
    address: str
    file: str
    next_server: str
    number: int
    menu: int = 0


def discover(number: int, mac: bytes, kind: str) -> bytes:
    """The broadcast of a machine that starts: `kind` is one of `KINDS`, `number` tells its answers apart."""
    # The answer shall be a broadcast: this machine has no address to be sent it at.
    head = struct.pack("!4BIHH16x6s10x192x", 1, 1, 6, 0, number, 0, 0x8000, mac)
    return head + _said(_DISCOVER, mac, kind)


def request(number: int, mac: bytes, kind: str, menu: int, address: str) -> bytes:
    """The question at port 4011, from `address`, for what a menu's entry boots."""
    here = ipaddress.IPv4Address(address).packed
    head = struct.pack("!4BIHH4s12x6s10x192x", 1, 1, 6, 0, number, 0, 0, here, mac)
    # A UEFI firmware that was shown no menu asks without an entry.
    return head + _said(_REQUEST, mac, kind, [(43, struct.pack("!BBHHB", 71, 4, menu, 0, 255))] if menu else [])


def _said(message: int, mac: bytes, kind: str, more: Sequence[Tuple[int, bytes]] = ()) -> bytes:
    architecture = _ARCHITECTURES.get(kind, 0)
    options = [(53, bytes([message])), *more, (93, struct.pack("!H", architecture)), (94, b"\x01\x02\x01")]
    options.append((60, "PXEClient:Arch:{:05d}:UNDI:002001".format(architecture).encode()))
    options.append((55, bytes([1, 3, 6, 12, 43, 54, 60, 66, 67])))
    options.append((97, b"\0" + mac + mac + b"SIDS"))
    if kind == "ipxe":
        options += [(77, b"iPXE"), (175, b"\x01\x01\x01")]
    return _COOKIE + b"".join(bytes([code, len(value)]) + value for code, value in options) + b"\xff"


def offer(packet: bytes) -> Optional[Offer]:
    """An offer, or the answer of port 4011, read; None for any other packet and for what is none."""
    if len(packet) < 240 or packet[0] != 2 or packet[236:240] != _COOKIE:
        return None
    options = _options(packet[240:])
    if options.get(53) not in (bytes([_OFFER]), bytes([_ACK])) or len(options.get(54, b"")) != 4:
        return None
    file = options.get(67, b"") or packet[108:236]
    return Offer(
        server=str(ipaddress.IPv4Address(options[54])),
        address=str(ipaddress.IPv4Address(packet[16:20])),
        file=file.partition(b"\0")[0].decode("ascii", errors="replace"),
        next_server=str(ipaddress.IPv4Address(packet[20:24])),
        number=int(struct.unpack("!I", packet[4:8])[0]),
        menu=_entry(_options(options.get(43, b"")).get(8, b"")),
    )


def _entry(servers: bytes) -> int:
    """The first entry of the list of boot servers in a PXE menu."""
    return int(struct.unpack("!H", servers[:2])[0]) if len(servers) >= 2 else 0


def _options(text: bytes) -> Dict[int, bytes]:
    found: Dict[int, bytes] = {}
    at = 0
    while at + 1 < len(text) and text[at] != 255:
        if text[at] == 0:
            at += 1
            continue
        length = text[at + 1]
        found[text[at]] = text[at + 2 : at + 2 + length]
        at += 2 + length
    return found
