"""What a kind of service must say. One file a kind; `kinds.SERVICES` is the list of them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Protocol, Tuple


class Place(NamedTuple):
    """What a service is made for: the site's folder, and the URL that the nodes reach it by."""

    site: Path
    url: str


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
        """Where its configuration belongs on a server."""

    @property
    def after(self) -> Tuple[str, ...]:
        """The commands that let it take up a new configuration."""

    def configuration(self, place: Place) -> str:
        """The text of `file`.

        Raises CtlError ``cannot-serve`` for a place that it cannot serve.
        """
