"""Where the system of a run's nodes came from, as it was stored with the run: ``origin.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sidus_lab.experiments.journal import RunError
from sidus_lab.sidus.versions import Package
from sidus_lab.sidusctl import files

NAME = "origin.json"
FORMAT = 1


@dataclass(frozen=True)
class BootedImage:
    """A version of an image that nodes of a run booted: its recipe, and its lock (every package, with its SHA-256)."""

    image: str
    version: str
    recipe: Mapping[str, object] = field(default_factory=dict, repr=False, hash=False)
    lock: tuple[Package, ...] = field(default=(), repr=False)

    def __str__(self) -> str:
        return f"{self.image}@{self.version}"


@dataclass(frozen=True)
class Origin:
    """The images that the nodes booted, by root hash, and the stages of their boots (node, stage, seconds)."""

    images: Mapping[str, BootedImage] = field(default_factory=dict, hash=False)
    stages: tuple[tuple[str, str, float], ...] = ()


def store(folder: Path, plain: Mapping[str, object]) -> None:
    """Write what a set of nodes says of its origin (see `machine.Provable`) into a run folder, as a whole."""
    text = json.dumps({"format": FORMAT, **plain}, indent=1, ensure_ascii=False)
    files.write(folder / NAME, (text + "\n").encode())


def read(folder: Path) -> Origin:
    """Return what is stored in a run folder; empty when nothing is. Raises `RunError` for a damaged file."""
    path = folder / NAME
    if not path.exists():
        return Origin()
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
        if plain["format"] != FORMAT:
            raise RunError(f"{path} has the format {plain['format']!r}.", hint="use a newer version of sidus_lab")
        images = {
            root: BootedImage(
                str(each["image"]),
                str(each["version"]),
                dict(each["recipe"] or {}),
                tuple(Package(p["name"], p["version"], p["arch"], p["sha256"]) for p in each["lock"] or ()),
            )
            for root, each in plain["images"].items()
        }
        stages = tuple((str(s["node"]), str(s["stage"]), float(s["seconds"])) for s in plain["stages"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunError(f"{path} cannot be read: {error}.", hint="put it back, or move it away") from None
    return Origin(images, stages)
