"""The verbs of an image's history, with their examples: they belong to the noun ``image``."""

from __future__ import annotations

from .. import shapes
from ..errors import Usage
from ..grammar import Given, Verb, word
from ..job.verbs import DETACH, KEY, start
from ..site import Site
from . import gc, holds, log
from .keeping import Policy


def _log(site: Site, given: Given) -> shapes.Log:
    return log.log(site, given.image)


def _hold(site: Site, given: Given) -> shapes.Holds:
    return {"holds": holds.hold(site, given.root, given.why)}


def _release(site: Site, given: Given) -> shapes.Holds:
    return {"holds": holds.release(site, given.why)}


def _gc(site: Site, given: Given) -> object:
    if given.keep < 1 or not 0 <= given.days < 1e6:
        raise Usage("At least 1 version of each image is kept, and days are 0 or more.")
    if given.dry_run:
        return gc.preview(site, Policy(given.keep, given.days))
    return start(site, given, "image gc", {"keep": given.keep, "days": given.days})


_WHY = word("--for", dest="why", required=True, metavar="TEXT", help="what it is held for, in one line")

VERBS = (
    Verb(
        "image log",
        "the versions of an image: when, by whom, why, what changed, and who boots it",
        _log,
        (shapes.Log,),
        """\
Example:
  sidusctl image log debian12
"booted" are nodes whose newest ordered start was told to boot it; whether one is on, node status says.""",
        (word("image", metavar="NAME"),),
    ),
    Verb(
        "image hold",
        "let published versions stay, whatever gc takes, for a reason",
        _hold,
        (shapes.Holds,),
        """\
Example:
  sidusctl image hold 0f3c9a52... --for "run 20260131-120000"
A study holds what its nodes booted by itself.""",
        (word("root", metavar="ROOT_HASH", nargs="+"), _WHY),
    ),
    Verb(
        "image release",
        "let go what was held for a reason",
        _release,
        (shapes.Holds,),
        """\
Example:
  sidusctl image release --for "run 20260131-120000"
Nothing goes by this: it may go with the next gc.""",
        (_WHY,),
    ),
    Verb(
        "image gc",
        "let go old versions that nobody needs, what was published of them, and what ended jobs left",
        _gc,
        (shapes.Collected, shapes.Started),
        """\
Examples:
  sidusctl image gc --dry-run
  sidusctl image gc --keep 5 --days 90
What a node boots, booted last or proved, what is tagged or held, and the newest of each image stays, always.""",
        (
            word(
                "--dry-run",
                action="store_true",
                help="only say what would go, and what keeps the rest",
            ),
            word("--keep", type=int, default=3, metavar="N", help="newest of each image (default: %(default)s)"),
            word("--days", type=float, default=30.0, metavar="D", help="younger ones stay too (default: %(default)g)"),
            DETACH,
            KEY,
        ),
    ),
)
