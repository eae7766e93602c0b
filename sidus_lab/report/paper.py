"""What a paper needs beside the results: who, under which licence, on which image, with which program. Values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Image:
    """An image that nodes booted: its name, its recipe, and its packages as (name, version, SHA-256)."""

    name: str
    recipe: Mapping[str, object] = field(default_factory=dict, repr=False)
    packages: Sequence[tuple[str, str, str]] = field(default=(), repr=False)


@dataclass(frozen=True)
class Paper:
    """Who wrote it, and what it stands on.

    Attributes
    ----------
    authors : tuple of str
    licence : str
        That of the data, such as ``CC-BY-4.0``; empty where the author states none.
    images : tuple of Image
    program : str
        The text of the program that was measured.
    recorded : str
        Which recording was played in the place of machines; empty where machines were measured.
    """

    authors: tuple[str, ...] = ()
    licence: str = ""
    images: tuple[Image, ...] = ()
    program: str = ""
    recorded: str = ""
