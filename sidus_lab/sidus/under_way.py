"""One action a node at a time: what this program does now to the nodes of a server."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar, cast

from sidus_lab import actions
from sidus_lab.actions import Action, Control
from sidus_lab.errors import SidusError
from sidus_lab.nodeset import fold

T = TypeVar("T")


class NodesBusy(SidusError):
    """Another action of this program works on some of these nodes; `action` is it, where it is one.

    >>> issubclass(sl.NodesBusy, sl.SidusError)
    True
    """

    def __init__(self, message: str, *, action: Action[object] | None, hint: str) -> None:
        super().__init__(message, hint=hint, step=("wait",))
        self.action = action


@dataclass(frozen=True)
class _Claim:
    """Nodes that something works on: an action, or (without one) a call that has not returned yet."""

    verb: str
    nodes: frozenset[str]
    action: Action[object] | None = None

    @property
    def active(self) -> bool:
        return self.action is None or self.action.state == "running"


class UnderWay:
    """What changes the power of which nodes now. Each `Server` has one, so it knows of this program's actions only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claims: list[_Claim] = []
        self._uses: list[tuple[str, frozenset[str]]] = []

    def on(self, nodes: Iterable[str]) -> list[Action[object]]:
        """Give the actions that work on any of these nodes now."""
        names = frozenset(nodes)
        with self._lock:
            found = [claim.action for claim in self._active() if claim.nodes & names]
        return [action for action in found if action is not None]

    def start(
        self,
        verb: str,
        nodes: Iterable[str],
        work: Callable[[Control], T],
        *,
        expected: float,
        joins: tuple[str, ...] = (),
    ) -> Action[T]:
        """Start an action on some nodes, or give the one under way that does the same to the same nodes.

        Parameters
        ----------
        verb : str
            What it does, such as ``boot``; with the nodes it is the action's name.
        joins : tuple of str
            Other verbs that also do what is asked for, and give the same.

        Raises
        ------
        NodesBusy
            Another action works on some of them.
        """
        order = list(nodes)
        names = frozenset(order)
        with self._lock:
            for claim in self._active():
                same = claim.nodes == names and claim.verb in (verb, *joins)
                if same and claim.action is not None and not claim.action.cancelling:
                    return cast("Action[T]", claim.action)
            self._require_free(verb, names)
            action = actions.start(work, name=f"{verb} {fold(order) or 'no nodes'}", expected=expected)
            self._claims.append(_Claim(verb, names, cast("Action[object]", action)))
            return action

    @contextlib.contextmanager
    def held(self, verb: str, nodes: Iterable[str]) -> Iterator[None]:
        """Hold some nodes while a call changes them. Raises `NodesBusy` when something works on one of them."""
        claim = _Claim(verb, frozenset(nodes))
        with self._lock:
            self._require_free(verb, claim.nodes)
            self._claims.append(claim)
        try:
            yield
        finally:
            with self._lock:
                self._claims = [each for each in self._claims if each is not claim]

    @contextlib.contextmanager
    def used(self, what: str, nodes: Iterable[str]) -> Iterator[None]:
        """Say that something runs on nodes in a ``with`` block: it holds none, but who stops one can be asked first."""
        use = (what, frozenset(nodes))
        with self._lock:
            self._uses.append(use)
        try:
            yield
        finally:
            with self._lock:
                self._uses.remove(use)

    def uses(self, nodes: Iterable[str]) -> list[str]:
        """Give what runs on any of these nodes now, as far as this program knows."""
        names = frozenset(nodes)
        with self._lock:
            return [what for what, used in self._uses if used & names]

    def _active(self) -> list[_Claim]:
        self._claims = [claim for claim in self._claims if claim.active]
        return self._claims

    def _require_free(self, verb: str, names: frozenset[str]) -> None:
        for claim in self._active():
            both = claim.nodes & names
            if both:
                what = claim.action.name if claim.action is not None else f"{claim.verb} {fold(sorted(claim.nodes))}"
                raise NodesBusy(
                    f"{fold(sorted(both))} cannot {verb} now: {what!r} is under way.",
                    action=claim.action,
                    hint="wait for it, or cancel it:   [action] = nodes.under_way(); action.cancel()",
                )
