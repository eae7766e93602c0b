"""The inventory: which nodes there are and what each boots. nodes.json is the truth, boot/ is derived from it."""

from __future__ import annotations

import ipaddress
import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

from .. import files, folded, tools
from ..errors import CtlError
from ..image import publish
from ..site import Site
from . import ipxe, order, overlay, trace

FORMAT = 1
Node = Dict[str, Any]
_MAC = re.compile(r"([0-9a-f]{2}:){5}[0-9a-f]{2}\Z")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\Z")
_USER = re.compile(r"[A-Za-z0-9_.-]{1,32}\Z")


def load(site: Site) -> Dict[str, Node]:
    """All nodes by name. Needs no lock: the file is replaced as a whole."""
    site.facts()
    found = files.read_json(site.nodes, {"format": FORMAT, "nodes": {}})
    if found.get("format") != FORMAT:
        raise CtlError(
            "site-format", "{} has an unknown format.".format(site.nodes), hint="use the sidusctl that made it"
        )
    return dict(found["nodes"])


def select(site: Site, nodeset: str) -> List[Node]:
    """The nodes of a folded text, each with its name; all of them for an empty text.

    Raises CtlError ``bad-nodeset``, ``bad-name`` or ``unknown-node``.
    """
    known = load(site)
    if not nodeset:
        return [_public(name, known[name]) for name in sorted(known, key=_natural)]
    wanted = folded.expand(nodeset)
    missing = [name for name in wanted if name not in known]
    if missing:
        raise CtlError(
            "unknown-node",
            "There is no node {}.".format(folded.fold(missing)[:200]),
            hint="known: {}".format(folded.fold(known)[:200]) if known else "add one first: sidusctl node add --help",
        )
    return [_public(name, known[name]) for name in wanted]


def _natural(name: str) -> "list[tuple[int, int, str]]":
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", name)]


def _public(name: str, node: Node) -> Node:
    return {"name": name, **node}


def _change(site: Site, change: Callable[[Dict[str, Node]], Any]) -> Any:
    """Change the inventory under the lock, write it as a whole, and derive boot/ from it."""
    with site.lock():
        known = load(site)
        value = change(known)
        files.write_json(site.nodes, {"format": FORMAT, "nodes": known})
        _derive(site, known)
    return value


def check(node: Node) -> Node:
    """A node's facts, checked and in their one form.

    Raises CtlError ``bad-name``, ``bad-mac``, ``bad-address``, ``bad-port`` or ``bad-user``.
    """
    folded.check_name(node["name"])
    mac = str(node["mac"]).lower().replace("-", ":")
    if not _MAC.match(mac) or int(mac[:2], 16) & 1:
        raise CtlError(
            "bad-mac",
            "{!r} is not the address of a network card.".format(node["mac"]),
            hint="for example 52:54:00:12:34:56",
        )
    for what, host in (("address", node["address"]), ("BMC host", node["bmc"]["host"])):
        if not _is_host(host):
            raise CtlError(
                "bad-address",
                "{!r} cannot be the {} of a node.".format(host, what),
                hint="an IP address or a host name",
            )
    for what, port in (("SSH port", node["ssh_port"]), ("BMC port", node["bmc"]["port"])):
        if not 0 < int(port) < 65536:
            raise CtlError("bad-port", "{} cannot be the {} of a node.".format(port, what), hint="1 to 65535")
    if not _USER.match(node["bmc"]["user"]):
        raise CtlError(
            "bad-user", "{!r} is not a BMC user.".format(node["bmc"]["user"]), hint="letters, digits and _ . -"
        )
    return {**node, "mac": mac}


