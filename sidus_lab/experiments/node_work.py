"""The work on one node: its executions in order, its planned boots, its settings, and what if it is gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sidus_lab.errors import Cancelled, ConnectError, SidusError
from sidus_lab.experiments.design import Execution
from sidus_lab.experiments.engines import Engine, Outcome
from sidus_lab.experiments.ledger import RESTART, Debt, Ledger
from sidus_lab.experiments.machine import restarter
from sidus_lab.experiments.setting import Settings
from sidus_lab.transport import Transport


@dataclass(frozen=True)
class Hands:
    """What the work on a node is given by its session.

    `keep` writes the rows of an execution; `report` says that one is done and how many seconds it took (None when it
    was not started); `restarting` says that a restart begins or, with its seconds, is over; `look` takes a proof of the
    node for a moment; `say` logs a line; `stop` tells that nobody needs to go on.
    """

    keep: Callable[[Execution, Sequence[Mapping[str, object]]], None]
    report: Callable[[float | None], None]
    restarting: Callable[[int, float | None], None]
    look: Callable[[str], None]
    say: Callable[[str], None]
    stop: Callable[[], bool]


class NodeWork:
    """The executions that are left on one node.

    `boots` maps the kernel boot ids in which this run has measured on the node to the planned boot each stood for.
    """

    def __init__(
        self,
        engine: Engine,
        todo: Sequence[Execution],
        settings: Settings,
        ledger: Ledger,
        hands: Hands,
        *,
        boots: Mapping[str, int],
        patience: float,
        cancel: threading.Event,
    ) -> None:
        self._engine = engine
        self._todo = todo
        self._settings = settings
        self._ledger = ledger
        self._hands = hands
        self._boots = dict(boots)
        self._patience = patience
        self._cancel = cancel
        self._boot = ""

    @property
    def name(self) -> str:
        """The node's name."""
        return self._engine.machine.name

    def work(self) -> None:
        """Do all of it. Raises `RunError` when records cannot be written, `Cancelled` when asked to stop."""
        try:
            gone = self._first_contact()
            for number, execution in enumerate(self._todo):
                if self._hands.stop():
                    return
                if gone is None and self._needs_restart(execution):
                    gone = self._restart(execution.boot)
                if gone is not None:
                    self._lose(self._todo[number:], gone.message)
                    return
                gone = self._one(execution)
        finally:
            self._settings.pay_quietly(self._transport)

    def _first_contact(self) -> SidusError | None:
        """Reach the node; see an interrupted restart to its end; bring back what an earlier session had set."""
        begun = any(debt.what == "restart" for debt in self._ledger.of(self.name))
        gone = self._engine.reach(0.0 if begun else self._patience, self._cancel)
        if begun and (gone is not None or (self._todo and self._engine.facts["boot"] in self._boots)):
            gone = self._restart(self._todo[0].boot if self._todo else 0)
        elif begun and gone is None:
            self._ledger.pay(Debt(self.name, "restart", RESTART))
        if gone is None:
            self._boot = self._engine.facts["boot"]
            try:
                self._settings.pay(self._transport())
            except SidusError as error:
                return error
        return gone

    def _needs_restart(self, execution: Execution) -> bool:
        """Whether this boot of the node stands for another planned boot than the execution belongs to."""
        return self._boots.get(self._engine.facts["boot"], execution.boot) != execution.boot

    def _restart(self, boot: int) -> SidusError | None:
        """Start the node anew and reach it; a proof is taken of the boot that ends and of the one that begins."""
        start, debt = restarter(self._engine.machine), Debt(self.name, "restart", RESTART)
        assert start is not None  # looked at before the run began
        if self._boot:
            self._settings.pay_quietly(self._transport)
            self._hands.look(f"{self.name}-end-of-boot")
        self._hands.restarting(boot, None)
        began = time.monotonic()
        self._ledger.owe(debt)
        try:
            start(self._cancel)
            gone = self._engine.reach(self._patience, self._cancel)
        except Cancelled:
            raise
        except SidusError as error:
            return error
        if gone is not None:
            return gone
        self._settings.forget()
        self._boot = self._engine.facts["boot"]
        if self._boot in self._boots:
            return SidusError(f"{self.name} was told to start anew, and is in the same boot as before.")
        self._ledger.pay(debt)
        self._hands.look(f"{self.name}-start-of-boot")
        self._hands.restarting(boot, time.monotonic() - began)
        return None

    def _one(self, execution: Execution) -> SidusError | None:
        """Run one execution and keep its rows; return why the node is gone, or None."""
        began = time.monotonic()
        outcome = self._execute(execution)
        boot = self._engine.facts.get("boot", "")
        measured = [row for row in outcome.rows if row["status"] == "ok"]
        if measured and boot:
            self._boots.setdefault(boot, execution.boot)
        self._hands.keep(execution, outcome.rows)
        self._hands.report(time.monotonic() - began)
        gone: SidusError | None = None
        if outcome.gone:
            self._hands.say(f"{self.name} is gone: {outcome.rows[0]['message']}")
            gone = self._engine.reach(self._patience, self._cancel)
        boot = self._engine.facts.get("boot", "")
        if self._boot and boot != self._boot:
            self._hands.say(f"{self.name} has started anew since the last execution; its new boot is recorded")
            self._settings.forget()
        self._boot = boot
        return gone

    def _execute(self, execution: Execution) -> Outcome:
        """Bring the node to the levels, run, and note what the node said of them; all of it fails or none."""
        if not self._settings.any:
            return self._engine.execute(execution, self._cancel)
        before = self._engine.facts.get("boot", "")
        try:
            observed = self._settings.apply(execution.levels, self._transport())
        except ConnectError as error:
            return Outcome(self._engine.rows("lost", error.message), gone=True)
        except SidusError as error:
            return Outcome(self._engine.rows("failed", f"It could not be set: {error.message}"))
        outcome = self._engine.execute(execution, self._cancel)
        if self._engine.facts.get("boot", "") != before:
            why = "The node was started anew before it ran, and what was set may have been gone."
            return replace(outcome, rows=self._engine.rows("failed", why))
        told = {f"observed:{name}": value for name, value in observed.items()}
        measured: Sequence[Mapping[str, Any]] = outcome.rows
        rows = tuple({**row, "metrics": {**row["metrics"], **told}} for row in measured)
        return replace(outcome, rows=rows)

    def _lose(self, rest: Sequence[Execution], why: str) -> None:
        message = f"Not started, since the node was gone: {why}"
        for execution in rest:
            self._hands.keep(execution, self._engine.rows("lost", message))
            self._hands.report(None)
        self._hands.say(f"{self.name}: {len(rest)} executions lost")

    def _transport(self) -> Transport:
        return self._engine.machine.transport()
