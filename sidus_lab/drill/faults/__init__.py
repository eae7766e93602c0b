"""Kinds of damage for a drill.

To add a kind: one file here with a class as `fault.Fault` says, and its line in `FAULTS` below.
"""

from typing import Final

from sidus_lab.drill.faults.changed_file import ChangedFile
from sidus_lab.drill.faults.fault import Fault
from sidus_lab.drill.faults.flipped_bit import FlippedBit
from sidus_lab.drill.faults.other_tree import OtherTree
from sidus_lab.kinds import Kinds

__all__ = ["FAULTS", "Fault"]

#: The kinds of damage, by name.
FAULTS: Final[Kinds[Fault]] = Kinds(
    "damage", {"flipped-bit": FlippedBit(), "other-tree": OtherTree(), "changed-file": ChangedFile()}
)
