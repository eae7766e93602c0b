"""What a form of a root must say and do. One file a form; `kinds.FORMS` is the list of them."""

from __future__ import annotations

from pathlib import Path
from typing import List, NamedTuple, Protocol, Tuple

from ... import shapes
from ...job.work import Work

LEVELS: Tuple[str, ...] = ("asked", "enforced", "scrubbed", "clean")
"""The levels of the proof that depend on the form, weakest first.

asked: the command line names the root hash. enforced: the node's kernel refuses every block that does not fit it.
scrubbed: every block was read and fitted. clean: what was changed since is known, file by file.
"""


class Packed(NamedTuple):
    """What `pack` made: the hash that stands for the whole root, and how its hash tree was made."""

    root_hash: str
    verity: shapes.Verity


class Form(Protocol):
    """One way to hand a root to a node."""

    @property
    def name(self) -> str:
        """The word in manifests and assignments."""

    @property
    def levels(self) -> Tuple[str, ...]:
        """Which of `LEVELS` a node with such a root can reach at all; the others are never claimed."""

    @property
    def programs(self) -> Tuple[str, ...]:
        """The server's programs that `pack` uses."""

    @property
    def files(self) -> Tuple[str, ...]:
        """The files that `pack` makes, published beside kernel and initrd."""

    @property
    def fetched(self) -> Tuple[str, ...]:
        """Those of `files` that a node fetches as a whole while it boots: its progress is counted in their bytes."""

    @property
    def fragment(self) -> str:
        """The boot script that mounts such a root: ``boot=`` on the command line, and a file of `bootfiles`."""

    def arguments(self, root_hash: str) -> List[str]:
        """The words of the kernel's command line that belong to the root."""

    def unseen(self) -> str:
        """Why `fault` cannot look here, in one sentence; empty when it can."""

    def fault(self, folder: Path, root_hash: str) -> str:
        """What is wrong with published `files` that have the right sums, in one sentence; empty for nothing."""

    def pack(self, work: Work, tree: Path, out: Path, level: int) -> Packed:
        """Fill `files` in the folder `out` from a checked-out tree; equal trees at equal levels give equal files.

        `level` says how hard to compress, from 1 to `levels.MOST`; a form that does not compress takes no notice.
        Raises CtlError ``disk-full`` or ``publish-failed``.
        """
