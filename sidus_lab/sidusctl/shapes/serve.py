"""Services: `serve list` and `serve show`."""

from __future__ import annotations

from typing import List, TypedDict


class Service(TypedDict):
    """A service that a site needs; `file` is where its configuration belongs."""

    name: str
    text: str
    file: str


class Services(TypedDict):
    """`serve list`."""

    services: List[Service]


class ServiceShown(Service):
    """`serve show`: the text for `file`, and the commands that let the service take it up."""

    content: str
    after: List[str]
