"""The inventory: which nodes there are and what each boots. nodes.json is the truth, boot/ is derived from it."""

from __future__ import annotations

import shutil
import time
from typing import Callable, Dict, List, Mapping, NamedTuple, Sequence, TypeVar, cast

from .. import files, folded, formats, hosts, shaped, shapes
from ..errors import CtlError
from ..power.kinds import KINDS, kind_of
from ..site import Site
from . import derived, hostkey, machine, order

Known = Dict[str, shapes.NodeFacts]
_Value = TypeVar("_Value")


class Kept(NamedTuple):
    """What nodes.json holds: the nodes that are whole, and the entries that are none, as they stand there."""

    known: Known
    raw: Dict[str, object]
    damaged: List[shapes.DamagedRow]


def load(site: Site) -> Known:
    """All whole nodes by name. Needs no lock: the file is replaced as a whole.

    Raises CtlError ``no-site``, ``site-format`` or ``damaged`` (the file itself; an entry that is damaged hides none).
    """
    return look(site).known


def look(site: Site) -> Kept:
    """The whole inventory, each entry held to its shape on its own.

    Raises CtlError as `load`.
    """
    site.facts()
    kept = Kept({}, {}, [])
    found = formats.read_raw("nodes", site.nodes)
    if found is None:
        return kept
    frame = {key: value for key, value in found.items() if key != "nodes"}
    formats.forward("nodes", {**frame, "nodes": {}}, str(site.nodes))
    entries = found.get("nodes")
    if not isinstance(entries, dict):
        raise formats.damaged(str(site.nodes), "nodes must be an object")
    for name, entry in entries.items():
        where = "{}: {}".format(site.nodes, name[:80])
        try:
            whole = formats.forward("nodes", {**frame, "nodes": {name: entry}}, where)
            node = cast(shapes.Inventory, whole)["nodes"][name]
            _check(name, node, where)
            kept.known[name] = node
        except CtlError as error:
            kept.raw[name] = entry
            kept.damaged.append(error.to_row("node", where))
    return kept


def _check(name: str, node: shapes.NodeFacts, where: str) -> None:
    """A node as this program writes it: its name and places become names of files and lines of boot scripts."""
    folded.check_name(name)
    if machine.check_mac(node["mac"]) != node["mac"]:
        raise formats.damaged(where, "its mac must be in small letters, with colons")
    hosts.check_host("address", node["address"])
    hosts.check_port("SSH port", node["ssh_port"])
    if not node["host_key"].isprintable():
        raise formats.damaged(where, "its host_key has more than one line")
    given = node["assignment"]
    if given is not None and not all(map(str.isprintable, [given["root_hash"], given["form"], *given["arguments"]])):
        raise formats.damaged(where, "its assignment has more than one line")
    kind = KINDS.get(node["power"]["kind"])  # one that this program does not know is said when it is used
    faults = [] if kind is None else shaped.faults(node["power"], kind.shape, where=name + ".power")
    if faults:
        raise formats.damaged(where, "; ".join(faults[:3]))


def select(site: Site, nodeset: str) -> List[shapes.Node]:
    """The nodes of a folded text, each with its name; all of them for an empty text.

    Raises CtlError ``bad-nodeset``, ``bad-name`` or ``unknown-node``.
    """
    kept = look(site)
    known = kept.known
    if not nodeset:
        return [named(name, known[name]) for name in sorted(known, key=folded.natural)]
    wanted = folded.expand(nodeset)
    for name in wanted:
        if name in kept.raw:
            raise formats.damaged(
                "The entry of node {!r}".format(name), "see its row in the list", ("node-remove", name)
            )
    missing = [name for name in wanted if name not in known]
    if missing:
        raise CtlError(
            "unknown-node",
            "There is no node {}.".format(folded.fold(missing)[:200]),
            hint="known: {}".format(folded.fold(known)[:200]) if known else "add one first",
            step=() if known else ("node-add",),
        )
    return [named(name, known[name]) for name in wanted]


def named(name: str, facts: shapes.NodeFacts) -> shapes.Node:
    """A node as it is answered."""
    return {"name": name, **facts}


def change(site: Site, how: Callable[[Known], _Value]) -> _Value:
    """Change the inventory under the lock, write it as a whole, and derive boot/ from it; gives what `how` gives."""
    with site.lock():
        kept = look(site)
        known = kept.known
        value = how(known)
        # What is damaged stays as it is until somebody takes it out, or puts a whole node in its place.
        formats.write("nodes", site.nodes, {"nodes": {**kept.raw, **known}}, 0o600)
        for name in known:
            hostkey.settle(site.secrets / name, known[name]["host_key"])
        derived.derive(site, known)
    return value


def derive(site: Site) -> None:
    """Derive boot/ once more: after the site's URL or its keys changed."""
    change(site, lambda _known: None)


