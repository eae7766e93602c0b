"""The face of a room: its public names, each loaded when it is first used, and nothing else to be seen."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any


def face(
    package: str, homes: Mapping[str, Sequence[str]], modules: Sequence[str] = ()
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return ``__getattr__`` and ``__dir__`` for a package whose public names live in other modules.

    Parameters
    ----------
    package : str
        The package, as ``__name__`` says in it.
    homes : mapping
        Module (absolute name) -> the public names that are taken from it; ``"old = new"`` gives a name its public one.
    modules : sequence of str
        Modules of the package that are public as such.

    An unknown name raises AttributeError. The import of the package itself loads none of them.
    """
    where: dict[str, tuple[str, str]] = {}
    for home, taken in homes.items():
        for name in taken:
            inside, _, outside = name.partition(" = ")
            where[outside or inside] = (home, inside)
    public = sorted([*where, *modules])

    def load(name: str) -> Any:
        if name in modules:
            value = importlib.import_module(f"{package}.{name}")
        elif name in where:
            home, inside = where[name]
            above = importlib.import_module(home)
            # A module is an attribute of the package above it only once somebody has imported it.
            value = getattr(above, inside) if hasattr(above, inside) else importlib.import_module(f"{home}.{inside}")
        else:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        setattr(sys.modules[package], name, value)  # the next time nobody asks
        return value

    def names() -> list[str]:
        return list(public)

    return load, names
