"""A version that was made again: whether it is equal, and what is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sidus_lab.sidus.differences import Diff


@dataclass(frozen=True)
class Rebuilt:
    """A version made again, whole, from what the site has kept of it.

    Attributes
    ----------
    image, version : str
        Which one.
    content, again : str
        The hash of its files, and of those of the new tree.
    same : bool
        Whether they are equal, to the bit.
    seconds : mapping
        How many seconds each step took.
    """

    image: str
    version: str
    content: str
    again: str
    same: bool
    diff: Diff = field(repr=False)
    seconds: Mapping[str, float] = field(repr=False)

    def compare(self) -> Diff:
        """Give what differs from the version to the new tree: every file, with the reason where it is known."""
        return self.diff

    def __str__(self) -> str:
        which = f"{self.image}@{self.version}"
        if self.same:
            return f"{which} made again: equal to the bit, content {self.content[:12]}"
        what = self.diff.summary or "notes alone"
        return f"{which} made again: content {self.again[:12]} and not {self.content[:12]}: {what}"
