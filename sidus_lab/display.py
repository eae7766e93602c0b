"""A door for displays: how a value shows itself in a notebook when a room far above it can do better than text.

The value's own module must not know that room (it would import upwards, and load a widget library for a script that
shows nothing). So it asks here, and the public face has filled in who answers; that room is loaded at the first use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Bundle = dict[str, Any]


_shows: dict[str, Callable[..., Bundle]] = {}


def register(kind: str, show: Callable[..., Bundle]) -> None:
    """Let `show(value)` give the display bundle of every value of this kind, such as ``action``."""
    _shows[kind] = show


def bundle(kind: str, value: object, plain: Callable[[], Bundle]) -> Bundle:
    """Give the display bundle of a value; what `plain` gives where nobody is registered, or where showing it fails."""
    show = _shows.get(kind)
    if show is not None:
        try:
            return show(value)
        except Exception:  # a display must never hide the value
            import logging  # only where something went wrong: the import of the package stays fast

            logging.getLogger(__name__).debug("cannot show %s", kind, exc_info=True)
    return plain()
