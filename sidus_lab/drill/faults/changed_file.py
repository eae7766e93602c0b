"""A file of a node that runs is changed: root on that node, or a careless hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

FILE = "/etc/debian_version"


class ChangedFile:
    """Adds a line to a file of the system on a node that runs."""

    text = "Change a file on the node"
    lesson = (
        "The image stays as it is: what a node writes lies over it, in its memory. The proof lists it, file by file, "
        "and a reboot takes it away."
    )
    where: Literal["image", "node"] = "node"
    caught_by = "clean"

    def command(self, site: str, root_hash: str) -> Sequence[str]:  # noqa: ARG002 (the node knows what it runs)
        """Give the command for the node."""
        return ["sh", "-c", f"echo drill >>{FILE} && echo 'a line was added to {FILE}'"]
