"""The nodes' addresses and names, as dnsmasq reads them: written with every change of the inventory."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import Iterable

from .. import files
from . import settings, taken
from .dnsmasq import Dnsmasq, Named, node_files
from .service import Place


def write(site: Path, nodes: Iterable[Named]) -> None:
    """Write the two files of the nodes when they are not so already, and let dnsmasq read them; nothing where the site
    is not served.

    Raises CtlError as `settings.read`, or OSError.
    """
    serving = settings.read(site)
    if serving is None:
        return
    place = Place(site, serving)
    changed = False
    for name, text in node_files(place, nodes).items():
        path = place.folder / name
        if content(path) != text.encode():
            files.write(path, text.encode())
            changed = True
    if changed:
        _read_again(place)


def content(path: Path) -> "bytes | None":
    """The content of a file, or None where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _read_again(place: Place) -> None:
    """Tell dnsmasq; when it does not run it reads them at its next start."""
    with contextlib.suppress(OSError, ValueError):
        pid = int((place.run / "dnsmasq.pid").read_text(encoding="ascii"))
        # The number may be another program's by now.
        if taken.configuration_of(taken.words_of(pid)) == place.folder / Dnsmasq.file:
            os.kill(pid, signal.SIGHUP)
