"""What a kind of service must say. One file a kind; `kinds.SERVICES` is the list of them."""

from __future__ import annotations

from pathlib import Path
from typing import List, NamedTuple, Protocol, Tuple

from .. import shapes


class Place(NamedTuple):
    """What a service is made for: the site's folder, and how the site is served on its network."""

    site: Path
    serving: shapes.Serving

    @property
    def folder(self) -> Path:
        """Where all files of the services lie."""
        return self.site / "serve"

    @property
    def run(self) -> Path:
        """What the services write themselves: process numbers, leases, logs."""
        return self.folder / "run"

    @property
    def url(self) -> str:
        """What the nodes reach the site by."""
        port = self.serving["port"]
        return "http://{}{}".format(self.serving["address"], "" if port == 80 else ":{}".format(port))


class Port(NamedTuple):
    """A port that a service takes: ``tcp`` or ``udp``, address and number."""

    kind: str
    address: str
    number: int

    def __str__(self) -> str:
        return "{} port {} of {}".format(self.kind.upper(), self.number, self.address)


class Service(Protocol):
    """One program of the server, configured from the site's facts. Pure: nothing is written or started."""

    @property
    def name(self) -> str:
        """The word by which it is shown."""

    @property
    def text(self) -> str:
        """What it does for the site, in a few words."""

    @property
    def program(self) -> str:
        """The program, as the table of needs names it."""

    @property
    def file(self) -> str:
        """The name of its configuration in the folder of the services."""

    def configuration(self, place: Place) -> str:
        """The text of `file`.

        Raises CtlError ``cannot-serve`` for a place that it cannot serve.
        """

    def command(self, place: Place) -> List[str]:
        """The words that run it in the foreground, its program first."""

    def ports(self, place: Place) -> Tuple[Port, ...]:
        """What it listens on: it is up when it has all of them."""
