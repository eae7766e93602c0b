"""Sizes on the disk: as programs say them, and as they are."""

from __future__ import annotations

import re
from pathlib import Path

_UNITS = {"kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}


def freed(said: str) -> int:
    """The size in what `ostree prune` says, in bytes: "freeing 430.7 MB"; 0 where it says none."""
    match = re.search(r"freeing ([0-9.]+)\s*([a-zA-Z]+)", said.replace("\u00a0", " "))
    return int(float(match.group(1)) * _UNITS.get(match.group(2), 1)) if match else 0


def taken(path: Path) -> int:
    """What a file, or a folder with all in it, takes of the disk, in bytes."""
    every = [path, *path.rglob("*")] if path.is_dir() else [path]
    return sum(each.lstat().st_blocks * 512 for each in every)
