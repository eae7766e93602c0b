"""Sets of node names in folded form: ``node[1-4,7]`` and back."""

from __future__ import annotations

from collections.abc import Iterable

from sidus_lab.errors import SidusError
from sidus_lab.sidusctl import folded
from sidus_lab.sidusctl.errors import CtlError


def expand(text: str) -> list[str]:
    """Give all names of a folded text in order, each once. Raises `SidusError` for what is no set of nodes."""
    try:
        return folded.expand(text)
    except CtlError as error:
        raise SidusError(error.message, hint=error.hint) from None


def natural(text: str) -> list[tuple[int, int, str]]:
    """Give a sort key that puts ``node2`` before ``node10``."""
    return folded.natural(text)


def fold(names: Iterable[str]) -> str:
    """Give names as one folded text."""
    return folded.fold(list(names))
