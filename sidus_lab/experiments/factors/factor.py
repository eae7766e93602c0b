"""A factor: its name, its levels, its kind; and the register of the kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sidus_lab.experiments.factors.argument import Argument
from sidus_lab.experiments.factors.environment import Environment
from sidus_lab.experiments.factors.kind import DEFAULT, DesignError, FactorKind
from sidus_lab.experiments.records import SCHEMA
from sidus_lab.kinds import Kinds

#: The kinds of factors, by name.
KINDS: Final[Kinds[FactorKind]] = Kinds(
    "factor", {"environment": Environment(), "argument": Argument()}, error=DesignError
)

#: Names that the columns of a record have already.
RESERVED = frozenset(SCHEMA)


@dataclass(frozen=True)
class Factor:
    """Something that is set on purpose, and its levels.

    `kind` is ``environment`` (a variable of the process) or ``argument`` (``--name=level`` on its command line). The
    level ``default`` leaves it unset. Raises `DesignError`.

    >>> import sidus_lab as sl
    >>> sl.Factor("OMP_NUM_THREADS", ["default", "1"]).baseline
    'default'
    >>> sl.Factor("size", ["100", "200"], "argument").baseline
    '100'
    """

    name: str
    levels: Sequence[str]
    kind: str = "environment"

    def __post_init__(self) -> None:
        if isinstance(self.levels, str):
            raise DesignError(f"The levels of {self.name} are one text.", hint=f'write ["{self.levels}"]')
        object.__setattr__(self, "levels", tuple(self.levels))
        kind = KINDS[self.kind]
        if not isinstance(self.name, str):
            raise DesignError(f"{self.name!r} cannot be the name of a factor.", hint="write it as a text")
        kind.check_name(self.name)
        if self.name in RESERVED:
            raise DesignError(f"A factor cannot be called {self.name!r}: the records have a column of that name.")
        if not self.levels:
            raise DesignError(f"The factor {self.name} has no levels.", hint='give at least one, such as "default"')
        for level in self.levels:
            if not isinstance(level, str):
                raise DesignError(f"The level {level!r} of {self.name} is not a text.", hint=f'write "{level}"')
            if not level or level != level.strip() or any(ord(c) < 32 for c in level):
                raise DesignError(
                    f"The level {level!r} of {self.name} is empty, or begins or ends with a space, or spans lines.",
                    hint=f'the level "{DEFAULT}" leaves {self.name} unset',
                )
        twice = sorted({level for level in self.levels if self.levels.count(level) > 1})
        if twice:
            raise DesignError(f"The factor {self.name} has the level {twice[0]!r} twice.")

    @property
    def baseline(self) -> str:
        """``default`` where it is one of the levels, else the first level."""
        return DEFAULT if DEFAULT in self.levels else self.levels[0]

    @property
    def of_kind(self) -> FactorKind:
        """How it is set, and undone."""
        return KINDS[self.kind]
