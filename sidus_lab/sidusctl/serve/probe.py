"""`site check`: asks as a machine would that boots here, and says what came back. One row a question."""

from __future__ import annotations

import ctypes
import http.client
import ipaddress
import secrets
import shutil
import time
import urllib.error
import urllib.request
from typing import Iterator, List, Sequence

from .. import hosts, shapes
from ..errors import CtlError
from ..site import Site
from . import ask, dhcp
from .dhcp import Offer
from .dnsmasq import FIRST, SERVER, Named
from .keepers import kinds as keepers
from .keepers.systemd import unit_name
from .kinds import SERVICES
from .service import Place

_NO_CLOCK = 5  # TIME_ERROR of adjtimex(2): the kernel's clock follows no other
_LITTLE = 2 << 30


def look(site: Site, place: Place, nodes: Sequence[Named], patience: float) -> List[shapes.ProbeRow]:
    """All rows; `patience` is for how many seconds offers are waited for."""
    rows = [
        *_services(place),
        *_boots(place, nodes, patience),
        *_files(place),
        _web(site, place),
        *_names(place, nodes),
        _clock(site),
        _space(site),
    ]
    if place.serving["first"]:
        rows.append(_range(place))
    return rows


def _row(name: str, ok: bool, text: str, hint: str = "") -> shapes.ProbeRow:
    return {"name": name, "ok": ok, "text": text, "hint": "" if ok else hint}


def _services(place: Place) -> Iterator[shapes.ProbeRow]:
    keeper = keepers.keeper()
    for service in SERVICES.values():
        runs = keeper.running(place, service)
        kept = unit_name(place.site, service.name) if keeper.by == "systemd" else "a process without systemd"
        text = (
            "runs ({})".format(kept) if runs else "does not run: {}".format(keeper.tail(place, service)[-300:] or kept)
        )
        yield _row(service.name, runs, text, "sidusctl site up: it starts what does not run")


def _boots(place: Place, nodes: Sequence[Named], patience: float) -> Iterator[shapes.ProbeRow]:
    """A machine's question on the network, as each kind of firmware asks it; and who else answers."""
    if place.serving["dhcp"] == "none":
        yield _row("boot file", True, "told by another DHCP server: ask there (sidusctl site plan prints its lines)")
        return
    if not place.serving["first"] and place.serving["dhcp"] == "own" and not nodes:
        yield _row("addresses", False, "no node is known, so nobody is given one", "sidusctl node add ...")
        return
    us = place.serving["address"]
    wanted = {"bios": FIRST["bios"], "efi64": FIRST["efi64"], "ipxe": place.url + "/boot/boot.ipxe"}

    # To the end of its patience, since a second server may be the slower one; and longer while the own one, which runs,
    # has not answered: it looks for three seconds whether an address is in use before it gives it to a stranger.
    heard = time.monotonic() + patience
    most = 4 * patience if keepers.keeper().running(place, SERVICES["dnsmasq"]) else patience

    def enough(found: List[Offer]) -> bool:
        return time.monotonic() > heard and len({each.number & 7 for each in found if each.server == us}) == len(wanted)

    try:
        offers = ask.offers(place.serving["interface"], dhcp.KINDS, _card(nodes), most, enough)
    except CtlError as error:
        yield _row("boot file", False, error.message, error.hint)
        return
    ours = [each for each in offers if each.server == us]
    for number, kind in enumerate(dhcp.KINDS):
        mine = [each for each in ours if each.number & 7 == number]
        yield _offered(place, kind, wanted[kind], mine, _card(nodes))
    others = sorted({each.server for each in offers if each.server != us and each.address != hosts.EVERY})
    if place.serving["dhcp"] == "own":
        text = "another gives addresses too: " + ", ".join(others) if others else "nobody else gives addresses"
        yield _row("one DHCP server", not others, text, "switch it off, or stand beside it: dhcp=proxy")
    else:
        text = "given by " + ", ".join(others) if others else "nobody gives addresses"
        yield _row(
            "addresses", bool(others), text, "switch the site's DHCP server on, or serve them from here: dhcp=own"
        )


def _offered(place: Place, kind: str, wanted: str, offers: Sequence[Offer], mac: bytes) -> shapes.ProbeRow:
    names = {"bios": "BIOS", "efi64": "UEFI", "ipxe": "iPXE"}
    name = "boot by " + names[kind]
    if not offers:
        return _row(name, False, "no offer came", "does dnsmasq run, and does the firewall let UDP 67 and 68 through?")
    given = offers[0]
    file, text = given.file, "is offered {} and {}".format(given.address, given.file or "no file")
    if place.serving["dhcp"] == "proxy":
        try:
            file = file or ask.boot_server(given, mac, kind)
            text = "is offered " + (file or "no file")
        except OSError as error:
            text = "is not answered at port 4011: {}".format(error)
    return _row(name, file == wanted, text, "sidusctl site up writes the configuration anew")


