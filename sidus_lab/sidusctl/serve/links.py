"""The network interfaces of the server, as `ip` shows them."""

from __future__ import annotations

import ipaddress
import json
from typing import List, NamedTuple, Tuple

from .. import tools
from ..errors import CtlError


class Link(NamedTuple):
    """One interface: whether it has a carrier, its IPv4 addresses with their networks, and whether it has any IPv6."""

    name: str
    carrier: bool
    addresses: Tuple[ipaddress.IPv4Interface, ...]
    ipv6: bool


def links() -> List[Link]:
    """All interfaces but the loopback.

    Raises CtlError ``missing-program`` or ``no-interface``.
    """
    return [link for link in read(_ip("address", "show")) if link.name != "lo"]


def gateway(interface: str) -> str:
    """The router that the server itself uses on this interface; empty where it has none there."""
    for route in json.loads(_ip("route", "show", "default") or "[]"):
        if route.get("dev") == interface and route.get("gateway"):
            return str(route["gateway"])
    return ""


def read(text: str) -> List[Link]:
    """What ``ip -json address`` said."""
    found = []
    for row in json.loads(text or "[]"):
        if not row:  # ip leaves empty objects for what it was told not to show
            continue
        given = row.get("addr_info", [])
        four = [each for each in given if each.get("family") == "inet"]
        addresses = tuple(ipaddress.IPv4Interface("{local}/{prefixlen}".format(**each)) for each in four)
        six = any(each.get("family") == "inet6" and each.get("scope") == "global" for each in given)
        flags = row.get("flags", [])
        found.append(Link(str(row["ifname"]), "UP" in flags and "NO-CARRIER" not in flags, addresses, six))
    return found


def _ip(*words: str) -> str:
    done = tools.run(["ip", "-json", *words], timeout=30)
    if done.returncode != 0:
        raise CtlError(
            "no-interface",
            "The server's network interfaces cannot be listed.",
            hint="what does `ip address` say there?",
            detail=done.stderr.decode(errors="replace")[-500:],
        )
    return done.stdout.decode(errors="replace")
