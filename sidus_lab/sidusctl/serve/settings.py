"""How a site is served on its network: decided from what was asked for and from the interface, and kept. Pure but for
`read` and `write`.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Iterable, Iterator, List, NamedTuple, Optional, Tuple, cast

from .. import formats, shapes
from ..errors import CtlError
from .links import Link

_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\Z")
_POOL = 50  # addresses for machines that nobody knows yet: a few racks' newcomers at a time


class Asked(NamedTuple):
    """What `site plan` and `site up` are told; `pool` is ``FIRST-LAST``, ``none``, or empty for a choice of ours."""

    interface: str
    dhcp: shapes.Dhcp = "own"
    pool: str = ""
    domain: str = "lab"
    port: int = 80
    known_only: bool = False


def path(site: Path) -> Path:
    """Where it is kept."""
    return site / "serve" / "settings.json"


def read(site: Path) -> Optional[shapes.Serving]:
    """How the site is served; None when it is not.

    Raises CtlError ``site-format`` or ``damaged``.
    """
    return cast("Optional[shapes.Serving]", formats.read("serving", path(site)))


def need(site: Path, hint: str = "serve it first") -> shapes.Serving:
    """How the site is served.

    Raises CtlError ``not-served`` with `hint`, ``site-format`` or ``damaged``.
    """
    serving = read(site)
    if serving is None:
        raise CtlError(
            "not-served",
            "The site in {} is not served on any network.".format(site),
            hint=hint,
            step=("site-up",),
        )
    return serving


def decide(asked: Asked, links: Iterable[Link], router: str, taken: Iterable[str] = ()) -> shapes.Serving:
    """The settings for what was asked; `router` is the server's own on that interface, `taken` the nodes' addresses.

    Raises CtlError ``no-interface``, ``no-link``, ``no-address``, ``no-ipv4``, ``overlap``, ``bad-range``,
    ``bad-domain``, ``bad-port``.
    """
    known = {link.name: link for link in links}
    link = known.get(asked.interface)
    if link is None:
        hint = "there are: " + ", ".join(sorted(known)) if known else "there is none"
        raise CtlError("no-interface", "The server has no interface {!r}.".format(asked.interface[:40]), hint=hint)
    if not link.carrier:
        raise CtlError(
            "no-link",
            "The interface {} has no link: it is down, or no cable leads to a switch that is on.".format(link.name),
            hint="look at the cable; or: ip link set {} up".format(link.name),
        )
    here = _address(link)
    _refuse_overlap(link, here, known.values())
    if not _DOMAIN.match(asked.domain) or len(asked.domain) > 200:
        raise CtlError("bad-domain", "{!r} cannot be a domain.".format(asked.domain[:80]), hint="for example lab")
    if not 0 < asked.port < 65536:
        raise CtlError("bad-port", "{} cannot be a port of a web server.".format(asked.port), hint="1 to 65535")
    wants_pool = asked.dhcp == "own" and not asked.known_only and asked.pool != "none"
    first, last = _pool(asked.pool, here, {*taken, router}) if wants_pool else ("", "")
    return {
        "format": formats.newest("serving"),
        "interface": link.name,
        "address": str(here.ip),
        "prefix": here.network.prefixlen,
        "dhcp": asked.dhcp,
        "first": first,
        "last": last,
        "router": router,
        "domain": asked.domain,
        "port": asked.port,
        "known_only": asked.known_only,
    }


def free(serving: shapes.Serving, taken: Iterable[str]) -> Iterator[str]:
    """Addresses of the network that a node can be given: neither the server's, nor a router's, nor of the pool."""
    net = ipaddress.ip_network("{address}/{prefix}".format(**serving), strict=False)
    held = {*taken, serving["address"], serving["router"]}
    bounds = _bounds(serving)
    for each in net.hosts():
        if str(each) not in held and not (bounds and bounds[0] <= int(each) <= bounds[1]):
            yield str(each)


def _bounds(serving: shapes.Serving) -> Optional[Tuple[int, int]]:
    if not serving["first"]:
        return None
    return int(ipaddress.ip_address(serving["first"])), int(ipaddress.ip_address(serving["last"]))


def _address(link: Link) -> ipaddress.IPv4Interface:
    usable = [each for each in link.addresses if each.network.prefixlen <= 30]
    if usable:
        return usable[0]
    if link.ipv6 and not link.addresses:
        raise CtlError(
            "no-ipv4",
            "The interface {} has IPv6 only, and network boot here speaks IPv4.".format(link.name),
            hint="give it an IPv4 address beside: ip address add 10.77.0.1/24 dev {}".format(link.name),
        )
    raise CtlError(
        "no-address",
        "The interface {} has no IPv4 address in a network of its own.".format(link.name),
        hint="for example: ip address add 10.77.0.1/24 dev {}   (and in the server's own network settings, "
        "so that it has it after a restart)".format(link.name),
    )


def _refuse_overlap(link: Link, here: ipaddress.IPv4Interface, links: Iterable[Link]) -> None:
    for other in links:
        for each in other.addresses:
            if other.name != link.name and each.network.overlaps(here.network):
                raise CtlError(
                    "overlap",
                    "The network {} of {} overlaps {} of {}.".format(here.network, link.name, each.network, other.name),
                    hint="give {} an address of another network: replies to its machines would leave by the wrong "
                    "interface".format(link.name),
                )


def _pool(asked: str, here: ipaddress.IPv4Interface, held: Iterable[str]) -> Tuple[str, str]:
    if not asked:
        return _chosen_pool(here, held)
    try:
        first, last = (ipaddress.IPv4Address(part.strip()) for part in asked.split("-"))
    except ValueError:
        raise _bad_range(asked, "it is not of the form FIRST-LAST") from None
    net = here.network
    if first not in net or last not in net or net.network_address in (first, last) or last == net.broadcast_address:
        raise _bad_range(asked, "it is not inside {}".format(net))
    if first > last:
        raise _bad_range(asked, "it ends before it begins")
    if first <= here.ip <= last:
        raise _bad_range(asked, "the server's own address {} is in it".format(here.ip))
    return str(first), str(last)


def _bad_range(asked: str, why: str) -> CtlError:
    return CtlError(
        "bad-range",
        "{!r} cannot be the range of addresses for unknown machines: {}.".format(asked[:60], why),
        hint="for example 10.77.0.200-10.77.0.250, or none",
    )


def _chosen_pool(here: ipaddress.IPv4Interface, held: Iterable[str]) -> Tuple[str, str]:
    """The highest run of addresses that nobody has; at most a quarter of the network, so that nodes keep the most."""
    net = here.network
    taken = {*held, str(here.ip)}
    wanted = min(_POOL, max(1, net.num_addresses // 4))
    run: List[int] = []
    for number in range(int(net.broadcast_address) - 1, int(net.network_address), -1):
        if str(ipaddress.IPv4Address(number)) in taken:
            if run:
                break
            continue
        run.append(number)
        if len(run) == wanted:
            break
    if not run:
        raise _bad_range("", "no address of {} is free".format(net))
    return str(ipaddress.IPv4Address(run[-1])), str(ipaddress.IPv4Address(run[0]))
