"""What a kind of damage is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol


class Fault(Protocol):
    """One kind of damage: what it is called, what it does, and who must notice it.

    It only says what to do, as the words of a command; `drill.Drill` does it, and nowhere but on a practice site.
    """

    @property
    def text(self) -> str:
        """One short sentence for a button: what is done."""
        ...

    @property
    def lesson(self) -> str:
        """One sentence: what is to be seen, and why."""
        ...

    @property
    def where(self) -> Literal["image", "node"]:
        """What is damaged: the practice site's copy of the published image, or a node that runs."""
        ...

    @property
    def caught_by(self) -> str:
        """Who must notice it: the reason word of the node that refuses, or the level of the proof that fails."""
        ...

    def command(self, site: str, root_hash: str) -> Sequence[str]:
        """Give the command, for the server (``image``) or for the node; what it prints says what was done. Pure."""
        ...