def _is_host(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return bool(_HOST.match(text))
    return True


def add(site: Site, node: Node, password: str, *, replace: bool = False) -> Node:
    """Take a node into the inventory and make its host key; with `replace` a known node keeps key and assignment.

    Raises CtlError as `check`, ``bad-password``, ``duplicate-node`` or ``duplicate`` (MAC, address and port, BMC).
    """
    node = check(node)
    if "\n" in password or "\0" in password or len(password) > 64:
        raise CtlError(
            "bad-password", "The BMC password must be one line of at most 64 characters.", hint="give it on stdin"
        )
    name = node["name"]

    def change(known: Dict[str, Node]) -> Node:
        if name in known and not replace:
            raise CtlError(
                "duplicate-node",
                "There is a node {!r} already.".format(name),
                hint="use --replace, or: sidusctl node remove " + name,
            )
        for other, facts in known.items():
            if other != name:
                _refuse_double(node, other, facts)
        secrets = site.secrets / name
        secrets.mkdir(parents=True, exist_ok=True, mode=0o700)
        files.write(secrets / "bmc_password", password.encode(), 0o600)
        facts = {key: node[key] for key in ("mac", "address", "ssh_port", "bmc")}
        before = known.get(name, {})
        known[name] = {
            **facts,
            "host_key": _host_key(secrets),
            "assignment": before.get("assignment"),
            "power_on": before.get("power_on"),
        }
        return _public(name, known[name])

    return dict(_change(site, change))


def _refuse_double(node: Node, other: str, facts: Node) -> None:
    doubles = (
        ("MAC", node["mac"], facts["mac"]),
        ("address and SSH port", (node["address"], node["ssh_port"]), (facts["address"], facts["ssh_port"])),
        ("BMC", (node["bmc"]["host"], node["bmc"]["port"]), (facts["bmc"]["host"], facts["bmc"]["port"])),
    )
    for what, mine, theirs in doubles:
        if mine == theirs:
            shown = mine if isinstance(mine, str) else "{} port {}".format(*mine)
            raise CtlError(
                "duplicate",
                "Node {!r} has the {} {} already.".format(other, what, shown),
                hint="give {!r} one of its own, or: sidusctl node remove {}".format(node["name"], other),
            )


def _host_key(secrets: Path) -> str:
    """The public line of the node's host key; the pair is made when there is none yet."""
    private = secrets / "ssh_host_ed25519_key"
    public = secrets / "ssh_host_ed25519_key.pub"
    if not public.exists():
        with tempfile.TemporaryDirectory(dir=str(secrets)) as aside:
            made = Path(aside) / "key"
            done = tools.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "sidus", "-f", str(made)])
            if done.returncode != 0:
                raise CtlError(
                    "no-host-key",
                    "ssh-keygen made no key.",
                    hint="is the disk full?",
                    detail=done.stderr.decode()[-500:],
                )
            files.write(private, made.read_bytes(), 0o600)
            files.write(public, made.with_name("key.pub").read_bytes(), 0o644)
    return " ".join(public.read_text(encoding="ascii").split()[:2])


def remove(site: Site, nodeset: str) -> List[str]:
    """Take nodes out of the inventory, with their keys and their boot files."""
    names = [node["name"] for node in select(site, nodeset or "-")]

    def change(known: Dict[str, Node]) -> List[str]:
        for name in names:
            known.pop(name, None)
        return names

    _change(site, change)
    for name in names:
        shutil.rmtree(site.secrets / name, ignore_errors=True)
    return names


def assign(site: Site, nodeset: str, version: str, arguments: Sequence[str]) -> List[Node]:
    """Let nodes boot a published version from their next start on.

    Raises CtlError ``unknown-version``, ``bad-argument``, ``reserved-argument`` or as `select`.
    """
    names = [node["name"] for node in select(site, nodeset)]
    wanted = ipxe.check_arguments(arguments)
    manifest = _find_published(site, version)
    assignment = {
        "root_hash": manifest["root_hash"],
        "image": manifest["image"],
        "version": manifest["version"],
        "arguments": wanted,
        "when": round(time.time(), 3),
    }

    def change(known: Dict[str, Node]) -> List[Node]:
        for name in names:
            # The same once more changes nothing: `when` goes on telling whether the node was started since.
            if name in known and {**(known[name]["assignment"] or {}), "when": assignment["when"]} != assignment:
                known[name]["assignment"] = assignment
        return [_public(name, known[name]) for name in names if name in known]

    return list(_change(site, change))


