"""The verbs of services, with their examples."""

from __future__ import annotations

from .. import shapes
from ..grammar import Given, Group, Verb, word
from ..site import Site
from . import settings
from .kinds import SERVICES
from .service import Place


def _list(site: Site, _given: Given) -> shapes.Services:
    folder = settings.path(site.root).parent
    return {
        "services": [
            {"name": each.name, "text": each.text, "file": str(folder / each.file)} for each in SERVICES.values()
        ]
    }


def _show(site: Site, given: Given) -> shapes.ServiceShown:
    serving = settings.need(site.root, "serve it first; a plan shows what would be written")
    service, place = SERVICES[given.service], Place(site.root, serving)
    return {
        "name": service.name,
        "text": service.text,
        "file": str(place.folder / service.file),
        "content": service.configuration(place),
        "command": service.command(place),
    }


GROUP = Group(
    "serve",
    "the programs that hand the site to its nodes",
    (
        Verb(
            "serve list",
            "the services that a site needs, and where their configurations lie",
            _list,
            (shapes.Services,),
            """\
Example:
  sidusctl serve list""",
        ),
        Verb(
            "serve show",
            "the configuration of one of them, as `site up` writes it for this site",
            _show,
            (shapes.ServiceShown,),
            """\
Example:
  sidusctl serve show nginx
The value's "command" runs it in the foreground.""",
            (word("service", choices=tuple(SERVICES), metavar="SERVICE"),),
        ),
    ),
    """\
Example:
  sidusctl serve show nginx""",
)
