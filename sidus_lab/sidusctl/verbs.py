"""The verbs of the site itself, with their examples."""

from __future__ import annotations

from . import damage, doctor, shapes
from . import site as sites
from .check import check
from .grammar import Given, Verb, word
from .needs import PARTS
from .node import inventory
from .privilege import MODES
from .site import Site


def _init(site: Site, given: Given) -> shapes.Site:
    facts = sites.init(
        site, mode=given.privilege, url=given.web_root_url, authorize=given.authorize, revoke=given.revoke
    )
    inventory.derive(site)
    return facts


def _check(site: Site, given: Given) -> shapes.Check:
    return {**check(site, given.part or PARTS), "damaged": damage.listing(site)}


def _doctor(site: Site, given: Given) -> shapes.Doctor:
    return doctor.look(site, mend=given.mend)


VERBS = (
    Verb(
        "doctor",
        "find what is damaged or left behind in the site's folder, and mend it",
        _doctor,
        (shapes.Doctor,),
        """\
Examples:
  sidusctl doctor
  sidusctl doctor --mend
Nothing is changed without --mend; a damaged job is then moved to the folder attic, and never deleted.""",
        (word("--mend", action="store_true", help="mend what can be mended without losing anything"),),
    ),
    Verb(
        "init",
        "make a site, or change its URL, privilege or keys",
        _init,
        (shapes.Site,),
        """\
Example:
  sidusctl --site /srv/sidus init --web-root-url http://10.0.0.1:8080 --authorize "ssh-ed25519 AAAA... me@here"
  sidusctl --site /srv/sidus init --authorize "ssh-ed25519 NEW..." --revoke "ssh-ed25519 OLD..."
Run again, it changes only what it is told to change. Nodes that run keep the keys they were started with, and are
proven no more until they are started again.""",
        (
            word("--privilege", choices=MODES, help="default: the first of {} that works".format(", ".join(MODES))),
            word("--web-root-url", metavar="URL", help="what the nodes reach the site's folder by"),
            word(
                "--authorize",
                action="append",
                default=[],
                metavar="KEY",
                help="public key that may log in to nodes as root",
            ),
            word(
                "--revoke",
                action="append",
                default=[],
                metavar="KEY",
                help="public key that may no longer log in to nodes, from their next start on",
            ),
        ),
    ),
    Verb(
        "check",
        "say what is there and what is missing",
        _check,
        (shapes.Check,),
        """\
Example:
  sidusctl check --part build --part boot
The value's "install" is the one command that installs what is missing.""",
        (word("--part", action="append", choices=PARTS, help="only what this part needs (may be repeated)"),),
    ),
)
