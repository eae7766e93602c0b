"""The levels of those factors that change a node itself: set, verified, and brought back, whatever happens between."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sidus_lab.errors import SidusError
from sidus_lab.experiments.factors import DEFAULT, Factor
from sidus_lab.experiments.ledger import Debt, Ledger
from sidus_lab.transport import Transport


class Settings:
    """What is set on one node. `say` takes a line for the log. Used by one thread at a time."""

    def __init__(self, node: str, factors: Sequence[Factor], ledger: Ledger, say: Callable[[str], None]) -> None:
        self._node = node
        self._factors = {factor.name: factor for factor in factors if factor.of_kind.changes_node}
        self._ledger = ledger
        self._say = say
        self._now: dict[str, str] = {}

    @property
    def any(self) -> bool:
        """Whether some factor changes the node at all."""
        return bool(self._factors)

    def apply(self, levels: Mapping[str, str], node: Transport) -> dict[str, str]:
        """Bring the node to these levels and return what it then says of each factor. Raises `SidusError`."""
        observed = {}
        for name, factor in self._factors.items():
            level, kind = levels[name], factor.of_kind
            if self._now.get(name, DEFAULT) != level:
                if level == DEFAULT:
                    self._undo(name, node)
                else:
                    if not any(debt.name == name for debt in self._debts()):
                        self._ledger.owe(Debt(self._node, "factor", name, kind.find(name, node)))
                    kind.set(name, level, node)
                self._now[name] = level
            observed[name] = kind.verify(name, node)
        return observed

    def forget(self) -> None:
        """Take note that the node was started anew: what was set may be gone, what is owed is still owed."""
        self._now.clear()

    def pay(self, node: Transport) -> None:
        """Bring back all that is owed to the node. Raises `SidusError` where that fails; then it stays owed."""
        for debt in self._debts():
            self._undo(debt.name, node)

    def _undo(self, name: str, node: Transport) -> None:
        for debt in self._debts():
            if debt.name == name:
                self._factors[name].of_kind.undo(name, debt.found, node)
                self._ledger.pay(debt)
        self._now.pop(name, None)

    def _debts(self) -> list[Debt]:
        return [debt for debt in self._ledger.of(self._node) if debt.what == "factor" and debt.name in self._factors]

    def pay_quietly(self, reach: Callable[[], Transport]) -> None:
        """Pay at the end of a session; what cannot be paid now is said, stays owed, and is paid at the next contact."""
        if not self._debts():
            return
        try:
            self.pay(reach())
        except SidusError as error:
            left = ", ".join(debt.name for debt in self._debts())
            self._say(f"{self._node} is owed its {left} back ({error.message}); the next session pays it")
