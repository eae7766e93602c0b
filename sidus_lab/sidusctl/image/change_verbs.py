"""The verbs that make a new version on another one, with their examples."""

from __future__ import annotations

from .. import shapes
from ..grammar import Given, Verb, word
from ..job.verbs import DETACH, KEY, start
from ..site import Site
from . import messages
from .change_plan import Change

IMAGE = word("image", metavar="NAME[@VERSION]|TAG")
_PACKAGES = word("packages", metavar="PACKAGE", nargs="+")
_COMMON = (messages.MESSAGE, DETACH, KEY)


def _start(site: Site, given: Given, change: Change) -> object:
    request: shapes.Request = {"image": given.image, "step": change.to_step()}
    if given.message:
        request["message"] = messages.check(given.message)
    return start(site, given, "image " + change.kind, request)


def _install(site: Site, given: Given) -> object:
    return _start(site, given, Change("install", tuple(given.packages)))


def _remove(site: Site, given: Given) -> object:
    return _start(site, given, Change("remove", tuple(given.packages)))


def _run(site: Site, given: Given) -> object:
    return _start(site, given, Change("run", (given.command,)))


def _rebuild(site: Site, given: Given) -> object:
    return start(site, given, "image rebuild", {"image": given.image})


VERBS = (
    Verb(
        "image install",
        "a new version with more packages, made on another one in seconds",
        _install,
        (shapes.Build, shapes.Started),
        """\
Examples:
  sidusctl image install debian12 hwloc
  sidusctl image install debian12@5b53c6a1f0e2 fio=3.33-3 numactl --message "disks are measured too"
The version below stays as it is. The new one is the image's newest; it says what it was made on and by which step, and
has the recipe that says the same. Questions that a package asks get their default answers, as in a whole build.""",
        (IMAGE, _PACKAGES, *_COMMON),
    ),
    Verb(
        "image remove",
        "a new version without some packages, and without what came for them alone",
        _remove,
        (shapes.Build, shapes.Started),
        """\
Example:
  sidusctl image remove debian12 fio
Refused where another package of the recipe would go with it, or what a node needs to boot.""",
        (IMAGE, _PACKAGES, *_COMMON),
    ),
    Verb(
        "image run",
        "a new version by one command for the shell, run in the tree of another one",
        _run,
        (shapes.Build, shapes.Started),
        """\
Examples:
  sidusctl image run debian12 'systemctl mask apt-daily.timer'
  sidusctl image run debian12 'echo vm.swappiness=1 > /etc/sysctl.d/swap.conf' --message "no swapping"
It runs as root of the tree, without a terminal, with the network and the package lists; the recipe gets it as its last
command. Nothing is started or stopped on this server.""",
        (IMAGE, word("command", metavar="COMMAND"), *_COMMON),
    ),
    Verb(
        "image rebuild",
        "make a version again from what the site has kept of it, and name what differs",
        _rebuild,
        (shapes.Rebuilt, shapes.Started),
        """\
Examples:
  sidusctl image rebuild debian12
  sidusctl image rebuild debian12@5b53c6a1f0e2
From the very packages and package lists that it was made from, kept by their SHA-256; no archive is asked. It is made
whole, also when it was made on another version in seconds. The new tree is compared, file by file, and not kept.""",
        (IMAGE, DETACH, KEY),
    ),
)