def add(
    site: Site,
    name: str,
    *,
    mac: str,
    address: str,
    ssh_port: int,
    power: shapes.Power,
    secret: str,
    replace: bool = False,
) -> shapes.Node:
    """Take a node into the inventory and make its host key; with `replace` a known node keeps key and assignment.

    `power` is a way as its kind gave it, `secret` what belongs to that way. Raises CtlError ``bad-name``, ``bad-mac``,
    ``bad-address``, ``bad-port``, ``bad-password``, ``duplicate-node`` or ``duplicate`` (MAC, address and port, power).
    """
    folded.check_name(name)
    card = machine.check_mac(mac)
    hosts.check_host("address", address)
    hosts.check_port("SSH port", ssh_port)
    kind = kind_of(power["kind"])
    machine.check_secret(kind, secret)

    def take(known: Known) -> shapes.Node:
        if (name in known or name in look(site).raw) and not replace:
            raise CtlError(
                "duplicate-node",
                "There is a node {!r} already.".format(name),
                hint="give this one another name, or let it take the place of that one",
                step=("node-replace", name),
            )
        before = known.get(name)
        facts: shapes.NodeFacts = {
            "mac": card,
            "address": address,
            "ssh_port": ssh_port,
            "power": power,
            "host_key": "",
            "assignment": before["assignment"] if before else None,
            "power_on": before["power_on"] if before else None,
        }
        for other, theirs in known.items():
            if other != name:
                machine.refuse_double(name, facts, other, theirs)
        secrets = site.secrets / name
        if before is None:  # of an earlier node of this name, if its removal was killed half-way
            shutil.rmtree(secrets, ignore_errors=True)
        secrets.mkdir(parents=True, exist_ok=True, mode=0o700)
        if kind.secret:
            files.write(secrets / "bmc_password", secret.encode(), 0o600)
        facts["host_key"] = hostkey.made(secrets, before["host_key"] if before else "")
        known[name] = facts
        return named(name, facts)

    return change(site, take)


def remove(site: Site, nodeset: str) -> List[str]:
    """Take nodes out of the inventory, with their keys and their boot files.

    Raises CtlError as `select`, and ``bad-nodeset`` for an empty text: all nodes must be named.
    """
    if not nodeset:
        raise CtlError("bad-nodeset", "No node is named.", hint="for example node1 or node[1-24]")
    raw = look(site).raw
    wanted = folded.expand(nodeset)
    broken = [name for name in wanted if name in raw]
    if broken:
        _drop(site, broken)
    sound = folded.fold(name for name in wanted if name not in broken)
    names = [node["name"] for node in select(site, sound)] if sound else []

    def leave(known: Known) -> List[str]:
        for name in names:
            known.pop(name, None)
        return names

    change(site, leave)
    for name in names + broken:
        shutil.rmtree(site.secrets / name, ignore_errors=True)
    return names + broken


def _drop(site: Site, names: Sequence[str]) -> None:
    """Take damaged entries out of the inventory."""
    with site.lock():
        kept = look(site)
        rest = {name: entry for name, entry in kept.raw.items() if name not in names}
        formats.write("nodes", site.nodes, {"nodes": {**rest, **kept.known}}, 0o600)


def note_power_on(site: Site, names: Sequence[str]) -> None:
    """Order the start of nodes that are switched on next: each gets a new word and a new host key.

    Earlier reports say nothing about this start.
    """

    def note(known: Known) -> None:
        for name in names:
            if name in known:
                known[name]["power_on"] = order.give(site, name, known[name]).when
                known[name]["host_key"] = hostkey.prepare(site.secrets / name)

    if names:
        change(site, note)


def withdraw(site: Site, names: Sequence[str]) -> None:
    """Take back the orders of nodes that are switched off: what they were to be given is handed out no longer."""
    orders = {name: order.read(site, name) for name in names}
    waiting = [name for name, ordered in orders.items() if ordered is not None and ordered.taken is None]
    note_boots(site, dict.fromkeys(waiting, ""))


def note_boots(site: Site, boots: Mapping[str, str]) -> None:
    """Remember which boot answered to a node's order (node -> boot id); its own files are handed out no longer."""

    def note(known: Known) -> None:
        for name, boot in boots.items():
            ordered = order.read(site, name)
            if ordered is not None and ordered.taken is None:
                # What is assigned now is what it was told: until this moment its boot script followed the assignment.
                root = order.root_of(known[name]) if boot and name in known else ordered.root
                order.write(site, name, ordered._replace(boot=boot, taken=round(time.time(), 3), root=root))

    if boots:
        change(site, note)


def secret(site: Site, name: str) -> str:
    """What belongs to a node's way of power: the BMC's password."""
    return (site.secrets / name / "bmc_password").read_text(encoding="utf-8")
