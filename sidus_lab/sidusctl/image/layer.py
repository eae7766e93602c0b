"""The half of a change that runs in a namespace of its own: a version below, a layer over it, and what both show.

The version's files are hard links into the repository, and no program may write to one: each sees them through an
overlay, whose upper folder takes every change. The namespace ends with the process, however it ends, and its mounts
with it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TypedDict

from .. import files, shapes
from ..errors import CtlError
from ..privilege import Privilege
from ..site import Site
from . import build, change_plan, inside, mmdebstrap, recipe, watch
from .store import Store

ORDER, CHANGE, MADE = "order.json", "change.json", "made.json"


class Order(TypedDict):
    """What to make: on which commit, for which image, and what the new version says of itself."""

    parent: str
    image: str
    info: shapes.VersionInfo


def run(site: Site, work: Path) -> int:
    """Make the change that lies in `work`, with privilege already taken; gives the exit code."""
    try:
        return _run(site, work)
    except CtlError as error:
        inside.say_error(error)
        return 1


def _run(site: Site, work: Path) -> int:
    order: Order = json.loads((work / ORDER).read_text(encoding="utf-8"))
    wanted = recipe.check(json.loads((work / "recipe.json").read_text(encoding="utf-8")))
    apt = change_plan.apt_words(change_plan.of_step(json.loads((work / CHANGE).read_text(encoding="utf-8"))))
    store = Store(site.repo, Privilege("root"))  # whoever called: in this namespace it is root
    store.checkout(order["parent"], work / "low")
    tree = _over(work, in_userns=site.privilege().mode == "userns")
    argv = mmdebstrap.command_on(wanted, tree, apt, watch.own(site.root, "_inside", work))
    code = subprocess.run(argv, stdin=subprocess.DEVNULL, check=False).returncode
    if code != 0:
        return code
    for folder in build.APT_FOLDERS:
        os.rmdir(tree / folder)
    inside.say("step commit")
    facts, lock = build.read_facts(tree), build.read_lock(tree)
    info: shapes.VersionInfo = {**order["info"], "packages": len(lock), "kernel": facts.get("kernel", "")}
    version, is_new = store.commit(order["image"], tree, info, consume=False)
    files.write_json(work / MADE, {"commit": version.commit, "new": is_new})
    return 0


def _over(work: Path, *, in_userns: bool) -> Path:
    """Mount the overlay; names are given without their folder, whose name might hold a comma or a colon."""
    tree = work / "tree"
    for name in ("up", "over", "tree"):
        (work / name).mkdir()
    below = os.stat(work / "low")
    os.chown(work / "up", below.st_uid, below.st_gid)
    os.chmod(work / "up", below.st_mode & 0o7777)  # the root of what both show is that of the layer
    options = "lowerdir=low,upperdir=up,workdir=over" + (",userxattr" if in_userns else "")
    words = ["mount", "-t", "overlay", "overlay", "-o", options, "tree"]
    done = subprocess.run(
        words, cwd=work, stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=subprocess.PIPE, check=False
    )
    if done.returncode != 0:
        raise CtlError(
            "no-overlay",
            "The server cannot mount an overlay over a version.",
            hint="build the image whole from its recipe; for an ordinary user this needs Linux 5.11",
            detail=done.stderr.decode(errors="replace")[-500:],
        )
    # It leads to a file that a node makes when it boots, and mmdebstrap would follow it.
    resolver = tree / "etc/resolv.conf"
    if resolver.is_symlink():
        resolver.unlink()
    return tree
