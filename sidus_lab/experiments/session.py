"""One stretch of work on a run: all nodes at once, each node's list in order, every row on the disk at once."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from sidus_lab.actions import Control
from sidus_lab.errors import Cancelled
from sidus_lab.experiments.design import Execution
from sidus_lab.experiments.engines import EngineMaker
from sidus_lab.experiments.factors import Factor
from sidus_lab.experiments.journal import Journal
from sidus_lab.experiments.ledger import Ledger
from sidus_lab.experiments.machine import Machine
from sidus_lab.experiments.node_work import Hands, NodeWork
from sidus_lab.experiments.setting import Settings
from sidus_lab.experiments.workloads import AnyWorkload

PARALLEL = 64  # nodes at once; each takes a thread and a connection here
RESTART_SECONDS = 60.0  # of a node, for the expected time, until one was measured


@dataclass(frozen=True)
class Plan:
    """What a session carries out, and what the run has measured before it.

    `todo` is what is left, per node; `attempts` how often each (node, order) was attempted; `boots` per node the boot
    ids in which it measured, with the planned boot that each stood for.
    """

    run: str
    workload: AnyWorkload
    factors: Sequence[Factor]
    todo: Mapping[str, Sequence[Execution]]
    attempts: Mapping[tuple[str, int], int]
    boots: Mapping[str, Mapping[str, int]]
    patience: float


class Session:
    """One stretch of work on a run: all nodes at once, each node's list in order.

    `look(machine, moment)` takes a proof of one node and keeps it.
    """

    def __init__(
        self,
        control: Control,
        book: Journal,
        ledger: Ledger,
        machines: Mapping[str, Machine],
        plan: Plan,
        make: EngineMaker,
        look: Callable[[Machine, str], None],
    ) -> None:
        self._control = control
        self._book = book
        self._ledger = ledger
        self._machines = machines
        self._plan = plan
        self._todo = {name: left for name, left in plan.todo.items() if left or ledger.of(name)}
        self._engines = {name: make(machines[name], plan.workload, plan.factors, plan.run) for name in self._todo}
        self._look = look
        self._attempts = Counter(plan.attempts)
        self._stop = threading.Event()  # the records cannot be written: nobody needs to measure on
        self._done = dict.fromkeys(self._todo, 0)
        self._seconds = dict.fromkeys(self._todo, 0.0)
        self._restarts: list[float] = []
        self._restarting: dict[str, int] = {}
        self._lock = threading.Lock()

    @property
    def launch(self) -> dict[str, Mapping[str, object]]:
        """Per node, what its programs were started with."""
        return {name: engine.launch for name, engine in self._engines.items()}

    def work(self) -> None:
        """Run all that is missing. Raises `RunError` when records cannot be written, `Cancelled` when asked to stop."""
        if not self._todo:
            return
        self._control.progress(0.0, f"connecting to {', '.join(list(self._todo)[:4])}{self._cost()}")
        with ThreadPoolExecutor(min(len(self._todo), PARALLEL), thread_name_prefix="run") as pool:
            futures = [pool.submit(self._node, name) for name in self._todo]
        for future in futures:
            future.result()

    def _node(self, name: str) -> None:
        engine = self._engines[name]
        hands = Hands(
            keep=lambda execution, rows: self._keep(name, execution, rows),
            report=lambda seconds: self._report(name, seconds),
            restarting=lambda boot, seconds: self._restart(name, boot, seconds),
            look=lambda moment: self._look(engine.machine, moment),
            say=self._control.log,
            stop=lambda: self._stop.is_set() or self._control.cancelled.is_set(),
        )
        settings = Settings(name, self._plan.factors, self._ledger, self._control.log)
        try:
            NodeWork(
                engine,
                self._todo[name],
                settings,
                self._ledger,
                hands,
                boots=self._plan.boots.get(name, {}),
                patience=self._plan.patience,
                cancel=self._control.cancelled,
            ).work()
        except Cancelled:
            return  # said once, for all nodes, by the action
        except BaseException:
            self._stop.set()
            raise

    def _keep(self, name: str, execution: Execution, measured: Iterable[Mapping[str, Any]]) -> None:
        place = (name, execution.order)
        with self._lock:
            self._attempts[place] += 1
            attempt = self._attempts[place]
        plan: dict[str, Any] = {
            "run": self._plan.run,
            "phase": execution.phase,
            "aa": execution.aa,
            "block": execution.block,
            "order": execution.order,
            "repetition": execution.repetition,
            "boot_index": execution.boot,
            "attempt": attempt,
            "workload": self._plan.workload.name,
            "code_hash": self._plan.workload.code_hash,
            **execution.levels,
        }
        self._book.append({**plan, **row} for row in measured)

    def _report(self, name: str, seconds: float | None) -> None:
        """Take note of an execution, and say how far all nodes are."""
        with self._lock:
            self._done[name] += 1
            if seconds is not None:
                self._seconds[name] += seconds
            self._say()

    def _restart(self, name: str, boot: int, seconds: float | None) -> None:
        """Take note that a restart begins, or is over after so many seconds."""
        with self._lock:
            if seconds is None:
                self._restarting[name] = boot
            else:
                self._restarting.pop(name, None)
                self._restarts.append(seconds)
            self._say()

    def _say(self) -> None:
        """Say how far all nodes are, and how long the rest takes going by what they did so far, restarts included."""
        done, total = sum(self._done.values()), sum(map(len, self._todo.values()))
        if len(self._todo) <= 4:
            line = ", ".join(f"{name}: {self._state(name)}" for name in self._todo)
        else:
            line = f"{done} of {total} on {len(self._todo)} nodes"
            line += f", {len(self._restarting)} starting anew" if self._restarting else ""
        left = max((self._left(name) for name in self._todo), default=0.0)
        self._control.progress(done / max(total, 1), line + (f"; about {left:.0f} s left" if done < total else ""))

    def _state(self, name: str) -> str:
        anew = f", starting anew for boot {self._restarting[name] + 1}" if name in self._restarting else ""
        return f"{self._done[name]} of {len(self._todo[name])}{anew}"

    def _left(self, name: str) -> float:
        todo, done = self._todo[name], self._done[name]
        each = self._seconds[name] / done if done else 0.0
        restart = sum(self._restarts) / len(self._restarts) if self._restarts else RESTART_SECONDS
        return each * (len(todo) - done) + restart * boots_to_come(todo[max(done - 1, 0) :])

    def _cost(self) -> str:
        most = max(boots_to_come(todo) for todo in self._todo.values())
        return f"; {most} restarts of a node, about {most * RESTART_SECONDS:.0f} s of it" if most else ""


def boots_to_come(todo: Sequence[Execution]) -> int:
    """Return how often a node is started anew while it runs these executions in order."""
    return sum(now.boot != before.boot for before, now in itertools.pairwise(todo))
