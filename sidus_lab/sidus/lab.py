"""A site as a notebook sees it: from a `Lab` come its images, its nodes and its jobs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, overload

from sidus_lab import html
from sidus_lab.actions import Action
from sidus_lab.nodeset import fold
from sidus_lab.sidus import answers, garbage, images, jobs
from sidus_lab.sidus.answers import Catalogue
from sidus_lab.sidus.checks import Checks
from sidus_lab.sidus.consoles import Consoles
from sidus_lab.sidus.damage import Found
from sidus_lab.sidus.history import Collected
from sidus_lab.sidus.images import Image
from sidus_lab.sidus.inventory import InventoryEntry
from sidus_lab.sidus.jobs import Job
from sidus_lab.sidus.newcomers import Newcomers
from sidus_lab.sidus.node import Node
from sidus_lab.sidus.nodes import Nodes
from sidus_lab.sidus.power import Power
from sidus_lab.sidus.rebuilt import Rebuilt
from sidus_lab.sidus.seen import Seen
from sidus_lab.sidus.served import Serving
from sidus_lab.sidus.server import Server
from sidus_lab.sidus.settings import SiteSettings
from sidus_lab.sidus.versions import Published, Tag


class Lab:
    """A SIDUS site, over SSH or from a recording. Made by `connect` or `replay`.

    Every question is asked of the server; what a lab shows is what it saw last, and `refresh` looks again.

    Attributes
    ----------
    server : Server
        The connection.
    consoles : Consoles or None
        What can show the nodes' consoles, where this site has something that can.

    Examples
    --------
    >>> lab
    <Lab me@host:22, site /srv/sidus; published: not looked at yet: lab.refresh(); nodes: not looked at yet: ...>
    >>> lab.refresh()
    <Lab ...; published: small@aaaaaaaaaaaa (seen just now); nodes: node[1-4] (seen just now)>
    >>> lab.nodes().names
    ['node1', 'node2', 'node3', 'node4']
    """

    def __init__(self, server: Server, identity: Path | None = None, consoles: Consoles | None = None) -> None:
        self.server = server
        self.consoles = consoles
        self._identity = identity
        self._nodes: dict[str, Node] = {}
        self._catalogue: Seen[Catalogue] = Seen("lab.refresh()")
        self._names: Seen[list[str]] = Seen("lab.refresh()")

    def __enter__(self) -> Lab:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connections to the server and the nodes; what runs there goes on."""
        for node in self._nodes.values():
            node.forget()
        self.server.close()

    def refresh(self) -> Lab:
        """Look at the images and the inventory again."""
        self._look()
        self.nodes()
        return self

    # The site

    def init(
        self,
        *,
        url: str | None = None,
        authorize: str | None = None,
        revoke: str | None = None,
        privilege: str | None = None,
    ) -> SiteSettings:
        """Make the site on the server, or change its settings; give them as they are then.

        Parameters
        ----------
        url : str
            What the nodes reach the site's web server by, such as ``http://10.0.0.1``.
        authorize : str
            An OpenSSH public key line that may log in to the nodes as root.
        revoke : str
            A key line that no longer may; with `authorize`, the new key takes its place in one step. Nodes that run
            keep the keys they were started with, and are proven no more until they are started again.
        privilege : str
            ``root``, ``sudo`` or ``userns``; the first of root, userns, sudo that works by default.
        """
        words = ["init"]
        given = (("web-root-url", url), ("authorize", authorize), ("revoke", revoke), ("privilege", privilege))
        for option, value in given:
            if value is not None:
                words += [f"--{option}", value]
        return answers.settings(self.server.call(*words))

    def check(self) -> Checks:
        """Give one line for each thing that the server needs, with a hint where it is missing."""
        found = self.server.call("check", "--part", "build", "--part", "boot")
        return answers.checks(found, self.server.name, self.server.site)

    @property
    def site(self) -> Serving:
        """The services that hand the site to its nodes on a network: DHCP, TFTP, names, web server."""
        return Serving(self.server)

    def doctor(self, *, mend: bool = False) -> Checks:
        """Look for what is damaged or left behind on the server: every published file is hashed anew.

        Nothing is changed unless `mend` is true; then a damaged job is moved to the site's folder ``attic``.
        """
        return answers.doctor(self.server.call("doctor", *(["--mend"] if mend else [])), self.server.site)

    # Images

    def build(
        self, recipe: str | bytes | Path | Mapping[str, object], *, force: bool = False, message: str = ""
    ) -> Action[Image]:
        """Build an image from a recipe (TOML text, a path, or a mapping), and say why; see `images.build`."""
        return images.build(self.server, recipe, force=force, message=message)

    def images(self) -> Found[Image]:
        """Give all images of the site; its `damaged` names versions and published folders that are not whole."""
        found = self._look()
        return Found((self._image(name, found) for name in found.images), found.damaged)

    def image(self, name: str) -> Image:
        """Give one image by its name. Raises `SidusError` when there is none."""
        return self._image(name, self._look())

    def published(self) -> Found[Published]:
        """Give all published versions, newest first; `damaged` as that of `images`."""
        found = self._look()
        return Found(found.published, found.damaged)

    @overload
    def gc(self, *, dry_run: Literal[True], keep: int = ..., days: float = ...) -> Collected: ...

    @overload
    def gc(self, *, dry_run: Literal[False] = ..., keep: int = ..., days: float = ...) -> Action[Collected]: ...

    def gc(
        self, *, dry_run: bool = False, keep: int = garbage.KEEP, days: float = garbage.DAYS
    ) -> Collected | Action[Collected]:
        """Let old versions go that nobody needs, what was published of them, and what ended jobs left.

        What a node boots, booted last or proved, what is tagged or held for a run, the newest `keep` versions of each
        image and those younger than `days` stay, always. With `dry_run`, only say what would go, how much it frees and
        what keeps the rest.
        """
        return (garbage.preview if dry_run else garbage.collect)(self.server, keep, days)

    def release(self, why: str) -> None:
        """Let go what was held for a reason, such as a run: it may go with the next `gc`. Raises `SidusError`."""
        self.server.call("image", "release", f"--for={why}")

    def tags(self) -> list[Tag]:
        """Ask for all tags: each says which version it means, and what that is published as."""
        return answers.tags(self.server.call("image", "tags"))

    # Nodes

    def nodes(self, nodeset: str = "") -> Nodes:
        """Give nodes by their names in folded form, such as ``node[1-4]``; all of them by default.

        Entries of the inventory that are not whole are named in `damaged` of what this gives, and shown with it.
        """
        found = answers.inventory(self.server.call("node", "list", *([nodeset] if nodeset else [])))
        if not nodeset:
            self._names.note([entry.name for entry in found])
        nodes = Nodes(self.server, [self._node(entry) for entry in found])
        nodes.damaged = found.damaged
        return nodes

    def node(self, name: str) -> Node:
        """Give one node by its name."""
        return self.nodes(name)[0]

    def add_node(
        self,
        name: str,
        *,
        mac: str,
        address: str,
        power: Power,
        ssh_port: int = 22,
        replace: bool = False,
    ) -> Node:
        """Take a node into the inventory; the server makes its host key.

        Parameters
        ----------
        mac : str
            The address of the network card that it boots by.
        address : str
            Where its SSH answers, as the server reaches it.
        power : Power
            How it is switched on and off: ``Ipmi``, ``Redfish``, ``WakeOnLan``, ``PowerCommand`` or ``ByHand``.
        replace : bool
            Let a known node have these facts; it keeps its host key and its assignment.
        """
        words = ["node", "add", name, "--mac", mac, "--address", address, "--ssh-port", str(ssh_port)]
        words += ["--power", power.kind, *power.words(), *(["--replace"] if replace else [])]
        self.server.call(*words, data=power.secret().encode())
        return self.node(name)

    def import_nodes(self, nodes: str | bytes | Path, *, power: str = "by-hand") -> Nodes:
        """Take many nodes into the inventory: all of a list, or none and every bad line named (`ServerError`).

        `nodes` is a path, or the text itself: CSV with the columns ``name``, ``mac`` and, where wanted, ``address``,
        ``ssh_port``, ``power``, ``password`` and words of a kind of power (``bmc_host``, ``bmc_user``); lines of
        ``/etc/ethers``; or the leases of dnsmasq. Where the site gives the addresses, a line without one gets the next
        that is free. `power` is the kind of lines that name none.
        """
        data = nodes.read_bytes() if isinstance(nodes, Path) else nodes.encode() if isinstance(nodes, str) else nodes
        found = answers.inventory(self.server.call("node", "import", "--power", power, data=data))
        return Nodes(self.server, [self._node(entry) for entry in found])

    def newcomers(self) -> Newcomers:
        """Give the machines that asked to boot and are in no inventory: card, maker, serial number, since when."""
        return answers.newcomers(self.server.call("node", "newcomers"))

    def adopt(self, mac: str, *, name: str, power: Power, address: str = "", ssh_port: int = 22) -> Node:
        """Take a newcomer into the inventory, by the card that it asked by.

        Without an `address` it gets the next that is free, where the site gives the addresses; the rest is as in
        `add_node`. It looks again every 20 seconds: assigned and ordered (`Nodes.boot`), it starts.
        """
        words = ["node", "adopt", mac, name, "--ssh-port", str(ssh_port), "--power", power.kind, *power.words()]
        self.server.call(*words, *(["--address", address] if address else []), data=power.secret().encode())
        return self.node(name)

    def remove_nodes(self, nodeset: str) -> list[str]:
        """Take nodes out of the inventory, with their keys; give their names."""
        return answers.removed(self.server.call("node", "remove", nodeset))

    # Jobs

    def jobs(self) -> Found[Job]:
        """Give all jobs, newest first; its `damaged` names folders that are no whole job."""
        return jobs.listing(self.server)

    def follow(self, job: str) -> Action[Image | Published | Rebuilt | Collected]:
        """Follow a job again, whoever started it: to the image, what was published, what was found, or what went."""
        return jobs.follow(self.server, job)

    # What was seen

    def _look(self) -> Catalogue:
        return self._catalogue.note(answers.catalogue(self.server.call("image", "list")))

    def _image(self, name: str, found: Catalogue) -> Image:
        image = Image(self.server, name)
        image.take(found.images)
        return image

    def _node(self, entry: InventoryEntry) -> Node:
        """Give the node that is known already, unless it is another machine now."""
        node = self._nodes.get(entry.name)
        reached = (entry.host_key, entry.address, entry.ssh_port)
        if node is None or (node.entry.host_key, node.entry.address, node.entry.ssh_port) != reached:
            node = self._nodes[entry.name] = Node(self.server, entry, self._identity, self.consoles)
        node.take(entry)
        return node

    def _facts(self) -> list[tuple[str, str]]:
        catalogue, names = self._catalogue.value, self._names.value
        facts = [("server", self.server.name), ("site", self.server.site)]
        published = ", ".join(each.name for each in catalogue.published) or "nothing yet" if catalogue else ""
        known = fold(names) or "none yet" if names is not None else ""
        for name, text, words in (
            ("published", published, self._catalogue.words),
            ("nodes", known, self._names.words),
        ):
            facts.append((name, f"{text} ({words})" if text else words))
        return facts

    def __repr__(self) -> str:
        rest = "; ".join(f"{name}: {value}" for name, value in self._facts()[2:])
        return f"<Lab {self.server.name}, site {self.server.site}; {rest}>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        facts = self._facts()
        return html.mimebundle("\n".join(f"{name}: {value}" for name, value in facts), html.definitions(facts))
