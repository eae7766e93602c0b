"""One action a node at a time: what a panel started and has not ended, and the nodes that each works on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sidus_lab.actions import Action
from sidus_lab.nodeset import fold
from sidus_lab.sidus.under_way import NodesBusy

T = TypeVar("T")


@dataclass(frozen=True)
class _Started:
    what: str
    names: frozenset[str]
    action: Action[object]


class UnderWay:
    """The actions of one panel that have not ended. May be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._started: list[_Started] = []

    def begin(self, what: str, names: Sequence[str], start: Callable[[], Action[T]]) -> tuple[Action[object], bool]:
        """Start an action on some nodes, and say that it is new; or give the one that does the same to them already.

        A second click (it may be on its way while the button is being held) and a click on another button for the same
        nodes end here. Raises `NodesBusy` when something else, or the same on some of them only, is under way.
        """
        wanted = frozenset(names)
        with self._lock:  # held while it starts: two clicks may come from two threads
            self._drop_ended()
            for each in self._started:
                if each.what == what and wanted <= each.names and (wanted or not each.names):
                    return each.action, False
                if wanted & each.names:
                    raise NodesBusy(
                        f"{each.action.name} is under way, so nothing was started on {fold(names)}.",
                        action=each.action,
                        hint="wait for its end or press its Cancel; or leave its nodes out",
                    )
            action = start()
            self._started.append(_Started(what, wanted, action))
            return action, True

    @property
    def names(self) -> frozenset[str]:
        """The nodes on which something is under way."""
        with self._lock:
            self._drop_ended()
            return frozenset().union(*(each.names for each in self._started))

    def __bool__(self) -> bool:
        with self._lock:
            self._drop_ended()
            return bool(self._started)

    def _drop_ended(self) -> None:
        self._started = [each for each in self._started if each.action.state == "running"]
