"""One result for many nodes: what each of them gave, and why some of them failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from sidus_lab import html
from sidus_lab.errors import NodesFailed, SidusError

T = TypeVar("T")


class Each(Mapping[str, T]):
    """What each of some nodes gave, by name. The failure of one never hides the others, and is never dropped.

    ``result["node1"]`` gives that node's value, or raises that node's own error. So going through all values raises
    when one failed; `ok` and `failed` take them apart.

    Parameters
    ----------
    what : str
        What was done, as errors call it, such as ``Power on``.
    found : mapping
        Node -> its value, or the error that it met.
    words, state : callable
        How a value is shown: as text, and as one of the states of `palette`.
    """

    def __init__(
        self,
        what: str,
        found: Mapping[str, T | SidusError],
        *,
        words: Callable[[T], str] = str,
        state: Callable[[T], str] | None = None,
    ) -> None:
        self.what = what
        self._found = dict(found)
        self._words, self._state = words, state

    @property
    def ok(self) -> dict[str, T]:
        """The nodes where it went well, with what each gave."""
        return {name: value for name, value in self._found.items() if not isinstance(value, SidusError)}

    @property
    def failed(self) -> dict[str, SidusError]:
        """The nodes where it failed, with the error of each."""
        return {name: value for name, value in self._found.items() if isinstance(value, SidusError)}

    def raise_for_failures(self) -> Each[T]:
        """Give this back when no node failed; else raise `NodesFailed`, which names every one that did."""
        failed = self.failed
        if not failed:
            return self
        hints = {error.hint for error in failed.values()}
        raise NodesFailed(
            f"{self.what} failed for {len(failed)} of {len(self)} nodes.",
            failed=failed,
            hint=hints.pop() if len(hints) == 1 else "each error by itself: result.failed",
            detail="\n".join(f"{name}: {_first_line(error)}" for name, error in failed.items()),
        )

    def __getitem__(self, name: str) -> T:
        value = self._found[name]
        if isinstance(value, SidusError):
            raise value
        return value

    def __contains__(self, name: object) -> bool:
        return name in self._found

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Each):
            return self._found == other._found
        return not self.failed and self.ok == other

    __hash__ = None  # type: ignore[assignment]  # as any mapping

    def _rows(self) -> list[tuple[str, str, str]]:
        """Give name, state in a word and text of each."""
        rows = []
        for name, value in self._found.items():
            if isinstance(value, SidusError):
                rows.append((name, "failed", _first_line(value)))
            else:
                rows.append((name, self._state(value) if self._state else "ok", self._words(value)))
        return rows

    def __repr__(self) -> str:
        failed = self.failed
        head = f"{self.what}: {len(self)} nodes" + (f", {len(failed)} FAILED" if failed else "")
        width = max(map(len, self._found), default=0)
        lines = [
            f"  {name:{width}}  {'FAILED: ' if word == 'failed' else ''}{text}" for name, word, text in self._rows()
        ]
        return "\n".join([head, *lines])

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        rows = [[name, html.state(word), text] for name, word, text in self._rows()]
        return html.mimebundle(repr(self), html.table(rows, ["node", "", self.what], caption=self.what))


def _first_line(error: SidusError) -> str:
    return error.message.partition("\n")[0]
