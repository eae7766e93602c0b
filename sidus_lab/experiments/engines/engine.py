"""What an engine is: it runs the executions of one workload on one machine."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sidus_lab.errors import SidusError
from sidus_lab.experiments.design import Execution
from sidus_lab.experiments.factors import Factor
from sidus_lab.experiments.machine import Machine
from sidus_lab.experiments.workloads.kind import AnyWorkload


@dataclass(frozen=True)
class Outcome:
    """What became of one execution: rows (without the columns of the plan), and whether the node is gone."""

    rows: tuple[dict[str, object], ...]
    gone: bool = False


class Engine(Protocol):
    """Runs executions of one workload on one machine, one after the other; used by one thread at a time.

    A session makes one for each node, calls `reach`, then `execute` for each planned execution in its order, and
    `reach` again after an outcome that says the node is gone, or after a restart.
    """

    @property
    def machine(self) -> Machine:
        """The machine that it runs on."""

    @property
    def facts(self) -> Mapping[str, str]:
        """``root_hash``, ``hardware`` and ``boot`` as last read; empty before the first connection."""

    @property
    def launch(self) -> Mapping[str, object]:
        """What programs are started with, as plain data: the ``environment`` and the ``command``."""

    def reach(self, patience: float, cancel: threading.Event) -> SidusError | None:
        """Try to get ready for `patience` seconds; return None, or the last error. Raises `Cancelled`."""

    def execute(self, execution: Execution, cancel: threading.Event) -> Outcome:
        """Run one execution and give a row for each operation, whatever happens; no `SidusError` comes out."""

    def rows(self, status: str, message: str, when: str = "") -> tuple[dict[str, object], ...]:
        """Return one row for each operation that was not measured."""


class EngineMaker(Protocol):
    """Makes the engine of one machine: the class of an engine is one."""

    def __call__(self, machine: Machine, workload: AnyWorkload, factors: Sequence[Factor], run: str) -> Engine:
        """Return the engine; nothing is connected yet."""
