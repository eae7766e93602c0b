"""A claim of the proof: one level for one node, whether it holds, why, and who says so. Values without wording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["holds", "fails", "not-looked-at"]
Level = Literal["booted", "asked", "loaded", "enforced", "scrubbed", "own", "clean", "measured"]

LEVELS: tuple[Level, ...] = ("booted", "asked", "loaded", "enforced", "scrubbed", "own", "clean", "measured")
"""In the order of a boot; the last is stronger than all before it.

``booted``: the machine is on, it is the boot that the server ordered, and it answers now. ``asked``: it was told to run
what is assigned. ``loaded``: the kernel and initrd that it was given are those that were published. ``enforced``: its
kernel refuses every other block. ``scrubbed``: every block was read. ``own``: its own files are those of the server.
``clean``: nothing of the system was changed since. ``measured``: a TPM vouches for the program, initrd and command line
that the firmware started.
"""

NEEDED: tuple[Level, ...] = ("booted", "asked", "loaded", "enforced", "own", "clean")
"""The levels without which a node is not proven. ``measured`` is none of them, since not every machine has a TPM; one
that is enrolled and fails is not proven either."""

Witness = Literal["bmc", "report", "server", "kernel", "probe", "tpm", "none"]
"""Who shows it: the BMC and the boot's own report, the server's files, the node's kernel, the probe that looked
through the node as root, or a TPM."""


@dataclass(frozen=True)
class Claim:
    """One level of the proof for one node.

    Attributes
    ----------
    level : str
        One of `LEVELS`.
    state : str
        ``holds``, ``fails`` or ``not-looked-at``; the last never counts as the first.
    reason : str
        A word for why, worded in `say`.
    values : mapping
        What the reason's sentence names: texts and whole numbers.
    witness : str
        One of `Witness`.
    """

    level: Level
    state: State
    reason: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    witness: Witness = "none"

    @property
    def holds(self) -> bool:
        """Whether it is shown."""
        return self.state == "holds"

    @property
    def looked(self) -> bool | None:
        """True where it holds, False where it fails, None where nobody looked."""
        return None if self.state == "not-looked-at" else self.holds

    def to_dict(self) -> dict[str, object]:
        """Give it as plain data."""
        return {
            "state": self.state,
            "holds": self.holds,
            "reason": self.reason,
            "values": dict(self.values),
            "witness": self.witness,
        }

    @classmethod
    def from_dict(cls, level: Level, plain: Mapping[str, object]) -> Claim:
        """Read what `to_dict` gave. Raises KeyError, TypeError or ValueError for anything else."""
        stored: Mapping[str, Any] = plain
        state = stored["state"]
        if state not in ("holds", "fails", "not-looked-at"):
            raise ValueError(f"the state {state!r}")
        return cls(level, state, str(stored["reason"]), dict(stored["values"]), stored["witness"])
