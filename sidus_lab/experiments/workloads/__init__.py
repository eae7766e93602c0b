"""Workloads: programs that run on nodes and print one measured record a line, in kinds.

To add a kind: one file here with a class as `kind.AnyWorkload` says, and its line in `KINDS` below.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sidus_lab.experiments.factors import DesignError
from sidus_lab.experiments.workloads.kind import AnyWorkload
from sidus_lab.experiments.workloads.numpy_kernels import numpy_workload
from sidus_lab.experiments.workloads.python import Workload
from sidus_lab.kinds import Kinds

__all__ = ["KINDS", "AnyWorkload", "Workload", "numpy_workload", "stored"]

#: The kinds of workloads, by name.
KINDS: Final[Kinds[type[AnyWorkload]]] = Kinds("workload", {"python": Workload}, error=DesignError)


def stored(plain: Mapping[str, object], code: str) -> AnyWorkload:
    """Make a workload from what its `to_dict` gave and its code. Raises `DesignError` when the two do not fit."""
    return KINDS[str(plain.get("kind"))].from_dict(plain, code)
