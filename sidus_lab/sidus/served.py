"""How a site is served on a network: what `Lab.site` plans, brings up, takes down and checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sidus_lab.sidus import answers
from sidus_lab.sidus.checks import Checks
from sidus_lab.sidus.planned import SiteDown, SitePlan, SiteUp
from sidus_lab.sidus.server import Server

_UP_TIMEOUT = 300.0  # seconds: two services may be waited for, and put back
Dhcp = Literal["own", "proxy", "none"]


@dataclass(frozen=True)
class Serving:
    """The services of a site, on one of the server's interfaces. Made by `Lab.site`.

    >>> lab.site  # doctest: +SKIP
    <the services of me@host:22, site /srv/sidus: plan, up, down, check>
    """

    server: Server

    def plan(
        self,
        interface: str,
        *,
        dhcp: Dhcp = "own",
        range: str = "",  # noqa: A002 - the word of every DHCP server
        domain: str = "lab",
        port: int = 80,
        known_only: bool = False,
    ) -> SitePlan:
        """Say what `up` would write and start, in words and as files; nothing is changed.

        Parameters
        ----------
        interface : str
            The server's network card that leads to the machines, such as ``eth1``; it has an IPv4 address.
        dhcp : str
            Who gives addresses. ``own``: this site. ``proxy``: a server that is there already, and this site only says
            what to boot. ``none``: another server does both; `SitePlan.lines` is what its administrator needs.
        range : str
            Addresses for machines that are not in the inventory, ``FIRST-LAST`` or ``none``; chosen by default.
        domain : str
            The nodes' domain.
        port : int
            The TCP port of the site's web server.
        known_only : bool
            Leave machines alone that are not in the inventory.

        Raises
        ------
        ServerError
            For an interface that cannot be served on: ``no-interface``, ``no-link``, ``no-address``, ``no-ipv4``,
            ``overlap``; and for what was asked: ``bad-range``, ``bad-domain``, ``bad-port``.
        """
        words = _words(interface, dhcp, range, domain, port, known_only)
        return answers.site_plan(self.server.call("site", "plan", *words))

    def up(
        self,
        interface: str,
        *,
        dhcp: Dhcp = "own",
        range: str = "",  # noqa: A002 - the word of every DHCP server
        domain: str = "lab",
        port: int = 80,
        known_only: bool = False,
    ) -> SiteUp:
        """Do what `plan` says; done again, it changes only what is not so yet, and leaves the rest running.

        Takes what `plan` takes. When a service does not start, all is as it was before.

        Raises
        ------
        ServerError
            As `plan`, and for what stands in the way: ``dhcp-there``, ``no-dhcp``, ``port-taken``, ``missing-program``,
            ``need-root``, ``busy``, ``service-failed``.
        """
        words = _words(interface, dhcp, range, domain, port, known_only)
        return answers.site_up(self.server.call("site", "up", *words, timeout=_UP_TIMEOUT))

    def down(self) -> SiteDown:
        """Stop the services and take away what was written for them; images, nodes and the URL stay."""
        return answers.site_down(self.server.call("site", "down"))

    def check(self) -> Checks:
        """Ask as a machine would that boots: address, boot file for BIOS and UEFI, TFTP, HTTP, name, clock, free space.

        It takes some seconds: a second DHCP server, which it looks for, may be a slow one.
        """
        return answers.site_check(self.server.call("site", "check"), f"{self.server.name}, site {self.server.site}")

    def __repr__(self) -> str:
        return f"<the services of {self.server.name}, site {self.server.site}: plan, up, down, check>"


def _words(interface: str, dhcp: str, range_: str, domain: str, port: int, known_only: bool) -> list[str]:
    words = ["--interface", interface, "--dhcp", dhcp, "--range", range_, "--domain", domain, "--port", str(port)]
    return [*words, "--known-only"] if known_only else words
