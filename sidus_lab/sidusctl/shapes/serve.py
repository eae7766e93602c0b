"""Services: `serve list`, `serve show`, and `site plan`, `up`, `down`, `check`."""

from __future__ import annotations

from typing import Dict, List, Literal, TypedDict

Dhcp = Literal["own", "proxy", "none"]


class Service(TypedDict):
    """A service that a site needs; `file` is where its configuration lies."""

    name: str
    text: str
    file: str


class Services(TypedDict):
    """`serve list`."""

    services: List[Service]


class ServiceShown(Service):
    """`serve show`: the text for `file`, and the command that runs the service with it, in the foreground."""

    content: str
    command: List[str]


class Serving(TypedDict):
    """serve/settings.json: how the site is served on its network.

    `first` and `last` bound the addresses for machines that are not in the inventory, both empty for none; `router` is
    empty where the nodes are given none; `known_only` leaves machines alone that are not in the inventory.
    """

    format: int
    interface: str
    address: str
    prefix: int
    dhcp: Dhcp
    first: str
    last: str
    router: str
    domain: str
    port: int
    known_only: bool


class PlannedFile(TypedDict):
    """A file that `site up` would write; `state` is what it would do with it. A binary has no `content`."""

    path: str
    state: Literal["new", "changed", "equal"]
    content: str


class PlannedService(TypedDict):
    """A service that `site up` would start: the name of its unit, and the words of its command."""

    name: str
    unit: str
    command: List[str]


class Obstacle(TypedDict):
    """What stands in the way of `site up`: one sentence, and what to do."""

    code: str
    why: str
    hint: str


class SitePlan(TypedDict):
    """`site plan`: what `site up` would write and start, in words and as files.

    `lines` are what the administrator of another DHCP server needs, by the name of that server's program; empty unless
    the addresses are given by another.
    """

    url: str
    words: List[str]
    files: List[PlannedFile]
    services: List[PlannedService]
    obstacles: List[Obstacle]
    lines: Dict[str, str]


class ServiceState(TypedDict):
    """What became of a service; `by` is what keeps it running."""

    name: str
    state: Literal["started", "restarted", "left alone", "stopped"]
    by: Literal["systemd", "process"]


class SiteUp(TypedDict):
    """`site up`."""

    url: str
    words: List[str]
    services: List[ServiceState]
    lines: Dict[str, str]


class SiteDown(TypedDict):
    """`site down`: the services that it stopped and the files that it took away."""

    services: List[ServiceState]
    removed: List[str]


class ProbeRow(TypedDict):
    """One question that was asked as a machine asks it, and what came back."""

    name: str
    ok: bool
    text: str
    hint: str


class SiteCheck(TypedDict):
    """`site check`."""

    rows: List[ProbeRow]
    ok: bool
