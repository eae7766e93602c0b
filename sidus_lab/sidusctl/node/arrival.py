"""The verbs by which machines come into the inventory: one by hand, a list of many, one that asked to boot."""

from __future__ import annotations

import getpass
import sys
from typing import Tuple

from .. import shapes
from ..errors import CtlError
from ..grammar import Given, Verb, Word, word
from ..power import kinds
from ..site import Site
from . import inventory, newcomers, taken_in

_LIST_LIMIT = 1 << 24


def _add(site: Site, given: Given) -> shapes.Node:
    kind = kinds.kind_of(given.power)
    power = kind.given(given)
    secret = _secret(kind.secret) if kind.secret else ""
    return inventory.add(
        site,
        given.name,
        mac=given.mac,
        address=given.address,
        ssh_port=given.ssh_port,
        power=power,
        secret=secret,
        replace=getattr(given, "replace", False),
    )


def _import(site: Site, given: Given) -> shapes.Nodes:
    nodes = taken_in.take_in(site, sys.stdin.read(_LIST_LIMIT), given.power)
    return {"nodes": nodes, "damaged": inventory.look(site).damaged}


def _newcomers(site: Site, _given: Given) -> shapes.Newcomers:
    return {"machines": newcomers.look(site)}


def _adopt(site: Site, given: Given) -> shapes.Node:
    given.mac = newcomers.of(site, given.mac)
    if not given.address:
        known = {node["address"] for node in inventory.select(site, "")}
        given.address = next(taken_in.addresses(site, known), None)
    if not given.address:
        raise CtlError(
            "bad-address",
            "{} needs an address: this site gives none.".format(given.name),
            hint="name the one that the DHCP server there gives to {}".format(given.mac),
        )
    return _add(site, given)


def _secret(what: str) -> str:
    found = getpass.getpass(what + ": ") if sys.stdin.isatty() else sys.stdin.read(1 << 16)
    return found[:-1] if found.endswith("\n") else found


_POWER_WORDS: Tuple[Word, ...] = tuple(each for kind in kinds.KINDS.values() for each in kind.words)
_POWER: Tuple[Word, ...] = (
    word("--ssh-port", type=int, default=22, help="default: %(default)s"),
    word(
        "--power",
        choices=tuple(kinds.KINDS),
        default=kinds.DEFAULT,
        help="how it is switched on and off (default: %(default)s)",
    ),
    *_POWER_WORDS,
)

VERBS: Tuple[Verb, ...] = (
    Verb(
        "node add",
        "take a node into the inventory; its BMC password comes on stdin",
        _add,
        (shapes.Node,),
        """\
Examples:
  echo SECRET | sidusctl node add node1 --mac 52:54:00:12:34:56 --address 10.0.0.11 \\
      --bmc-host 10.0.1.11 --bmc-user admin
  sidusctl node add node2 --mac 52:54:00:12:34:57 --address 10.0.0.12 --power by-hand
The node's SSH host key is made here; the value's "host_key" is its public half.""",
        (
            word("name"),
            word("--mac", required=True, help="address of the network card it boots by"),
            word("--address", required=True, help="where its SSH answers"),
            *_POWER,
            word(
                "--replace",
                action="store_true",
                help="a node of this name gets these facts, and keeps key and assignment",
            ),
        ),
    ),
    Verb(
        "node import",
        "take many nodes into the inventory, all of a list or none; the list comes on stdin",
        _import,
        (shapes.Nodes,),
        """\
Examples:
  sidusctl node import < nodes.csv
  sidusctl node import < /etc/ethers
  sidusctl node import < /var/lib/misc/dnsmasq.leases
CSV has the columns name, mac and, where wanted, address, ssh_port, power, password, and the words of a kind of power
(bmc_host for --bmc-host). When a line cannot be taken in, nothing is, and each such line is named.""",
        (
            word(
                "--power",
                choices=tuple(kinds.KINDS),
                default="by-hand",
                help="of lines that name none (default: %(default)s)",
            ),
        ),
    ),
    Verb(
        "node newcomers",
        "machines that asked to boot and are in no inventory",
        _newcomers,
        (shapes.Newcomers,),
        """\
Example:
  sidusctl node newcomers""",
    ),
    Verb(
        "node adopt",
        "take a newcomer into the inventory; what its kind of power keeps secret comes on stdin",
        _adopt,
        (shapes.Node,),
        """\
Example:
  sidusctl node adopt 52:54:00:12:34:56 node7 --power by-hand
Without --address it gets the next that is free, where this site gives the addresses.""",
        (
            word("mac"),
            word("name"),
            word("--address", help="where its SSH answers"),
            *_POWER,
        ),
    ),
)
