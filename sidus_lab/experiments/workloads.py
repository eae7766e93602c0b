"""Workloads: Python programs that run on nodes and print one measured record a line."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from sidus_lab.experiments.design import DesignError

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


@dataclass(frozen=True)
class Workload:
    """A Python program, sent to each node once and started anew for each execution.

    The program prints one JSON object a line for each of its operations, with ``operation``, ``duration`` (s, measured
    inside the program) and, where they make sense, ``work`` with ``work_unit``, ``result_hash`` (SHA-256 of the bytes
    of the result) and ``metrics`` (a flat object of anything else). Other lines are ignored. Without ``work`` and
    ``result_hash`` nobody can tell whether a faster run did the same thing.

    Parameters
    ----------
    name : str
        Short name, a column of the records.
    code : str
        The program.
    operations : tuple of str
        The operations that it prints, all of them in each execution.
    arguments : tuple of str
        Words of its command line.
    environment : mapping
        Variables of its environment in every execution; factors come on top.
    python : str
        The interpreter on the node.
    timeout : float
        Seconds after which an execution is ended and counts as failed.

    Raises `DesignError`.
    """

    name: str
    code: str = field(repr=False)
    operations: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)
    python: str = "python3"
    timeout: float = 600.0

    def __post_init__(self) -> None:
        for name in ("operations", "arguments"):
            if isinstance(getattr(self, name), str):
                raise DesignError(f"The {name} of a workload are a list, not one text.")
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if not self.name or not self.operations or len(set(self.operations)) != len(self.operations):
            raise DesignError("A workload needs a name and at least one operation, each named once.")
        if not self.timeout > 0:
            raise DesignError(f"A workload needs a time limit above 0 s, not {self.timeout!r}.")
        for variable in self.environment:
            if not _VARIABLE.match(variable):
                raise DesignError(f"{variable!r} cannot be the name of an environment variable.")
        try:
            compile(self.code, f"<workload {self.name}>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            raise DesignError(f"The code of the workload {self.name} is not Python: {error}.") from None

    @property
    def code_hash(self) -> str:
        """SHA-256 of the program, 64 hexadecimal digits."""
        return hashlib.sha256(self.code.encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """All but the code as plain data that JSON can hold, with the code's hash."""
        return {
            "name": self.name,
            "operations": list(self.operations),
            "arguments": list(self.arguments),
            "environment": dict(self.environment),
            "python": self.python,
            "timeout": self.timeout,
            "code_hash": self.code_hash,
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any], code: str) -> Workload:
        """Make a workload from what `to_dict` gave and its code. Raises `DesignError` when the two do not fit."""
        try:
            made = cls(
                plain["name"],
                code,
                tuple(plain["operations"]),
                tuple(plain["arguments"]),
                dict(plain["environment"]),
                plain["python"],
                plain["timeout"],
            )
            known = plain["code_hash"]
        except (KeyError, TypeError) as error:
            raise DesignError(f"This is not a stored workload: {error} is missing or wrong.") from None
        if made.code_hash != known:
            raise DesignError(
                f"The code of the workload {made.name} is not the one that the run began with.",
                hint="put the old code back, or begin a new run in another folder",
            )
        return made


def numpy_workload(
    *, n_solve: int = 320, n_matmul: int = 256, n_exp: int = 500_000, threads: int = 1, timeout: float = 300.0
) -> Workload:
    """Return the demo's workload: ``np.linalg.solve``, ``a @ a``, ``np.exp`` on inputs with equal bits everywhere.

    The sizes (unknowns, rows, elements) are such that each operation takes 0.1 to 0.3 s on a machine in plain
    emulation. `threads` is the number of BLAS threads: it can change the order of sums, and so the bits. The metrics
    of each record name the BLAS kernel that ran (``blas_core``), the hash of the input and the CPU features in use.
    """
    sizes = {"--solve": n_solve, "--matmul": n_matmul, "--exp": n_exp}
    for name, size in sizes.items():
        if not isinstance(size, int) or size < 1:
            raise DesignError(f"The size {name} is a whole number from 1 on, not {size!r}.")
    code = files(__package__).joinpath("programs/numpy_kernels.py").read_text(encoding="utf-8")
    arguments = tuple(f"{name}={size}" for name, size in sizes.items())
    environment = {"OPENBLAS_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads)}
    return Workload("numpy_kernels", code, ("solve", "matmul", "exp"), arguments, environment, timeout=timeout)
