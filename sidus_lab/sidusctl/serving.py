"""The verbs of a site that is served on a network of its own: `site plan`, `up`, `down`, `check`."""

from __future__ import annotations

from typing import List, Tuple

from . import formats, shapes
from .errors import CtlError
from .grammar import Given, Group, Verb, Word, word
from .node import inventory
from .serve import bring, links, plan, probe, settings, taken
from .serve.dnsmasq import Named
from .serve.keepers import kinds as keepers
from .serve.service import Place
from .site import Site

_PATIENCE = 6.0  # seconds: a DHCP server may first look for three whether an address is in use


def _plan(site: Site, given: Given) -> shapes.SitePlan:
    place, nodes = _decided(site, given)
    what = plan.planned(place, nodes, keepers.keeper())
    return {
        "url": place.url,
        "words": plan.words(place, nodes, site.facts()["url"]),
        "files": plan.table(place, what),
        "services": plan.services(place),
        "obstacles": _obstacles(place, nodes, given.patience),
        "lines": plan.lines(place),
    }


def _up(site: Site, given: Given) -> shapes.SiteUp:
    with bring.held(site):
        place, nodes = _decided(site, given)
        for each in _obstacles(place, nodes, given.patience):
            raise CtlError(each["code"], each["why"], hint=each["hint"])
        words = plan.words(place, nodes, site.facts()["url"])
        states = bring.up(place, nodes, keepers.keeper())
        _take_url(site, place.url)
    return {"url": place.url, "words": words, "services": states, "lines": plan.lines(place)}


def _down(site: Site, _given: Given) -> shapes.SiteDown:
    with bring.held(site):
        return bring.down(site.root)


def _check(site: Site, given: Given) -> shapes.SiteCheck:
    serving = settings.need(site.root)
    rows = probe.look(site, Place(site.root, serving), _named(site), given.patience)
    return {"rows": rows, "ok": all(row["ok"] for row in rows)}


def _decided(site: Site, given: Given) -> Tuple[Place, List[Named]]:
    site.facts()
    nodes = _named(site)
    asked = settings.Asked(given.interface, given.dhcp, given.range, given.domain, given.port, given.known_only)
    router = links.gateway(given.interface)
    return Place(site.root, settings.decide(asked, links.links(), router, [node.address for node in nodes])), nodes


def _obstacles(place: Place, nodes: List[Named], patience: float) -> List[shapes.Obstacle]:
    return plan.obstacles(
        place,
        keepers.keeper(),
        probe.foreign(place, nodes, patience),
        lambda service: taken.holders(service.ports(place)),
    )


def _named(site: Site) -> List[Named]:
    return [Named(node["name"], node["mac"], node["address"]) for node in inventory.select(site, "")]


def _take_url(site: Site, url: str) -> None:
    """The site's URL from now on; boot/ is derived with it."""
    with site.lock():
        facts = site.facts()
        if facts["url"] != url:
            formats.write("site", site.root / "site.json", {**facts, "url": url})
    inventory.derive(site)


_PATIENT = word(
    "--patience",
    type=float,
    default=_PATIENCE,
    metavar="SECONDS",
    help="how long answers of DHCP servers are waited for (default: %(default)s)",
)
_HOW: Tuple[Word, ...] = (
    word("--interface", required=True, metavar="NAME", help="the network card that leads to the machines"),
    word(
        "--dhcp",
        choices=("own", "proxy", "none"),
        default="own",
        help="who gives addresses: this site; a server that is there, and this site what to boot; "
        "or another does both, and is told how (default: %(default)s)",
    ),
    word("--range", default="", metavar="FIRST-LAST", help="addresses for unknown machines, or none (default: chosen)"),
    word("--domain", default="lab", metavar="NAME", help="the nodes' domain (default: %(default)s)"),
    word("--port", type=int, default=80, metavar="PORT", help="of the web server (default: %(default)s)"),
    word("--known-only", action="store_true", help="leave machines alone that are not in the inventory"),
    _PATIENT,
)

GROUP = Group(
    "site",
    "the services that hand the site to its nodes: DHCP, TFTP, names, web server",
    (
        Verb(
            "site plan",
            "what would be written and started, in words and as files; nothing is changed",
            _plan,
            (shapes.SitePlan,),
            """\
Examples:
  sidusctl site plan --interface eth1
  sidusctl site plan --interface eth1 --dhcp none
With --dhcp none the value's "lines" are what the other DHCP server needs: dnsmasq, ISC dhcpd, Kea.""",
            _HOW,
        ),
        Verb(
            "site up",
            "write it and start it; done again, it changes only what is not so yet",
            _up,
            (shapes.SiteUp,),
            """\
Examples:
  sidusctl site up --interface eth1
  sidusctl site up --interface eth1 --range 10.77.0.200-10.77.0.250 --domain rack1.example.org
Another DHCP server or program on a port that is needed is named before anything starts.""",
            _HOW,
        ),
        Verb(
            "site down",
            "stop the services, and take away what was written for them",
            _down,
            (shapes.SiteDown,),
            """\
Example:
  sidusctl site down
Images, nodes and the site's URL stay.""",
        ),
        Verb(
            "site check",
            "ask as a machine would that boots: address, boot file, TFTP, HTTP, name, clock, free space",
            _check,
            (shapes.SiteCheck,),
            """\
Example:
  sidusctl site check""",
            (_PATIENT,),
        ),
    ),
    """\
Example:
  sidusctl site up --interface eth1""",
)
