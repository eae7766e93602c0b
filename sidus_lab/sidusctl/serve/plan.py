"""What `site up` would write and start, and what stands in its way: decided, and told in words. Nothing is changed."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from .. import files, hosts, shapes, tools
from . import elsewhere, settings, taken
from .dhcp import Offer
from .dnsmasq import BOOT_FILES, Named, node_files
from .keepers.keeper import Keeper
from .keepers.systemd import unit_name
from .kinds import SERVICES
from .names import content
from .service import Place, Service
from .taken import Holder


class Planned(NamedTuple):
    """All files with their content, and which of them each service must be started anew for."""

    files: Dict[Path, bytes]
    starts: Dict[str, Tuple[Path, ...]]

    def changed(self) -> List[Path]:
        """The files that are not so yet."""
        return [path for path, wanted in self.files.items() if content(path) != wanted]


def planned(place: Place, nodes: Sequence[Named], keeper: Keeper) -> Planned:
    """The files of a site that is served so.

    Raises CtlError ``cannot-serve``. A boot file that the system lacks is left out: `obstacles` names it.
    """
    wanted: Dict[Path, bytes] = {}
    starts: Dict[str, Tuple[Path, ...]] = {}
    for service in SERVICES.values():
        own = {place.folder / service.file: service.configuration(place).encode(), **keeper.files(place, service)}
        wanted.update(own)
        starts[service.name] = tuple(own)
    wanted.update({place.folder / name: text.encode() for name, text in node_files(place, nodes).items()})
    for name, places in BOOT_FILES.items():
        found = _first(places)
        if found is not None:
            wanted[place.folder / "tftp" / name] = found.read_bytes()
    wanted[settings.path(place.site)] = files.json_bytes(place.serving)
    return Planned(wanted, starts)


def obstacles(
    place: Place, keeper: Keeper, offers: Sequence[Offer], holders: Callable[[Service], Sequence[Holder]]
) -> List[shapes.Obstacle]:
    """What would keep the services from starting, or the machines from booting from here; a sentence each.

    `offers` are those that came before anything was started, `holders` who has a service's ports.
    """
    found: List[shapes.Obstacle] = []

    def say(code: str, why: str, hint: str) -> None:
        found.append({"code": code, "why": why, "hint": hint})

    for service in SERVICES.values():
        if tools.find(service.program) is None:
            say(
                "missing-program",
                "The program {} is not installed on the server.".format(service.program),
                "apt-get install {}".format("dnsmasq-base" if service.program == "dnsmasq" else service.program),
            )
        for holder in holders(service):
            if not keeper.owns(place, service, holder.pid) and not _ours_or_apart(place, holder):
                say("port-taken", "{} has {} already.".format(holder, holder.port), _hint_for(holder))
    for name, places in BOOT_FILES.items():
        if _first(places) is None:
            say(
                "missing-file",
                "The boot program {} is not installed on the server.".format(name),
                "apt-get install ipxe",
            )
    others = sorted({offer.server for offer in offers if offer.server != place.serving["address"]})
    giving = sorted({offer.server for offer in offers if offer.server in others and offer.address != hosts.EVERY})
    if place.serving["dhcp"] == "own" and giving:
        say(
            "dhcp-there",
            "Another DHCP server, {}, gives addresses on {} already.".format(
                " and ".join(giving), place.serving["interface"]
            ),
            "stand beside it: dhcp=proxy (--dhcp proxy); or let its administrator add the lines of dhcp=none; "
            "or switch it off",
        )
    if place.serving["dhcp"] == "proxy" and not giving:
        say(
            "no-dhcp",
            "No DHCP server gives addresses on {}, and a proxy gives none.".format(place.serving["interface"]),
            "switch it on, or serve addresses from here: dhcp=own",
        )
    return found


def words(place: Place, nodes: Sequence[Named], now: Optional[str]) -> List[str]:
    """The plan in sentences; `now` is the site's URL as it is."""
    serving = place.serving
    said = [
        "Machines on {} ({}/{}) reach the site by {}.".format(
            serving["interface"], serving["address"], serving["prefix"], place.url
        )
    ]
    if now and now != place.url:
        said.append(
            "It was {} until now: nodes that are up keep what they booted, later starts use the new one.".format(now)
        )
    said.append(_of_addresses(place, len(nodes)))
    outside = [node.name for node in nodes if not _has_line(place, node)]
    if outside and serving["dhcp"] == "own":
        said.append(
            "Of {} the inventory has no address in this network: they get one of the range, under their name.".format(
                ", ".join(outside[:8]) + (" and others" if len(outside) > 8 else "")
            )
        )
    said.append(
        "nginx hands out the published images and notes what nodes report; no file of another program is touched."
    )
    return said


def _of_addresses(place: Place, count: int) -> str:
    serving = place.serving
    if serving["dhcp"] == "own":
        strangers = (
            "machines that are not in the inventory get {first} to {last} and are shown as newcomers".format(**serving)
            if serving["first"]
            else "machines that are not in the inventory get none"
        )
        return "dnsmasq gives addresses and names to {} node(s), and the boot file for BIOS or UEFI; {}.".format(
            count, strangers
        )
    if serving["dhcp"] == "proxy":
        whom = "known nodes" if serving["known_only"] else "every machine that boots from the network"
        return (
            "dnsmasq tells {} what to boot; addresses stay with the DHCP server that is there, which must give each "
            "node the address of the inventory.".format(whom)
        )
    return "dnsmasq hands out the boot files by TFTP; the administrator of the DHCP server adds the lines below."


def table(place: Place, what: Planned) -> List[shapes.PlannedFile]:
    """The files as they are shown: with what would become of each."""
    rows: List[shapes.PlannedFile] = []
    for path, wanted in what.files.items():
        before = content(path)
        state: "str" = "equal" if before == wanted else "new" if before is None else "changed"
        text = "" if path.parent == place.folder / "tftp" else wanted.decode()
        rows.append({"path": str(path), "state": state, "content": text})  # type: ignore[typeddict-item]
    return rows


def services(place: Place) -> List[shapes.PlannedService]:
    """The services as they are shown."""
    return [
        {"name": each.name, "unit": unit_name(place.site, each.name), "command": each.command(place)}
        for each in SERVICES.values()
    ]


def lines(place: Place) -> Dict[str, str]:
    """What another administrator needs."""
    return elsewhere.lines(place) if place.serving["dhcp"] == "none" else {}


def _first(places: Sequence[str]) -> Optional[Path]:
    return next((Path(name) for name in places if Path(name).is_file()), None)


def _has_line(place: Place, node: Named) -> bool:
    return node.address in node_files(place, [node])["nodes.hosts"].split()


def _ours_or_apart(place: Place, holder: Holder) -> bool:
    """Whether it is this site's own service, or one of another site that is bound to another interface."""
    theirs = taken.configuration_of(holder.words)
    if theirs is None:
        return False
    if theirs.parent == place.folder:
        return True
    other = settings.read(theirs.parent.parent)
    shared = holder.port.address == hosts.EVERY
    return shared and other is not None and other["interface"] != place.serving["interface"]


def _hint_for(holder: Holder) -> str:
    theirs = taken.configuration_of(holder.words)
    if theirs is not None:
        return "another site is served there: sidusctl --site {} site down".format(theirs.parent.parent)
    if holder.port.number == 80:
        return "stop it, or give the site a port of its own: port=8080 (--port 8080)"
    return "stop it; or let it go on and serve without it: dhcp=none (--dhcp none)"
