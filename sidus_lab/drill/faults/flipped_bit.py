"""One bit of the published image is another one: decay of a disk, or of a cable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sidus_lab.drill import copy


class FlippedBit:
    """Flips one bit in the middle of the copied image."""

    text = "Flip one bit of the image"
    lesson = (
        "Every block has its hash in the tree. A node that reads all of them before it starts meets the wrong one, "
        "and stays down; one that does not scrub meets it when a program first needs that block."
    )
    where: Literal["image", "node"] = "image"
    caught_by = "scrub"

    def command(self, site: str, root_hash: str) -> Sequence[str]:
        """Give the command for the server."""
        return copy.damage("flipped-bit", copy.FLIP, site, root_hash)
