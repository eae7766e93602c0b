"""The front door to a site: `connect` gives a `Lab`, and from it come its images, its nodes and its jobs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sidus_lab import actions, html
from sidus_lab.actions import Action, Control
from sidus_lab.sidus import images
from sidus_lab.sidus.checks import Check, Checks, from_server
from sidus_lab.sidus.images import Image, Published
from sidus_lab.sidus.nodes import Node, Nodes
from sidus_lab.sidus.server import Server
from sidus_lab.transport import Transport

DEFAULT_SITE = "/srv/sidus"


class Lab:
    """A SIDUS site over SSH. Made by `connect`. Everything it says is read from the server when asked."""

    def __init__(self, server: Server, identity: Path | None = None) -> None:
        self.server = server
        self._identity = identity
        self._nodes: dict[str, Node] = {}

    def __enter__(self) -> Lab:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the connections to the server and the nodes; what runs there goes on."""
        for node in self._nodes.values():
            node.forget()
        self.server.close()

    def init(
        self, *, url: str | None = None, authorize: str | None = None, privilege: str | None = None
    ) -> dict[str, Any]:
        """Make the site on the server, or change its facts.

        Parameters
        ----------
        url : str
            What the nodes reach the site's web server by, such as ``http://10.0.0.1``.
        authorize : str
            An OpenSSH public key line that may log in to the nodes as root.
        privilege : str
            ``root``, ``sudo`` or ``userns``; the first of root, userns, sudo that works by default.
        """
        words = ["init"]
        for option, value in (("--web-root-url", url), ("--authorize", authorize), ("--privilege", privilege)):
            if value is not None:
                words += [option, value]
        return dict(self.server.call(*words))

    def check(self) -> Checks:
        """Give one line for each thing that the server needs, with a hint where it is missing."""
        found = self.server.call("check", "--part", "build", "--part", "boot")
        checks = from_server(self.server.name, found)
        site = Check(
            "site", bool(found["site"]), str(found["site"] or self.server.site), "" if found["site"] else "lab.init()"
        )
        return Checks(checks.where, [*checks.rows, site], checks.install)

    def build(self, recipe: str | bytes | Path | Mapping[str, Any], *, force: bool = False) -> Action[Image]:
        """Build an image from a recipe (TOML text, a path, or a mapping); see `images.build`."""
        return images.build(self.server, recipe, force=force)

    def images(self) -> list[Image]:
        """Give all images of the site."""
        return [Image(self.server, entry["name"]) for entry in self.server.call("image", "list")["images"]]

    def image(self, name: str) -> Image:
        """Give one image by its name."""
        return Image(self.server, name)

    def published(self) -> list[Published]:
        """Give all published versions, newest first."""
        return [Published(manifest) for manifest in self.server.call("image", "list")["published"]]

    def nodes(self, nodeset: str = "") -> Nodes:
        """Give nodes by their names in folded form, such as ``node[1-4]``; all of them by default."""
        entries = self.server.call("node", "list", *([nodeset] if nodeset else []))["nodes"]
        chosen: list[Node] = []
        for entry in entries:
            known = self._nodes.get(entry["name"])
            if (
                known is None
                or known.entry["host_key"] != entry["host_key"]
                or known.entry["ssh_port"] != entry["ssh_port"]
            ):
                known = self._nodes[entry["name"]] = Node(self.server, entry, self._identity)
            known.entry = entry
            chosen.append(known)
        return Nodes(self.server, chosen)

    def node(self, name: str) -> Node:
        """Give one node by its name."""
        return next(iter(self.nodes(name)))

    def add_node(
        self,
        name: str,
        *,
        mac: str,
        address: str,
        bmc: str,
        bmc_user: str,
        bmc_password: str,
        ssh_port: int = 22,
        bmc_port: int = 623,
        bmc_cipher: int | None = None,
        replace: bool = False,
    ) -> Node:
        """Take a node into the inventory; the server makes its host key. With `replace`, a known one gets new facts."""
        words = ["node", "add", name, "--mac", mac, "--address", address, "--ssh-port", str(ssh_port)]
        words += ["--bmc-host", bmc, "--bmc-port", str(bmc_port), "--bmc-user", bmc_user]
        words += ["--bmc-cipher", str(bmc_cipher)] if bmc_cipher is not None else []
        words += ["--replace"] if replace else []
        self.server.call(*words, data=bmc_password.encode())
        return self.node(name)

    def remove_nodes(self, nodeset: str) -> list[str]:
        """Take nodes out of the inventory, with their keys."""
        return list(self.server.call("node", "remove", nodeset)["removed"])

    def jobs(self) -> list[dict[str, Any]]:
        """Give all jobs, newest first: id, operation, state, created, elapsed, last, error."""
        return list(self.server.call("job", "list")["jobs"])

    def follow(self, job: str) -> Action[Any]:
        """Follow a job again, whoever started it; its value is what the job gives."""

        def work(control: Control) -> Any:
            return self.server.follow(job, control)

        return actions.start(work, name=f"job {job}")

    def __repr__(self) -> str:
        return f"<Lab {self.server.name}, site {self.server.site}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        published = self.published()
        nodes = self.server.call("node", "list")["nodes"]
        facts = [
            ("server", self.server.name),
            ("site", self.server.site),
            (
                "published",
                ", ".join(f"{p.manifest['image']}@{p.manifest['version']}" for p in published) or "nothing yet",
            ),
            ("nodes", ", ".join(node["name"] for node in nodes) or "none yet"),
        ]
        plain = "\n".join(f"{name}: {value}" for name, value in facts)
        return html.mimebundle(plain, html.definitions(facts))


def connect(
    host: str,
    *,
    site: str = DEFAULT_SITE,
    port: int | None = None,
    user: str | None = None,
    identity: Path | str | None = None,
    known_hosts: Path | str | None = None,
    config: Path | str | None = None,
) -> Lab:
    """Connect to a SIDUS server over SSH.

    The server's host key must be on record (``sidus_lab.trust`` puts it there); whatever is not given is taken from the
    user's ssh configuration (ssh_config(5)). The key that opens this connection also opens those to the nodes.

    Parameters
    ----------
    host : str
        A host name, an address, or an alias of the ssh configuration.
    site : str
        The site's folder on the server.
    identity, known_hosts, config : path
        A private key, a known_hosts file, and an ssh configuration file to use instead of the user's.

    Raises
    ------
    ConnectError
        With what to do next: unknown or changed host key, key not accepted, nothing there, server frozen.
    """
    from sidus_lab import ssh

    def path(value: Path | str | None) -> Path | None:
        return None if value is None else Path(value).expanduser()

    def open_transport() -> Transport:
        return ssh.connect(
            host, port=port, user=user, identity=path(identity), known_hosts=path(known_hosts), config=path(config)
        )

    return Lab(Server(open_transport, site), path(identity))
