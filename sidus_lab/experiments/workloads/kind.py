"""What an engine needs of a workload, whatever kind it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, Self


class AnyWorkload(Protocol):
    """A program that runs on nodes and prints one measured record a line (see `workloads.python.Workload`).

    It is sent to each node once, under the name of its `code_hash` and `suffix`, and started anew for each execution.
    """

    @property
    def kind(self) -> str:
        """The name of its kind in the register."""

    @property
    def name(self) -> str:
        """Short name, a column of the records."""

    @property
    def code(self) -> str:
        """The program itself."""

    @property
    def suffix(self) -> str:
        """How the name of the program's file ends, such as ``.py``."""

    @property
    def code_hash(self) -> str:
        """SHA-256 of the program, 64 hexadecimal digits."""

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that it prints, all of them in each execution."""

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables of its environment; factors come on top."""

    @property
    def timeout(self) -> float:
        """Seconds after which an execution is ended."""

    @property
    def probe(self) -> tuple[str, ...]:
        """Words of a command that is run once on each node, to see what `command` may use there; or none."""

    def command(self, program: str, *, probed: bool = True) -> tuple[str, ...]:
        """Return the words that start the program, which lies at `program`; factors may add words behind them."""

    def to_dict(self) -> dict[str, object]:
        """All but the code as plain data that JSON can hold, with ``kind`` and ``code_hash``."""

    @classmethod
    def from_dict(cls, plain: Mapping[str, object], code: str) -> Self:
        """Make it from what `to_dict` gave and its code. Raises `DesignError` when the two do not fit."""
