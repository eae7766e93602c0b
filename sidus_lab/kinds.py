"""Kinds behind a door: one register for each thing that comes in several kinds, by name."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Generic, TypeVar

from sidus_lab.errors import SidusError

T = TypeVar("T")


class Kinds(Mapping[str, T], Generic[T]):
    """The kinds of one thing, by name; reads like a mapping.

    Parameters
    ----------
    what : str
        What they are kinds of, for messages: ``factor``.
    known : mapping
        The kinds that are there from the start.
    error : type
        The error that an unknown name raises; it is a `SidusError`.

    Examples
    --------
    >>> from sidus_lab.kinds import Kinds
    >>> shapes = Kinds("shape", {"round": 1})
    >>> shapes["square"]
    Traceback (most recent call last):
    ...
    sidus_lab.errors.SidusError: A shape of the kind 'square' is not known.
    Next: use round
    """

    def __init__(self, what: str, known: Mapping[str, T], error: type[SidusError] = SidusError) -> None:
        self._what = what
        self._known = dict(known)
        self._error = error

    def __getitem__(self, name: str) -> T:
        if not isinstance(name, str) or name not in self._known:
            raise self._error(
                f"A {self._what} of the kind {name!r} is not known.", hint=f"use {' or '.join(self._known)}"
            )
        return self._known[name]

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def add(self, name: str, kind: T) -> None:
        """Make one more kind known, for this process. Raises the register's error when the name is taken."""
        if name in self._known:
            raise self._error(f"A {self._what} of the kind {name!r} is known already.")
        self._known[name] = kind

    @contextlib.contextmanager
    def added(self, name: str, kind: T) -> Iterator[None]:
        """Make one more kind known for the time of a ``with`` block."""
        self.add(name, kind)
        try:
            yield
        finally:
            del self._known[name]
