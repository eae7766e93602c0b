"""Many nodes taken into the inventory at once: all of a list, or none, and then every line that cannot be is named."""

from __future__ import annotations

import shutil
from typing import Dict, Iterator, List, Optional

from .. import files, folded, hosts, shapes
from ..errors import CtlError
from ..grammar import Given, Word
from ..power.kinds import kind_of
from ..serve import settings
from ..site import Site
from . import inventory, lists, machine
from .inventory import Known


def take_in(site: Site, text: str, power: str) -> List[shapes.Node]:
    """Take in the nodes of a list (see `lists`); `power` is the kind of those whose line names none.

    Where the site gives the addresses, a line without one gets the next that is free. A node gets its host key with its
    first order. Raises CtlError ``bad-list``, or ``bad-lines`` with each line that cannot be taken in.
    """
    rows = lists.read(text)

    def take(known: Known) -> List[shapes.Node]:
        wrong: List[str] = []
        secrets: Dict[str, str] = {}
        places = {place: name for name, facts in known.items() for place in machine.places(facts)}
        raw = inventory.look(site).raw
        new: Known = {}
        given = {row.get("address", "") for _, row in rows} | {facts["address"] for facts in known.values()}
        free = addresses(site, given)
        for number, row in rows:
            name = row.get("name", "")
            try:
                if name in known or name in new or name in raw:
                    raise CtlError("duplicate-node", "There is a node {!r} already.".format(name[:80]))
                facts, secret = _facts(row, power, free)
                for place in machine.places(facts):
                    if place in places:
                        message = "{!r} has the {} already.".format(places[place], place)
                        raise CtlError("duplicate", message)
                places.update(dict.fromkeys(machine.places(facts), name))
                new[name] = facts
                if secret is not None:
                    secrets[name] = secret
            except CtlError as error:
                wrong.append("line {}: {}".format(number, error.message))
        if wrong:
            raise CtlError(
                "bad-lines",
                "{} of {} lines cannot be taken in: {}".format(len(wrong), len(rows), " ".join(wrong[:3])),
                hint="nothing was taken in: mend them, and give the whole list again",
                detail="\n".join(wrong),
            )
        for name in new:
            folder = site.secrets / name
            shutil.rmtree(folder, ignore_errors=True)  # of an earlier node of this name
            folder.mkdir(parents=True, mode=0o700)
            if name in secrets:
                files.write(folder / "bmc_password", secrets[name].encode(), 0o600)
        known.update(new)
        return [inventory.named(name, facts) for name, facts in new.items()]

    return inventory.change(site, take)


def addresses(site: Site, taken: "set[str]") -> Iterator[str]:
    """The addresses that this site may give to nodes; none where another gives them."""
    serving = settings.read(site.root)
    return settings.free(serving, taken) if serving is not None and serving["dhcp"] == "own" else iter(())


def _facts(row: lists.Row, power: str, free: Iterator[str]) -> "tuple[shapes.NodeFacts, Optional[str]]":
    """A node as its line says, and its secret where its kind of power has one.

    Raises CtlError.
    """
    folded.check_name(row.get("name", ""))
    kind = kind_of(row.get("power") or power)
    secret = machine.check_secret(kind, row.get("password", "")) if kind.secret else None
    card = machine.check_mac(row.get("mac", ""))
    way = kind.given(_given(row, kind.words))
    address = row.get("address") or next(free, "")
    if not address:
        raise CtlError("bad-address", "It has no address, and this site gives none.")
    facts: shapes.NodeFacts = {
        "mac": card,
        "address": hosts.check_host("address", address),
        "ssh_port": hosts.check_port("SSH port", _number("ssh_port", row.get("ssh_port") or "22")),
        "power": way,
        "host_key": "",
        "assignment": None,
        "power_on": None,
    }
    return facts, secret


def _given(row: lists.Row, words: "tuple[Word, ...]") -> Given:
    """What a command line with the columns' values would give to a kind of power: ``bmc_host`` is ``--bmc-host``."""
    found: Dict[str, object] = {}
    for each in words:
        key = each.names[0].lstrip("-").replace("-", "_")
        value: object = row.get(key) or each.options.get("default")
        if isinstance(value, str) and each.options.get("type") is int:
            value = _number(key, value)
        if each.options.get("action") == "store_true":
            value = str(value).lower() in ("yes", "true", "1")
        choices = each.options.get("choices")
        if value is not None and choices is not None and value not in choices:
            raise CtlError("bad-power", "{!r} cannot be its {}.".format(value, key))
        found[key] = value
    return Given(**found)


def _number(what: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise CtlError("bad-number", "{!r} cannot be its {}.".format(text[:40], what))
    return int(text)
