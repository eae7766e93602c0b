"""A practice site beside the embedded lab: one of its own with a copy of what is published, to be damaged in drills."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from sidus_lab.embedded.lab import Embedded, Say, silent
from sidus_lab.embedded.machine import Machine, default_machines
from sidus_lab.errors import SidusError
from sidus_lab.sidus import Lab

MARK = "practice"  # the folder by which a practice site is known, as drill.copy says


def practice(
    of: Embedded | None = None,
    machines: Sequence[Machine] | None = None,
    *,
    home: Path | None = None,
    say: Say = silent,
) -> Lab:
    """Bring up a practice site with a copy of what a lab published last, and give the connection to it.

    The lab itself is only read, and need not be up. ``practice_lab().down()`` ends it.

    Parameters
    ----------
    of : Embedded
        The lab to take the image from; the one of this machine by default.
    machines : sequence of Machine
        Its nodes; by default one (it takes 1 GiB of memory while it runs).
    home : path
        Where it lives; by default beside the lab's home.

    Raises `SidusError` when the lab has published nothing, or the site does not come up.

    >>> try:
    ...     sl.embedded.practice(sl.embedded.Embedded(folder.parent / "lab"))
    ... except sl.SidusError as error:
    ...     print(error.message)
    The lab has published nothing that could be copied.
    """
    lab = of or Embedded()
    found = practice_lab(lab, home)
    if lab.home.root == found.home.root:
        raise SidusError("A practice site needs a home of its own.", hint="practice(home=another folder)")
    newest = _newest(lab.home.site / "published")
    _copy(newest, found.home.site / "published" / newest.name, say)
    (found.home.site / MARK).mkdir(exist_ok=True)
    with contextlib.suppress(OSError):  # what KVM's probe found holds for both
        shutil.copy2(lab.home.root / "kvm.json", found.home.root)
    return found.up(machines or default_machines(1), say=say)


def practice_lab(of: Embedded | None = None, home: Path | None = None) -> Embedded:
    """Give the practice site of a lab, up or not.

    >>> sl.embedded.practice_lab(sl.embedded.Embedded(folder.parent / "lab")).home.root.name
    'lab-practice'
    """
    root = (of or Embedded()).home.root
    return Embedded(home or root.with_name(f"{root.name}-practice"))


def _newest(published: Path) -> Path:
    """Give the folder that was published last."""
    found = [path for path in published.glob("*") if (path / "manifest.json").is_file()]
    if not found:
        raise SidusError(
            "The lab has published nothing that could be copied.", hint="lab.build(recipe).result().publish().result()"
        )
    return max(found, key=lambda path: (path / "manifest.json").stat().st_mtime)


def _copy(source: Path, target: Path, say: Say) -> None:
    """Copy a published folder whole, or not at all; one that is there is left, a drill mends it."""
    if target.exists():
        return
    say(f"copying the published image {source.name[:12]}")
    aside = target.with_name(f".{target.name[:12]}.{os.getpid()}.part")
    aside.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    try:
        shutil.copytree(source, aside)
        aside.rename(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