def _files(place: Place) -> Iterator[shapes.ProbeRow]:
    for file in FIRST.values():
        path = place.folder / "tftp" / file
        try:
            got = ask.tftp(place.serving["address"], file)
            same = got == path.read_bytes()
            text = "{} bytes{}".format(len(got), "" if same else ", and they are not those of " + str(path))
        except OSError as error:
            same, text = False, "does not come: {}".format(error)
        yield _row("TFTP " + file, same, text, "does the firewall let UDP 69 through?  sidusctl site up")


def _web(site: Site, place: Place) -> shapes.ProbeRow:
    """The first script by HTTP, and whether the log took down that it was fetched: boots are followed by it."""
    word = secrets.token_hex(8)
    url = "{}/boot/boot.ipxe".format(place.url)
    try:
        # No proxy of the environment: machines that boot have none.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(url + "?check=" + word, timeout=10) as answer:
            got = answer.read(1 << 16)
        if got != (site.boot / "boot.ipxe").read_bytes():
            return _row("HTTP", False, "{} gives another file than the site's".format(url), "who listens there?")
        end = time.monotonic() + 10
        while word.encode() not in _end_of(site):
            if time.monotonic() > end:
                return _row("HTTP", False, "{} is not noted in {}".format(url, site.log), "is the disk full?")
            time.sleep(0.05)
        return _row("HTTP", True, "{} comes and is noted".format(url))
    except (OSError, urllib.error.URLError, http.client.HTTPException) as error:
        return _row(
            "HTTP",
            False,
            "{} does not come: {}".format(url, error),
            "sidusctl site up; TCP {}".format(place.serving["port"]),
        )


def _end_of(site: Site) -> bytes:
    with open(site.log, "rb") as log:
        log.seek(max(0, log.seek(0, 2) - (1 << 20)))
        return log.read()


def _names(place: Place, nodes: Sequence[Named]) -> Iterator[shapes.ProbeRow]:
    if place.serving["dhcp"] != "own":
        return
    wanted = {SERVER: place.serving["address"]}
    net = ipaddress.ip_network("{address}/{prefix}".format(**place.serving), strict=False)
    for node in nodes[:1]:
        try:
            if ipaddress.ip_address(node.address) in net:
                wanted[node.name] = node.address
        except ValueError:
            pass  # its address is a name, which others resolve
    for name, address in wanted.items():
        whole = "{}.{}".format(name, place.serving["domain"])
        try:
            got = ask.name(place.serving["address"], whole)
            text = "is " + (", ".join(got) or "unknown")
        except OSError as error:
            got, text = [], "is not answered: {}".format(error)
        yield _row("name " + whole, got == [address], text, "does the firewall let UDP 53 through?  sidusctl site up")


def _clock(site: Site) -> shapes.ProbeRow:
    """The times of boots and proofs are this clock's: it must be later than what was made here already."""
    made = (site.root / "site.json").stat().st_mtime
    now = time.time()
    state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(1024))
    follows = "follows no other clock" if state == _NO_CLOCK else "follows another clock"
    text = "{} UTC, {}".format(time.strftime("%Y-%m-%d %H:%M", time.gmtime(now)), follows)
    late = now < made - 60
    return _row(
        "clock", not late, text + (", and is before the site was made" if late else ""), "set it: chrony, or date"
    )


def _space(site: Site) -> shapes.ProbeRow:
    free = shutil.disk_usage(site.root).free
    return _row(
        "free space", free > _LITTLE, "{:.1f} GB".format(free / 1e9), "below 2 GB images and the log stop: make room"
    )


def _range(place: Place) -> shapes.ProbeRow:
    first, last = (int(ipaddress.ip_address(place.serving[key])) for key in ("first", "last"))
    held = set()
    try:
        for line in (place.run / "leases").read_text(encoding="utf-8", errors="replace").splitlines():
            fields = line.split()
            if len(fields) > 2 and ":" not in fields[2] and first <= int(ipaddress.ip_address(fields[2])) <= last:
                held.add(fields[2])
    except (OSError, ValueError):
        pass
    size = last - first + 1
    text = "{} of {} addresses for unknown machines are in use".format(len(held), size)
    return _row(
        "range", len(held) < size, text, "take machines in as nodes, or give a larger range: site up --range FIRST-LAST"
    )


def _card(nodes: Sequence[Named]) -> bytes:
    """The card to ask as: a node's, which is offered its own address at once; else one that nobody has."""
    return bytes.fromhex(nodes[0].mac.replace(":", "")) if nodes else b"\x02" + secrets.token_bytes(5)


def foreign(place: Place, nodes: Sequence[Named], patience: float) -> List[Offer]:
    """The offers of others, before anything is started; ends with the first.

    Raises CtlError as `ask.offers`.
    """
    us = place.serving["address"]

    def others(found: List[Offer]) -> bool:
        return any(each.server != us for each in found)

    return ask.offers(place.serving["interface"], ("bios",), _card(nodes), patience, others)
