"""A workload that is a Python program."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from sidus_lab import html
from sidus_lab.experiments.factors import DesignError

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

    It runs in the clean environment of the engine, with ``-s -P`` (no packages of a user's, nothing from the folder
    that it lies in; ``-s`` alone where Python is older than 3.11): it imports what the image has and nothing else.

    Raises `DesignError`.

    Examples
    --------
    >>> import sidus_lab as sl
    >>> code = 'import json; print(json.dumps({"operation": "nothing", "duration": 1e-6}))'
    >>> sl.Workload("empty", code, ("nothing",)).command("/run/x.py")
    ('python3', '-s', '-P', '/run/x.py')
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
    def kind(self) -> str:
        """``python``."""
        return "python"

    @property
    def suffix(self) -> str:
        """How the name of the program's file ends."""
        return ".py"

    @property
    def probe(self) -> tuple[str, ...]:
        """What fails at once where the interpreter is too old for `command` (``-P`` came with Python 3.11)."""
        return (self.python, "-s", "-P", "-c", "")

    def command(self, program: str, *, probed: bool = True) -> tuple[str, ...]:
        """Return the words that start the program, which lies at `program`; `probed` says whether `probe` went well."""
        return (self.python, "-s", *(("-P",) if probed else ()), program, *self.arguments)

    @property
    def code_hash(self) -> str:
        """SHA-256 of the program, 64 hexadecimal digits."""
        return hashlib.sha256(self.code.encode()).hexdigest()

    def _facts(self) -> dict[str, str]:
        return {
            "operations": ", ".join(self.operations),
            "arguments": " ".join(self.arguments) or "none",
            "environment": ", ".join(f"{name}={value}" for name, value in self.environment.items()) or "the clean one",
            "code": f"{self.code_hash[:16]} (SHA-256), {len(self.code.splitlines())} lines",
            "time limit": f"{self.timeout:g} s",
        }

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        title = Markup('<p class="title">Workload {}</p>').format(self.name)
        return html.mimebundle(repr(self), title, html.definitions(self._facts()))

    def to_dict(self) -> dict[str, object]:
        """All but the code as plain data that JSON can hold, with the code's hash."""
        return {
            "kind": self.kind,
            "name": self.name,
            "operations": list(self.operations),
            "arguments": list(self.arguments),
            "environment": dict(self.environment),
            "python": self.python,
            "timeout": self.timeout,
            "code_hash": self.code_hash,
        }

    @classmethod
    def from_dict(cls, plain: Mapping[str, object], code: str) -> Workload:
        """Make a workload from what `to_dict` gave and its code. Raises `DesignError` when the two do not fit."""
        stored: Mapping[str, Any] = plain
        try:
            made = cls(
                stored["name"],
                code,
                tuple(stored["operations"]),
                tuple(stored["arguments"]),
                dict(stored["environment"]),
                stored["python"],
                stored["timeout"],
            )
            known = stored["code_hash"]
        except (KeyError, TypeError) as error:
            raise DesignError(f"This is not a stored workload: {error} is missing or wrong.") from None
        if made.code_hash != known:
            raise DesignError(
                f"The code of the workload {made.name} is not the one that the run began with.",
                hint="put the old code back, or begin a new run in another folder",
            )
        return made