def _find_published(site: Site, version: str) -> Dict[str, Any]:
    manifests = publish.published(site)
    image, _, wanted = version.partition("@")
    by_image = [entry for entry in manifests if entry["image"] == image and entry["version"].startswith(wanted)]
    if by_image:
        return by_image[0]
    by_hash = [entry for entry in manifests if len(version) >= 8 and entry["root_hash"].startswith(version)]
    if len(by_hash) == 1:
        return by_hash[0]
    known = ["{}@{}".format(entry["image"], entry["version"]) for entry in manifests[:6]]
    raise CtlError(
        "unknown-version",
        "{} published version is called {!r}.".format("More than one" if by_hash else "No", version[:80]),
        hint="published: " + ", ".join(known) if known else "publish one first: sidusctl image publish NAME",
    )


def note_power_on(site: Site, names: Sequence[str]) -> None:
    """Order the start of nodes that are switched on next: each gets a new word and a new host key.

    Earlier reports say nothing about this start.
    """

    def change(known: Dict[str, Node]) -> None:
        for name in names:
            if name in known:
                known[name]["power_on"] = order.give(site, name).when
                known[name]["host_key"] = _host_key(site.secrets / name)

    if names:
        _change(site, change)


def withdraw(site: Site, names: Sequence[str]) -> None:
    """Take back the orders of nodes that are switched off: what they were to be given is handed out no longer."""
    waiting = []
    for name in names:
        ordered = order.read(site, name)
        if ordered is not None and ordered.taken is None:
            waiting.append(name)
    note_boots(site, dict.fromkeys(waiting, ""))


def note_boots(site: Site, boots: Mapping[str, str]) -> None:
    """Remember which boot answered to a node's order (node -> boot id); its own files are handed out no longer."""

    def change(_known: Dict[str, Node]) -> None:
        for name, boot in boots.items():
            ordered = order.read(site, name)
            if ordered is not None and ordered.taken is None:
                order.write(site, name, ordered._replace(boot=boot, taken=round(time.time(), 3)))

    if boots:
        _change(site, change)


def password(site: Site, name: str) -> str:
    """The BMC password of a node."""
    return (site.secrets / name / "bmc_password").read_text(encoding="utf-8")


def _derive(site: Site, known: Dict[str, Node]) -> None:
    """Write boot/ anew from the inventory: what is equal stays untouched, what is not wanted any more goes."""
    facts = site.facts()
    url, authorized = str(facts["url"]), list(facts["authorized"])
    wanted: Dict[Path, bytes] = {site.boot / "boot.ipxe": ipxe.first_script(url).encode()}
    for name, node in known.items():
        if node["assignment"] is None:
            continue
        script = site.boot / "by-mac" / (ipxe.hyphenated(node["mac"]) + ".ipxe")
        ordered = order.read(site, name)
        if ordered is None or ordered.taken is not None:
            wanted[script] = ipxe.unordered_script(url, name).encode()
            continue
        own = own_files(site, name, authorized)
        start = trace.start(name, ordered, own)
        wanted[script] = ipxe.node_script(url, name, node["assignment"], start).encode()
        wanted[site.boot / "overlay" / start.file] = overlay.cpio(own, ordered.word)
    for path, content in wanted.items():
        if _content(path) != content:
            files.write(path, content)
    for folder in ("by-mac", "overlay"):
        for path in (site.boot / folder).glob("*"):
            if path not in wanted and not path.name.startswith("."):
                path.unlink()


def own_files(site: Site, name: str, authorized: Sequence[str]) -> List[overlay.Entry]:
    """The node's own files, its newest host key among them."""
    key = site.secrets / name / "ssh_host_ed25519_key"
    return overlay.own_files(name, key.read_bytes(), key.with_name(key.name + ".pub").read_bytes(), authorized)


def _content(path: Path) -> Optional[bytes]:
    try:
        return path.read_bytes()
    except OSError:
        return None


def derive(site: Site) -> None:
    """Derive boot/ once more: after the site's URL or its keys changed."""
    _change(site, lambda _known: None)
