"""What is damaged on the server, named beside what is whole: a frozen value, and a list that carries such values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from sidus_lab import html

T = TypeVar("T")


@dataclass(frozen=True)
class Damaged:
    """One entry that cannot be believed.

    Attributes
    ----------
    what : str
        ``node``, ``job``, ``version`` or ``published``.
    where : str
        The file or folder on the server, or ``image@version``.
    why, hint : str
        What is wrong with it, and what to do.
    """

    what: str
    where: str
    why: str
    hint: str

    def __str__(self) -> str:
        return f"damaged {self.what} {self.where}: {self.why}{f'   {self.hint}' if self.hint else ''}"


class Found(list[T]):
    """A list of what is whole; `damaged` is what is not, and is shown with it.

    >>> Found([1, 2])
    [1, 2]
    """

    def __init__(self, whole: Iterable[T] = (), damaged: Iterable[Damaged] = ()) -> None:
        super().__init__(whole)
        self.damaged: tuple[Damaged, ...] = tuple(damaged)

    def __repr__(self) -> str:
        return "\n".join([super().__repr__(), *map(str, self.damaged)])

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        rows = [[each.what, each.where, each.why, each.hint] for each in self.damaged]
        table = html.table(rows, ["damaged", "where", "why", "what to do"]) if rows else ""
        return html.mimebundle(repr(self), html.join(["\n", html.join([super().__repr__(), table])]))
