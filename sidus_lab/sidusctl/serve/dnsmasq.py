"""The server of addresses, boot files and names: DHCP in three modes, TFTP, and DNS for the nodes."""

from __future__ import annotations

import ipaddress
import re
from typing import Dict, Iterable, List, NamedTuple, Tuple

from .. import hosts
from ..errors import CtlError
from .service import Place, Port

BOOT_FILES: Dict[str, Tuple[str, ...]] = {
    "undionly.kpxe": ("/usr/lib/ipxe/undionly.kpxe", "/boot/undionly.kpxe"),
    "ipxe.efi": ("/usr/lib/ipxe/ipxe.efi", "/boot/ipxe.efi"),
}
"""What a machine's firmware is given first, by its name in the TFTP folder -> where the system has it."""

FIRST = {"bios": "undionly.kpxe", "efi64": "ipxe.efi"}
"""Kind of firmware -> the file that it is given."""

NODES = "nodes.dhcp"
NAMES = "nodes.hosts"
SERVER = "sidus"  # the name by which nodes find the server

# Commas and blanks would end a value in dnsmasq's configuration, and its parser has no way to quote a folder.
_SAFE = re.compile(r"[A-Za-z0-9/._+@:~-]+\Z")


class Named(NamedTuple):
    """A node as DHCP and DNS need it; `address` may be a name, which is then somebody else's to resolve."""

    name: str
    mac: str
    address: str


class Dnsmasq:
    """dnsmasq on the site's interface alone, beside whatever else the server runs."""

    name = "dnsmasq"
    text = "gives machines their addresses, the first file that they boot, and names"
    program = "dnsmasq"
    file = "dnsmasq.conf"

    def configuration(self, place: Place) -> str:
        """Its whole configuration. The nodes are in files of their own, which change with the inventory.

        Raises CtlError ``cannot-serve`` for a folder that it cannot be told of.
        """
        if not _SAFE.match(str(place.site)):
            raise CtlError(
                "cannot-serve",
                "dnsmasq cannot be told of the folder {!r}.".format(str(place.site)),
                hint="a site that is served has letters, digits and . _ - only in its path",
            )
        modes = {"own": _own, "proxy": _proxy, "none": _none}
        lines = ["# Written by sidusctl for the site in {}".format(place.site)]
        lines += ["interface=" + place.serving["interface"], "except-interface=lo", "bind-dynamic", "no-hosts"]
        lines += ["pid-file={}/dnsmasq.pid".format(place.run), "log-facility=-"]
        lines += ["enable-tftp", "tftp-root={}/tftp".format(place.folder)]
        return "\n".join([*lines, *modes[place.serving["dhcp"]](place)]) + "\n"

    def command(self, place: Place) -> List[str]:
        """dnsmasq with that file."""
        return [self.program, "--keep-in-foreground", "--conf-file={}".format(place.folder / self.file)]

    def ports(self, place: Place) -> Tuple[Port, ...]:
        """TFTP; DHCP (which every interface's server shares) and names where they are ours; PXE beside another."""
        address = place.serving["address"]
        more = {
            "own": (Port("udp", hosts.EVERY, 67), Port("udp", address, 53), Port("tcp", address, 53)),
            "proxy": (Port("udp", hosts.EVERY, 67), Port("udp", hosts.EVERY, 4011)),
            "none": (),
        }
        return (Port("udp", address, 69), *more[place.serving["dhcp"]])


def _own(place: Place) -> List[str]:
    serving = place.serving
    net = network(place)
    pool = "{0[first]},{0[last]}".format(serving) if serving["first"] else "{},static".format(net.network_address)
    return [
        "domain=" + serving["domain"],
        "local=/{}/".format(serving["domain"]),
        "expand-hosts",
        "addn-hosts={}/{}".format(place.folder, NAMES),
        "dhcp-range={},{},12h".format(pool, net.netmask),
        "dhcp-authoritative",
        "dhcp-hostsfile={}/{}".format(place.folder, NODES),
        "dhcp-leasefile={}/leases".format(place.run),
        "dhcp-option=option:router" + ("," + serving["router"] if serving["router"] else ""),
        "dhcp-match=set:ipxe,175",
        "dhcp-match=set:bios,option:client-arch,0",
        *("dhcp-match=set:efi64,option:client-arch,{}".format(arch) for arch in (7, 9)),
        *("dhcp-boot=tag:!ipxe,tag:{},{}".format(kind, file) for kind, file in FIRST.items()),
        "dhcp-boot=tag:ipxe,{}/boot/boot.ipxe".format(place.url),
    ]


def _proxy(place: Place) -> List[str]:
    services = (("X86PC", "bios"), ("X86-64_EFI", "efi64"), ("BC_EFI", "efi64"))
    script = place.url + "/boot/boot.ipxe"
    net = network(place)
    return [
        "port=0",
        "dhcp-range={},proxy,{}".format(net.network_address, net.netmask),
        "dhcp-hostsfile={}/{}".format(place.folder, NODES),
        *(["dhcp-ignore=tag:!known"] if place.serving["known_only"] else []),
        "dhcp-match=set:ipxe,175",
        *('pxe-service=tag:!ipxe,{},"SIDUS",{}'.format(name, FIRST[kind]) for name, kind in services),
        "dhcp-boot=tag:ipxe," + script,
        *('pxe-service=tag:ipxe,{},"SIDUS",{}'.format(name, script) for name, _ in services),
    ]


def _none(_place: Place) -> List[str]:
    return ["port=0"]


def network(place: Place) -> ipaddress.IPv4Network:
    """The network that the site is served on."""
    return ipaddress.ip_network("{0[address]}/{0[prefix]}".format(place.serving), strict=False)  # type: ignore[return-value]


def node_files(place: Place, nodes: Iterable[Named]) -> Dict[str, str]:
    """The two files that change with the inventory, by name: who gets which address, and which name has which."""
    net = network(place)
    leases, names = [], ["{} {}".format(place.serving["address"], SERVER)]
    for node in nodes:
        inside = hosts.is_address(node.address) and ipaddress.ip_address(node.address) in net
        leases.append(",".join([node.mac, *([node.address] if inside else []), node.name]))
        names += ["{} {}".format(node.address, node.name)] if inside else []
    return {NODES: "".join(line + "\n" for line in leases), NAMES: "".join(line + "\n" for line in names)}
