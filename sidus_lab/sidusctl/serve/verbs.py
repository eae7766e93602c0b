"""The verbs of services, with their examples."""

from __future__ import annotations

from .. import shapes
from ..grammar import Given, Group, Verb, word
from ..site import Site
from .kinds import SERVICES
from .service import Place


def _list(_site: Site, _given: Given) -> shapes.Services:
    return {"services": [{"name": each.name, "text": each.text, "file": each.file} for each in SERVICES.values()]}


def _show(site: Site, given: Given) -> shapes.ServiceShown:
    service = SERVICES[given.service]
    return {
        "name": service.name,
        "text": service.text,
        "file": service.file,
        "content": service.configuration(Place(site.root, site.facts()["url"])),
        "after": list(service.after),
    }


GROUP = Group(
    "serve",
    "the services that hand the site to its nodes",
    (
        Verb(
            "serve list",
            "the services that a site needs, and where their configurations belong",
            _list,
            (shapes.Services,),
            """\
Example:
  sidusctl serve list""",
        ),
        Verb(
            "serve show",
            "the configuration that one of them needs for this site; nothing is written or started",
            _show,
            (shapes.ServiceShown,),
            """\
Example:
  sidusctl serve show nginx
The value's "content" belongs into "file"; then run the commands in "after".""",
            (word("service", choices=tuple(SERVICES), metavar="SERVICE"),),
        ),
    ),
    """\
Example:
  sidusctl serve show nginx""",
)
