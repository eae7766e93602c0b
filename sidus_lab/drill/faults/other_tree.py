"""The image is another one, and so is its hash tree: somebody who can write on the server, and knows what verity is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sidus_lab.drill import copy

_FORGE = (
    copy.FLIP
    + r"""
keep root.verity
rm -f "$folder/root.verity"
forged=$(veritysetup format "$folder/root.squashfs" "$folder/root.verity" | sed -n 's/^Root hash:[[:space:]]*//p')
chmod 0644 "$folder/root.verity"
echo "its hash tree was made anew and fits it; its root hash is $forged"
"""
)


class OtherTree:
    """Changes the copied image and makes a new hash tree that fits what it is now."""

    text = "Exchange image and hash tree"
    lesson = (
        "Image and tree fit each other, so the blocks alone would tell nothing. But the node was told which root hash "
        "to boot, and a new tree has another one: its kernel refuses."
    )
    where: Literal["image", "node"] = "image"
    caught_by = "verity"

    def command(self, site: str, root_hash: str) -> Sequence[str]:
        """Give the command for the server."""
        return copy.damage("other-tree", _FORGE, site, root_hash)
